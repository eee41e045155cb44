"""The listener's library: which tracks there are, how they feel, and what the listener thought of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import reduce
from operator import or_
from pathlib import Path

from player.errors import LibraryError
from player.music.database import Database
from player.music.known import KnownMoods
from player.music.listing import TRACK_ROWS, Listing, track_of
from player.music.search import Condition, SearchPage
from player.music.tags import MUSIC_ENDINGS, Tags, read_tags
from player.music.track import Measured, Track, ranked_moods

OnProgress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""

_BATCH = 200
_SPREAD = 2_654_435_761
"""Knuth's multiplier: orders the ids so that the first few analysed represent the whole library."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan found; `failed` pairs each unusable file with the reason."""

    added: int
    updated: int
    removed: int
    failed: tuple[tuple[Path, str], ...]

    def lines(self) -> tuple[str, ...]:
        """One line for each file that was left out."""
        return tuple(f"{path}: skipped, {reason}" for path, reason in self.failed)


@dataclass(frozen=True, slots=True)
class Pending:
    """A track whose sound was not analysed yet."""

    track_id: int
    path: Path


class Library:
    """Tracks and feedback in one SQLite file. Methods may be called from any thread; all raise LibraryError.

    After a scan, `tracks`, `search` and `pending` speak of the folders scanned since this object was made; before
    one, of all. `database` is open to those who keep other things about the listener in the same file.
    """

    def __init__(self, database_path: Path, known: KnownMoods | None = None) -> None:
        self.database = Database(database_path)
        self._known = KnownMoods() if known is None else known
        self._folders: list[Path] = []
        self._listing = Listing(self.database, self._playable)

    def scan(self, folder: Path, on_progress: OnProgress | None = None) -> ScanReport:
        """Bring the library up to date with a folder and those in it, looking only into new and changed files.

        Sizes and times tell what changed; the sound is not decoded here (see `player.music.worker`), but the moods
        of tracks that come with the program are known at once. Files that went away are kept with their feedback
        and come back with them. Raises LibraryError where the folder cannot be read or holds no music files at all.
        """
        folder = _readable(folder)
        files = _music_files(folder)
        if not files:
            raise LibraryError(
                f"{folder}: holds no music ({', '.join(sorted(e[1:] for e in MUSIC_ENDINGS))})"
            )
        inside = _inside(folder)
        known = {
            row["path"]: row
            for row in self.database.rows(f"SELECT * FROM track WHERE {inside.sql}", inside.values)
        }
        added = updated = 0
        failed: list[tuple[Path, str]] = []
        usable: set[str] = set()
        for start in range(0, len(files), _BATCH):
            with self.database.transaction() as connection:
                for path in files[start : start + _BATCH]:
                    row = known.get(str(path))
                    try:
                        changed = _take_in(connection, path, row)
                    except LibraryError as error:
                        failed.append((path, str(error)))
                        continue
                    usable.add(str(path))
                    added += changed and row is None
                    updated += changed and row is not None
            if on_progress is not None:
                on_progress(min(start + _BATCH, len(files)), len(files))
        removed = self._mark_absent(set(known) - usable, known)
        if folder not in self._folders:
            self._folders.append(folder)
        self._take_known()
        self._listing.changed()
        return ScanReport(added, updated, removed, tuple(failed))

    def tracks(self) -> tuple[Track, ...]:
        """The playable tracks, analysed or not, by path; moods are ranked among those that are known."""
        shown = self._playable()
        rows = self.database.rows(f"{TRACK_ROWS} WHERE {shown.sql} ORDER BY path", shown.values)
        moods = ranked_moods([(row["valence"], row["arousal"]) for row in rows])
        return tuple(map(track_of, rows, moods))

    def search(self, text: str, limit: int, offset: int = 0) -> SearchPage:
        """A stretch of the playable tracks that a text finds; all of them for an empty one.

        Every word of it begins a word of the title, artist, album or genre. The order is artist, album, disc, number.
        """
        return self._listing.page(text, limit, offset)

    def pending(self) -> tuple[Pending, ...]:
        """The tracks that wait for an analysis, in an order that mixes folders and albums."""
        waiting = sorted(self._unanalysed(), key=lambda row: row["id"] * _SPREAD % 2**32)
        return tuple(Pending(row["id"], Path(row["path"])) for row in waiting)

    def store(self, track_id: int, measured: Measured) -> None:
        """Keep what an analysis found."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE track SET analysed = 1, duration_seconds = ?, valence = ?, arousal = ?,"
                " sound_start_seconds = ?, gain_db = ? WHERE id = ?",
                (*astuple(measured), track_id),
            )
        self._listing.analysed()

    def mark_broken(self, track_id: int, reason: str) -> None:
        """Take a track out of play until its file changes."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE track SET problem = ? WHERE id = ?", (reason, track_id))
        self._listing.changed()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self.database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _playable(self) -> Condition:
        """Which tracks this session can play."""
        present = Condition("present = 1 AND problem IS NULL")
        inside = [_inside(folder) for folder in self._folders]
        return present & reduce(or_, inside) if inside else present

    def _unanalysed(self) -> list[sqlite3.Row]:
        wanted = self._playable() & Condition("analysed = 0")
        return self.database.rows(f"SELECT id, path, size_bytes FROM track WHERE {wanted.sql}", wanted.values)

    def _take_known(self) -> None:
        """Store the answers that are known before any analysis."""
        for row in self._unanalysed():
            measured = self._known.of(Path(row["path"]), row["size_bytes"])
            if measured is not None:
                self.store(row["id"], measured)

    def _mark_absent(self, paths: set[str], known: dict[str, sqlite3.Row]) -> int:
        gone = [(path,) for path in paths if known[path]["present"] and known[path]["problem"] is None]
        if gone:
            with self.database.transaction() as connection:
                connection.executemany("UPDATE track SET present = 0 WHERE path = ?", gone)
        return len(gone)


