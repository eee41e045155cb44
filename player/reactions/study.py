"""A study on disk: films, viewers, and what was measured; nothing that can be computed from these is kept.

    STUDY/study.yaml                        title, client, creation; controller, purpose, retention, contact
    STUDY/consent.yaml                      what viewers are told and asked, where it is not our own text
    STUDY/films/FILM.yaml                   category, file, length
    STUDY/films/FILM.faces.parquet          readings of the faces in the film itself
    STUDY/viewers/VIEWER/consent/1.yaml     what the viewer agreed to
    STUDY/viewers/VIEWER/about/viewer.yaml  attributes and answers
    STUDY/viewers/VIEWER/decisions/FILM.yaml  what the researcher left out of a viewing, and why
    STUDY/viewers/VIEWER/FILM.yaml          one viewing: when, with what, offset, complete or partial
    STUDY/viewers/VIEWER/FILM~ID.parquet    its readings (FILM~ID.journal while it goes on, or after a crash)
    STUDY/viewers/VIEWER/FILM~ID.mkv        its video, only after a second consent (.avi in older studies)
    STUDY/withdrawn.yaml                    hashes of the viewers who were deleted

Every file is written whole or not at all, so that a study opens whatever happened. Each attempt at a viewing has files
of its own, and FILM.yaml names those that count: writing it is the one step by which a new attempt takes the place of
an old one. All of a viewer is one folder: deleting it deletes the viewer, and every result follows, since results are
computed from what is there.
"""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from player.errors import StudyError
from player.reactions.facts import (
    Decision,
    Decisions,
    FilmFacts,
    Receipt,
    StudyFacts,
    ViewerFacts,
    ViewingFacts,
    Withdrawals,
    joined,
    read_facts,
    telling,
    with_answers,
    write_facts,
)
from player.reactions.locks import claimed, study_locked
from player.reactions.readings import Journal, Readings, journal_of, read_readings, row_count

INTERRUPTED = "interrupted: the program ended before the film did"
NOTHING = "nothing was measured"
_DELETED = ".deleted-"
_PARTS = frozenset({"films", "viewers", ".locks", "study.yaml"})
"""What may be there already when another program makes the same study at the same moment."""
_VIDEO_ENDING, _OLD_VIDEO_ENDING = ".mkv", ".avi"
"""Matroska: what was written before a crash can be played, and every picture keeps its own time."""
_ENDINGS = (".parquet", ".journal", _VIDEO_ENDING, _OLD_VIDEO_ENDING)


