"""A study on disk: films, viewers, and what was measured; nothing that can be computed from these is kept.

    STUDY/study.yaml                        title, creation
    STUDY/films/FILM.yaml                   category, file, length
    STUDY/films/FILM.faces.parquet          readings of the faces in the film itself
    STUDY/viewers/VIEWER/consent/1.yaml     what the viewer agreed to
    STUDY/viewers/VIEWER/FILM.yaml          one viewing: when, with what, offset, complete or partial
    STUDY/viewers/VIEWER/FILM.parquet       its readings (FILM.journal while it goes on, or after a crash)
    STUDY/viewers/VIEWER/FILM.avi           its video, only after a second consent

Every file is written whole or not at all, so that a study opens whatever happened. All of a viewer is one folder:
deleting it deletes the viewer, and every result follows, since results are computed from what is there.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from player.errors import StudyError
from player.reactions.facts import (
    FilmFacts,
    Receipt,
    StudyFacts,
    ViewingFacts,
    read_facts,
    telling,
    write_facts,
)
from player.reactions.readings import Journal, Readings, journal_of, read_readings

INTERRUPTED = "interrupted: the program ended before the film did"
_DELETED = ".deleted-"


def now_text() -> str:
    """This moment, local time with offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Study:
    """An opened study. Several programs may work on one study, as long as each writes viewings of its own."""

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
            if path.is_dir() and any(path.iterdir()):
                raise StudyError(
                    f"{path}: is a folder with other things in it; name a new folder for the study"
                )
            with telling(path):
                (path / "films").mkdir(parents=True, exist_ok=True)
                (path / "viewers").mkdir(exist_ok=True)
            write_facts(path / "study.yaml", StudyFacts(title=title or path.name, created=now_text()))
        return cls(path)

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
        if path.is_file():
            film = _joined(read_facts(path, FilmFacts), film)
        write_facts(path, film)
        return film

    def begin_film_faces(self, film: str) -> Journal:
        """Start to measure the faces in a film; whoever calls it finishes the journal. Raises OutputError."""
        return Journal(self._faces_file(film))

    def has_film_faces(self, film: str) -> bool:
        """Whether the faces in a film were measured to its end."""
        return self._faces_file(film).is_file()

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
        return read_readings(self._file(viewing.viewer, viewing.film, ".parquet"))

    def begin(self, viewing: ViewingFacts) -> Journal:
        """Start a viewing (again): it counts as partial until `finish`. Raises OutputError."""
        folder = self.path / "viewers" / viewing.viewer
        with telling(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for ending in (".parquet", ".journal", ".avi"):
                self._file(viewing.viewer, viewing.film, ending).unlink(missing_ok=True)
        started = viewing.model_copy(update={"status": "partial", "remark": INTERRUPTED})
        write_facts(self._file(viewing.viewer, viewing.film, ".yaml"), started)
        return Journal(self._file(viewing.viewer, viewing.film, ".parquet"))

    def finish(self, viewing: ViewingFacts, journal: Journal, later_seconds: float = 0.0) -> None:
        """Keep a viewing with its final facts (see Journal.finish); raises OutputError, and then it stays partial."""
        journal.finish(later_seconds)
        write_facts(self._file(viewing.viewer, viewing.film, ".yaml"), viewing)

    def video_path(self, viewer: str, film: str) -> Path:
        """Where a viewing's video lies, if it was kept."""
        return self._file(viewer, film, ".avi")

    def add_receipt(self, receipt: Receipt) -> str:
        """Keep what a viewer agreed to; returns the receipt's file name."""
        folder = self.path / "viewers" / receipt.viewer / "consent"
        with telling(folder):
            folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(self.receipts(receipt.viewer)) + 1}.yaml"
        write_facts(folder / name, receipt)
        return f"consent/{name}"

    def receipts(self, viewer: str) -> tuple[Receipt, ...]:
        """All that a viewer agreed to, the oldest first."""
        files = (self.path / "viewers" / viewer / "consent").glob("*.yaml")
        return tuple(read_facts(file, Receipt) for file in sorted(files, key=lambda file: int(file.stem)))

    def delete_viewer(self, viewer: str) -> None:
        """Delete everything of a viewer; raises StudyError for one who is not there.

        The folder first gets a hidden name, so that a deletion that is interrupted is finished by the next opening.
        """
        if viewer not in self.viewers():
            raise StudyError(f"{viewer}: the study holds no such viewer")
        hidden = self.path / "viewers" / f"{_DELETED}{viewer}"
        with telling(hidden):
            os.replace(self.path / "viewers" / viewer, hidden)
            shutil.rmtree(hidden)

    def unfinished(self) -> tuple[ViewingFacts, ...]:
        """Viewings that were cut off and whose rows still lie in a journal."""
        found = self.viewings()
        return tuple(
            each for each in found if journal_of(self._file(each.viewer, each.film, ".parquet")).exists()
        )

    def _finish_deletions(self) -> None:
        for leftover in (self.path / "viewers").glob(f"{_DELETED}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _viewing_files(self, viewer: str) -> list[Path]:
        return sorted((self.path / "viewers" / viewer).glob("*.yaml"))

    def _faces_file(self, film: str) -> Path:
        return self.path / "films" / f"{film}.faces.parquet"

    def _file(self, viewer: str, film: str, ending: str) -> Path:
        # Not with_suffix: a film's name may hold a dot.
        return self.path / "viewers" / viewer / f"{film}{ending}"


def _joined(old: FilmFacts, new: FilmFacts) -> FilmFacts:
    """Both together; a film's file may become known later, but not change."""
    if old.category != new.category:
        raise StudyError(
            f"{new.film}: is in the category {old.category} in this study, not in {new.category}; use one of them"
        )
    if old.sha256 and new.sha256 and old.sha256 != new.sha256:
        raise StudyError(f"{new.film}: another film of this name is already in the study; rename one of them")
    return new if new.sha256 else old