def _readable(folder: Path) -> Path:
    folder = folder.expanduser().absolute()
    if not folder.exists():
        raise LibraryError(f"{folder}: there is no such music folder")
    if not folder.is_dir():
        raise LibraryError(f"{folder}: is a file; name the folder that holds the music")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise LibraryError(f"{folder}: may not be read; check its permissions")
    return folder


def _music_files(folder: Path) -> list[Path]:
    found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return sorted(
        path for path in found if path.suffix.lower() in MUSIC_ENDINGS and not path.name.startswith(".")
    )


def _inside(folder: Path) -> Condition:
    """Lies in a folder or one of those in it."""
    start = str(folder).rstrip(os.sep)
    return Condition("path > ? AND path < ?", (start + os.sep, start + chr(ord(os.sep) + 1)))


def _take_in(connection: sqlite3.Connection, path: Path, row: sqlite3.Row | None) -> bool:
    """Write a new or changed file to the database; True if there was something to write."""
    size_bytes, modified_ns = _stamp(path)
    if row is not None and (row["size_bytes"], row["modified_ns"]) == (size_bytes, modified_ns):
        if row["problem"] is not None:
            raise LibraryError(row["problem"])
        if not row["present"]:
            connection.execute("UPDATE track SET present = 1 WHERE id = ?", (row["id"],))
        return not row["present"]
    _write(connection, path, size_bytes, modified_ns, read_tags(path))
    return True


def _stamp(path: Path) -> tuple[int, int]:
    try:
        str(path).encode()
        status = path.stat()
    except UnicodeEncodeError as error:
        raise LibraryError("its name is not valid UTF-8; rename it") from error
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error
    return status.st_size, status.st_mtime_ns


def _write(connection: sqlite3.Connection, path: Path, size_bytes: int, modified_ns: int, tags: Tags) -> None:
    connection.execute(
        "INSERT INTO track (path, size_bytes, modified_ns, title, artist, album, duration_seconds)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET"
        " size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns, title = excluded.title,"
        " artist = excluded.artist, album = excluded.album, duration_seconds = excluded.duration_seconds,"
        " present = 1, analysed = 0, problem = NULL, valence = NULL, arousal = NULL",
        (str(path), size_bytes, modified_ns, tags.title, tags.artist, tags.album, tags.duration_seconds),
    )