def now_text() -> str:
    """This moment, local time with offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Study:
    """An opened study. Several programs may work on one study: a viewing is written by one of them at a time."""

    def __init__(self, path: Path) -> None:
        """Open a study; raises StudyError where there is none or it is of a later version."""
        self.path = path
        if not (path / "study.yaml").is_file():
            raise StudyError(f"{path}: there is no study here; `watch` and `analyse` make one")
        self.facts = read_facts(path / "study.yaml", StudyFacts)
        self._finish_deletions()

    @classmethod
    def open_or_create(cls, path: Path, title: str = "") -> Study:
        """The study at a path, made first if need be; raises StudyError or OutputError."""
        if not (path / "study.yaml").is_file():
            if path.is_dir() and any(each.name not in _PARTS for each in path.iterdir()):
                raise StudyError(
                    f"{path}: is a folder with other things in it; name a new folder for the study"
                )
            with telling(path):
                (path / "films").mkdir(parents=True, exist_ok=True)
                (path / "viewers").mkdir(exist_ok=True)
            with study_locked(path):
                if not (path / "study.yaml").is_file():
                    write_facts(path / "study.yaml", StudyFacts(title=title or path.name, created=now_text()))
        return cls(path)

    def state(self, **stated: str) -> None:
        """Write down what a study states of itself, by the names of StudyFacts. Raises OutputError."""
        with study_locked(self.path):
            now = read_facts(self.path / "study.yaml", StudyFacts)
            self.facts = now.model_copy(update=stated)
            write_facts(self.path / "study.yaml", self.facts)

    def films(self) -> tuple[FilmFacts, ...]:
        """All films by name."""
        files = sorted((self.path / "films").glob("*.yaml"))
        return tuple(read_facts(file, FilmFacts) for file in files)

    def film(self, name: str) -> FilmFacts:
        """One film; raises StudyError for one that the study does not hold."""
        path = self.path / "films" / f"{name}.yaml"
        if not path.is_file():
            known = ", ".join(film.film for film in self.films()) or "none yet"
            raise StudyError(f"{name}: the study holds no such film; it holds {known}")
        return read_facts(path, FilmFacts)

    def add_film(self, film: FilmFacts) -> FilmFacts:
        """Take a film in, or complete what is known of it; returns what is known now.

        Raises StudyError where the same name already means another film or has another category.
        """
        path = self.path / "films" / f"{film.film}.yaml"
        with study_locked(self.path):
            if path.is_file():
                film = joined(read_facts(path, FilmFacts), film)
            write_facts(path, film)
        return film

    def begin_film_faces(self, film: str) -> Journal:
        """Start to measure the faces in a film; whoever calls it finishes the journal.

        Raises StudyBusy where another program does it, and OutputError.
        """
        lock = claimed(self.path, film, "the faces in it")
        try:
            for leftover in (self.path / "films").glob(f"{film}.faces~*.journal"):
                leftover.unlink(missing_ok=True)
            path = self._faces_file(film)
            return Journal(path, path.with_name(f"{film}.faces~{_new_attempt()}.journal"), lock)
        except BaseException:
            lock.release()
            raise

    def has_film_faces(self, film: str) -> bool:
        """Whether the faces in a film were measured to its end."""
        return row_count(self._faces_file(film)) > 0

    def film_faces(self, film: str) -> Readings | None:
        """The faces in the film itself; None where they were not measured."""
        return read_readings(self._faces_file(film)) if self.has_film_faces(film) else None

    def viewers(self) -> tuple[str, ...]:
        """Names of all viewers."""
        folders = (self.path / "viewers").iterdir()
        return tuple(sorted(each.name for each in folders if each.is_dir() and each.name[0] != "."))

    def viewings(self, film: str | None = None) -> tuple[ViewingFacts, ...]:
        """All viewings, or those of one film, by viewer and film."""
        files = [file for viewer in self.viewers() for file in self._viewing_files(viewer)]
        return tuple(read_facts(file, ViewingFacts) for file in files if film in (None, file.stem))

    def viewing(self, viewer: str, film: str) -> ViewingFacts | None:
        """One viewing, None where there is none."""
        path = self._file(viewer, film, ".yaml")
        return read_facts(path, ViewingFacts) if path.is_file() else None

    def readings(self, viewing: ViewingFacts) -> Readings:
        """What was measured in a viewing, as far as it went."""
        return read_readings(self._attempt_file(viewing, ".parquet"))

    def measured(self, film: str) -> tuple[tuple[ViewingFacts, Readings], ...]:
        """All viewings of a film with what was measured, also while another program replaces one."""
        return tuple(self._measured(facts) for facts in self.viewings(film))

    def row_count(self, viewing: ViewingFacts) -> int:
        """How many rows of a viewing can be read from the disk."""
        return row_count(self._attempt_file(viewing, ".parquet"))

    def begin(self, viewing: ViewingFacts) -> Journal:
        """Start a viewing, or another attempt at one; whoever calls it leaves the journal by `with`.

        What an earlier attempt measured counts until `finish`; without one the viewing counts as partial. Raises
        StudyBusy where another program measures it, StudyError for a viewer who was deleted, or for a recording that
        would replace a session, and OutputError.
        """
        viewer, film = viewing.viewer, viewing.film
        lock = claimed(self.path, viewer, film)
        try:
            with study_locked(self.path), telling(self.path):
                self.check_admitted(viewer, viewing.source_sha256)
                (self.path / "viewers" / viewer).mkdir(parents=True, exist_ok=True)
                old = self.viewing(viewer, film)
                _check_replaceable(old, viewing)
                self._sweep(viewer, film, old)
                started = viewing.model_copy(
                    update={"status": "partial", "remark": INTERRUPTED, "attempt": _new_attempt()}
                )
                if old is None or not self.row_count(old):
                    write_facts(self._file(viewer, film, ".yaml"), started)
            return Journal(self._attempt_file(started, ".parquet"), lock=lock)
        except BaseException:
            lock.release()
            raise

    def finish(
        self, viewing: ViewingFacts, journal: Journal, later_seconds: float = 0.0, whole: bool = True
    ) -> bool:
        """Keep a viewing with its final facts (see Journal.finish); False where an earlier attempt stays instead.

        It stays where nothing was measured now; and, unless this attempt is `whole`, where it is complete or longer.
        Raises OutputError, and then this attempt stays partial.
        """
        rows = journal.finish(later_seconds)
        facts = viewing.model_copy(update={"attempt": journal.attempt})
        if not rows:
            facts = facts.model_copy(update={"status": "partial", "remark": facts.remark or NOTHING})
        old = self.viewing(viewing.viewer, viewing.film)
        if old is not None and old.attempt != facts.attempt:
            before = self.row_count(old)
            if before and not (rows and (whole or (old.status == "partial" and rows >= before))):
                self._sweep(viewing.viewer, viewing.film, old)
                return False
        write_facts(self._file(viewing.viewer, viewing.film, ".yaml"), facts)
        self._sweep(viewing.viewer, viewing.film, facts)
        return True

    def amend(self, viewing: ViewingFacts) -> None:
        """Write new facts of a viewing whose readings stay as they are. Raises StudyBusy or OutputError."""
        lock = claimed(self.path, viewing.viewer, viewing.film)
        try:
            write_facts(self._file(viewing.viewer, viewing.film, ".yaml"), viewing)
        finally:
            lock.release()

    def video_path(self, viewer: str, film: str, attempt: str | None = None) -> Path:
        """Where a viewing's video lies, if it was kept: of an attempt, or of the one that counts."""
        if attempt is None:
            facts = self.viewing(viewer, film)
            attempt = facts.attempt if facts is not None else ""
        name = f"{film}~{attempt}" if attempt else film
        old = self._file(viewer, name, _OLD_VIDEO_ENDING)
        return old if old.is_file() else self._file(viewer, name, _VIDEO_ENDING)

    def add_receipt(self, receipt: Receipt) -> str:
        """Keep what a viewer agreed to; returns the receipt's file name. Raises StudyError for a deleted viewer."""
        folder = self.path / "viewers" / receipt.viewer / "consent"
        with study_locked(self.path), telling(folder):
            self.check_admitted(receipt.viewer)
            folder.mkdir(parents=True, exist_ok=True)
            number = 1 + max((int(file.stem) for file in folder.glob("*.yaml")), default=0)
            write_facts(folder / f"{number}.yaml", receipt)
        return f"consent/{number}.yaml"

    def receipts(self, viewer: str) -> tuple[Receipt, ...]:
        """All that a viewer agreed to, the oldest first."""
        files = (self.path / "viewers" / viewer / "consent").glob("*.yaml")
        return tuple(read_facts(file, Receipt) for file in sorted(files, key=lambda file: int(file.stem)))

    def receipt_of(self, viewing: ViewingFacts) -> Receipt | None:
        """What the viewer agreed to before this viewing; None where the recording was made elsewhere."""
        path = self.path / "viewers" / viewing.viewer / viewing.consent
        return read_facts(path, Receipt) if viewing.consent and path.is_file() else None

    def about(self, viewer: str) -> ViewerFacts:
        """What is known of a viewer beside what was measured."""
        path = self._about_file(viewer)
        return read_facts(path, ViewerFacts) if path.is_file() else ViewerFacts(viewer=viewer)

    def tell_about(self, viewer: str, attributes: Mapping[str, str], film: str = "") -> bool:
        """Add attributes of a viewer, or answers about one film; what was known by the same name is replaced.

        Returns whether that changed anything. Raises StudyError for a deleted viewer, and OutputError.
        """
        with study_locked(self.path), telling(self.path):
            self.check_admitted(viewer)
            old = self.about(viewer)
            new = old.model_copy(update=with_answers(old, dict(attributes), film))
            if new != old:
                self._about_file(viewer).parent.mkdir(parents=True, exist_ok=True)
                write_facts(self._about_file(viewer), new)
        return new != old

    def decisions(self, viewer: str, film: str) -> Decisions:
        """The researcher's decisions about a viewing."""
        path = self._decisions_file(viewer, film)
        return read_facts(path, Decisions) if path.is_file() else Decisions(viewer=viewer, film=film)

    def decide(self, viewer: str, film: str, decision: Decision) -> None:
        """Add a decision about a viewing; raises StudyError where there is no such viewing, and OutputError."""
        with study_locked(self.path), telling(self.path):
            if self.viewing(viewer, film) is None:
                raise StudyError(f"{viewer}, {film}: the study holds no such viewing")
            old = self.decisions(viewer, film)
            path = self._decisions_file(viewer, film)
            path.parent.mkdir(exist_ok=True)
            write_facts(path, old.model_copy(update={"decisions": [*old.decisions, decision]}))

    def delete_viewer(self, viewer: str) -> None:
        """Delete everything of a viewer for good; raises StudyError for one who is not there, StudyBusy while measured.

        First the viewer is listed as withdrawn, so that nothing measures the same recordings again; then the folder
        gets a hidden name, so that a deletion that is interrupted is finished by the next opening.
        """
        with study_locked(self.path):
            if viewer not in self.viewers():
                raise StudyError(f"{viewer}: the study holds no such viewer")
            viewings = [each for each in self.viewings() if each.viewer == viewer]
            with ExitStack() as stack:
                for each in viewings:
                    stack.callback(claimed(self.path, viewer, each.film).release)
                self._list_withdrawn(
                    [viewer, *(each.source_sha256 for each in viewings if each.source_sha256)]
                )
                hidden = self.path / "viewers" / f"{_DELETED}{viewer}"
                with telling(hidden):
                    os.replace(self.path / "viewers" / viewer, hidden)
                    shutil.rmtree(hidden)

    def check_admitted(self, viewer: str, source_sha256: str = "") -> None:
        """Raise StudyError for a viewer who was deleted, or for a recording of one under another name."""
        withdrawals = self._withdrawals()
        for name in filter(None, (viewer, source_sha256)):
            if _hashed(withdrawals.salt, name) in withdrawals.hashes:
                raise StudyError(
                    f"{viewer}: was deleted from this study at the viewer's wish (`forget`) and is not measured again"
                )

    def _list_withdrawn(self, names: list[str]) -> None:
        known = self._withdrawals()
        hashes = sorted({*known.hashes, *(_hashed(known.salt, name) for name in names)})
        write_facts(self.path / "withdrawn.yaml", known.model_copy(update={"hashes": hashes}))

    def _withdrawals(self) -> Withdrawals:
        path = self.path / "withdrawn.yaml"
        return read_facts(path, Withdrawals) if path.is_file() else Withdrawals(salt=secrets.token_hex(8))

    def _measured(self, facts: ViewingFacts) -> tuple[ViewingFacts, Readings]:
        readings = self.readings(facts)
        now = self.viewing(facts.viewer, facts.film)
        if now is None or now.attempt == facts.attempt:
            return facts, readings
        return now, self.readings(now)

    def _sweep(self, viewer: str, film: str, counted: ViewingFacts | None) -> None:
        """Delete the files of every attempt at a viewing but the one that counts; only for who holds its lock."""
        folder = self.path / "viewers" / viewer
        attempts = {file for ending in _ENDINGS for file in folder.glob(f"{glob.escape(film)}~*{ending}")}
        attempts |= {self._file(viewer, film, ending) for ending in _ENDINGS}
        if counted is not None:
            attempts -= {self._attempt_file(counted, ending) for ending in _ENDINGS}
        for file in attempts:
            file.unlink(missing_ok=True)

    def unfinished(self) -> tuple[ViewingFacts, ...]:
        """Viewings that were cut off and whose rows still lie in a journal."""
        found = self.viewings()
        return tuple(each for each in found if journal_of(self._attempt_file(each, ".parquet")).exists())

    def _finish_deletions(self) -> None:
        for leftover in (self.path / "viewers").glob(f"{_DELETED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _viewing_files(self, viewer: str) -> list[Path]:
        return sorted((self.path / "viewers" / viewer).glob("*.yaml"))

    def _about_file(self, viewer: str) -> Path:
        return self.path / "viewers" / viewer / "about" / "viewer.yaml"

    def _decisions_file(self, viewer: str, film: str) -> Path:
        return self.path / "viewers" / viewer / "decisions" / f"{film}.yaml"

    def _faces_file(self, film: str) -> Path:
        return self.path / "films" / f"{film}.faces.parquet"

    def _attempt_file(self, viewing: ViewingFacts, ending: str) -> Path:
        name = f"{viewing.film}~{viewing.attempt}" if viewing.attempt else viewing.film
        return self._file(viewing.viewer, name, ending)

    def _file(self, viewer: str, film: str, ending: str) -> Path:
        # Not with_suffix: a film's name may hold a dot.
        return self.path / "viewers" / viewer / f"{film}{ending}"


def _new_attempt() -> str:
    return secrets.token_hex(4)


def _hashed(salt: str, name: str) -> str:
    return hashlib.sha256(f"{salt}{name}".encode()).hexdigest()


def _check_replaceable(old: ViewingFacts | None, new: ViewingFacts) -> None:
    if old is not None and old.live and not new.live:
        raise StudyError(
            f"{new.viewer}, {new.film}: was measured in a session, with consent, and is not replaced by a recording;"
            " give the recording another viewer's name"
        )
