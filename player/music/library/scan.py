"""Brings the library up to date with a folder: what is new, what changed, what moved and what went away.

Sizes and times tell what is worth reading. What was read is known by its content (see
`player.music.library.content`), so that a track which was moved or renamed keeps its mood, its stars and all that
the listener did with it. Every batch is whole on disk before the next one begins: a scan that is cut off goes on
where it stopped.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from player.errors import LibraryError
from player.music.library.database import Database
from player.music.library.file_matching import FileMatcher, FileRead, Stamp
from player.music.library.search import Condition
from recognizer.words import printable

OnProgress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""

_BATCH = 200
_READERS = 4
"""Files are read side by side, because a disk or a network lets one wait."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan found; `failed` pairs each unusable file with the reason.

    `missing` pairs entries of a playlist that lead to no file with the reason; `other_kinds` counts files of sound and
    film that are not played, by how their names end.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    failed: tuple[tuple[Path, str], ...] = ()
    moved: int = 0
    missing: tuple[tuple[str, str], ...] = ()
    other_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether the library is another one now."""
        return bool(self.added or self.updated or self.removed or self.moved)

    def __add__(self, other: ScanReport) -> ScanReport:
        return ScanReport(
            self.added + other.added,
            self.updated + other.updated,
            self.removed + other.removed,
            self.failed + other.failed,
            self.moved + other.moved,
            self.missing + other.missing,
            Counter(self.other_kinds) + Counter(other.other_kinds),
        )

    def lines(self) -> tuple[str, ...]:
        """One line for each file, and entry of a playlist, that was left out, and one for kinds that are not played."""
        skipped = (*self.failed, *self.missing)
        lines = tuple(f"{printable(str(name))}: skipped, {printable(reason)}" for name, reason in skipped)
        if not self.other_kinds:
            return lines
        kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(self.other_kinds.items()))
        return (*lines, f"not played, as files of other kinds: {kinds}")


def among(files: Sequence[Path]) -> Condition:
    """Is one of these files."""
    return Condition("path IN (SELECT value FROM json_each(?))", (json.dumps([str(file) for file in files]),))


def inside(folder: Path) -> Condition:
    """Lies in a folder or one of those in it."""
    start = str(folder).rstrip(os.sep)
    return Condition("path > ? AND path < ?", (start + os.sep, start + chr(ord(os.sep) + 1)))


def scan(
    database: Database,
    here: Condition,
    files: Sequence[Path],
    now_seconds: float,
    on_progress: OnProgress | None = None,
) -> ScanReport:
    """Take the state of a place into the library: `files` are all that there are now where `here` says.

    `now_seconds` is Unix time. Whatever `on_progress` raises ends the scan; what was done until then is
    kept. Raises LibraryError.
    """
    return _Scan(database, here, files, now_seconds, on_progress or (lambda done, total: None)).run()


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that is worth reading."""

    path: Path
    stamp: Stamp


class _Scan:
    """One scan at work. `_seen`: the ids of the tracks that are there and can be played."""

    def __init__(
        self, database: Database, here: Condition, files: Sequence[Path], now_seconds: float, tell: OnProgress
    ) -> None:
        self._database, self._files, self._tell = database, files, tell
        self._matcher = FileMatcher(database, now_seconds)
        self._known = _rows(database, here)
        self._seen: set[int] = set()
        self._failed: list[tuple[Path, str]] = []
        self._done = 0

    def run(self) -> ScanReport:
        """Look at all files; changed ones come last, because their old sound may lie at another place by now."""
        new, changed = self._sorted_out()
        with _readers() as readers:
            for batch in _batches(new):
                self._seen.update(self._matcher.take(self._read(batch, readers)))
            read = [file for batch in _batches(changed) for file in self._read(batch, readers)]
            self._seen.update(self._matcher.take(read))
        return ScanReport(
            added=self._matcher.added,
            updated=self._matcher.updated,
            removed=self._mark_absent(),
            failed=tuple(sorted(self._failed)),
            moved=self._matcher.moved,
        )

    def _sorted_out(self) -> tuple[list[_Found], list[_Found]]:
        """The files of which too little is known, and those that changed; what became of the others is noted."""
        new: list[_Found] = []
        changed: list[_Found] = []
        returned: list[int] = []
        for path in self._files:
            row = self._known.get(str(path))
            try:
                stamp = Stamp.of(path)
            except LibraryError as error:
                self._fail(path, str(error))
                continue
            if row is None:
                new.append(_Found(path, stamp))
            elif stamp != Stamp(row["size_bytes"], row["modified_ns"]):
                changed.append(_Found(path, stamp))
            elif row["content_key"] is None:
                new.append(_Found(path, stamp))
            else:
                self._seen.add(row["id"])
                returned += [] if row["present"] else [row["id"]]
                self._advance(1)
        self._matcher.returned(returned)
        return new, changed

    def _read(self, found: Sequence[_Found], readers: ThreadPoolExecutor) -> list[FileRead]:
        """Look into some files; those that are no use are noted."""
        answers = list(readers.map(_look_into, found))
        for each, answer in zip(found, answers, strict=True):
            if isinstance(answer, str):
                self._failed.append((each.path, answer))
        self._advance(len(found))
        return [answer for answer in answers if isinstance(answer, FileRead)]

    def _fail(self, path: Path, reason: str) -> None:
        self._failed.append((path, reason))
        self._advance(1)

    def _advance(self, count: int) -> None:
        before, self._done = self._done, self._done + count
        if before // _BATCH != self._done // _BATCH or self._done == len(self._files):
            self._tell(self._done, len(self._files))

    def _mark_absent(self) -> int:
        gone = [
            (row["id"],) for row in self._known.values() if row["present"] and row["id"] not in self._seen
        ]
        with self._database.transaction() as connection:
            connection.executemany("UPDATE track SET present = 0 WHERE id = ?", gone)
        return len(gone)


def _rows(database: Database, here: Condition) -> dict[str, sqlite3.Row]:
    """What is known of the files in a place, by their paths."""
    columns = "id, path, size_bytes, modified_ns, present, content_key"
    rows = database.rows(f"SELECT {columns} FROM track WHERE {here.sql}", here.values)
    return {row["path"]: row for row in rows}


def _batches(found: Sequence[_Found]) -> Iterator[Sequence[_Found]]:
    return (found[start : start + _BATCH] for start in range(0, len(found), _BATCH))


@contextmanager
def _readers() -> Iterator[ThreadPoolExecutor]:
    """Threads that read files; a scan that ends early does not wait for the files still in line."""
    readers = ThreadPoolExecutor(_READERS, "music-reader")
    try:
        yield readers
    finally:
        readers.shutdown(wait=True, cancel_futures=True)


def _look_into(found: _Found) -> FileRead | str:
    """The file, or the reason why it is of no use."""
    try:
        return FileRead.of(found.path, found.stamp)
    except LibraryError as error:
        return str(error)
