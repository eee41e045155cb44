"""Which recordings of reactions there are: from a csv, or from a folder by its layout.

A csv has the columns video, viewer, film, category and, where known, offset_seconds (the recording's time at which the
film began) and group. Paths are relative to the csv. `film` is a name, or a film's file.
A folder is read as CATEGORY/FILM/VIEWER.mp4, unless it holds a `recordings.csv`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from player.reactions.facts import Name
from player.reactions.films import VIDEO_ENDINGS
from recognizer.errors import SourceError, UsageError
from recognizer.text_table import format_of, number_in, path_in, rows_of

LIST_NAME = "recordings.csv"
NEEDED = ("video", "viewer", "film", "category")

_NAME: TypeAdapter[str] = TypeAdapter(Name)


@dataclass(frozen=True, slots=True)
class Recording:
    """One video of one viewer's reaction to one film; `film_file` is None where the film itself is not at hand."""

    video: Path
    viewer: str
    film: str
    category: str
    offset_seconds: float | None = None
    group: str = ""
    film_file: Path | None = None


def list_recordings(path: Path, films: Path | None = None) -> tuple[Recording, ...]:
    """All recordings at a path, by viewer and film; `films` is a folder of film files, found by their names.

    Raises SourceError where there is nothing, and UsageError with the row's number for a table that makes no sense.
    """
    if path.is_dir() and (path / LIST_NAME).is_file():
        path = path / LIST_NAME
    if path.is_dir():
        found = tuple(_from_folder(path))
    elif path.is_file():
        found = tuple(_from_csv(path))
    else:
        raise SourceError(f"{path}: there is no such folder or csv; check the path")
    if not found:
        raise SourceError(f"{path}: no recordings here; wanted are CATEGORY/FILM/VIEWER.mp4 or a {LIST_NAME}")
    _check_unique(found)
    files = _films_in(films) if films else {}
    return tuple(_with_file(each, files) for each in sorted(found, key=lambda each: (each.viewer, each.film)))


def _from_folder(folder: Path) -> Iterable[Recording]:
    for video in sorted(folder.glob("*/*/*")):
        if video.suffix.lower() in VIDEO_ENDINGS and not video.name.startswith("."):
            film, category = video.parent.name, video.parent.parent.name
            yield _recording(str(video), video, {"viewer": video.stem, "film": film, "category": category})


def _from_csv(path: Path) -> Iterable[Recording]:
    try:
        names = [name.lower() for name in format_of(path).names]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise UsageError(f"{path}: lacks the column {missing[0]}; needed are {', '.join(NEEDED)}")
        rows = list(rows_of(path))
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{path}: the list cannot be read ({error})") from error
    for row in rows:
        where = f"{path}, row {row.number + 1}"
        if row.problem:
            raise UsageError(f"{where}: {row.problem}")
        yield _recording(where, path_in(row.cells["video"], path.parent), row.cells, path.parent)


def _recording(where: str, video: Path, cells: dict[str, str], beside: Path | None = None) -> Recording:
    film, film_file = cells["film"], None
    if beside is not None and Path(film).suffix.lower() in VIDEO_ENDINGS:
        film_file = path_in(film, beside)
        film = film_file.stem
    for column, name in (("viewer", cells["viewer"]), ("film", film), ("category", cells["category"])):
        _check_name(where, column, name)
    offset = _seconds(where, cells.get("offset_seconds", ""))
    return Recording(
        video, cells["viewer"], film, cells["category"], offset, cells.get("group", ""), film_file
    )


def _check_name(where: str, column: str, name: str) -> None:
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        raise UsageError(
            f"{where}: {column} must be a plain name (letters, digits, space, - _ .; at most 64), not {name!r}"
        ) from error


def _seconds(where: str, written: str) -> float | None:
    if not written:
        return None
    try:
        seconds = number_in(written)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise UsageError(f"{where}: offset_seconds must be 0 or more, not {written!r}")
    return seconds


def _check_unique(recordings: Iterable[Recording]) -> None:
    seen: dict[tuple[str, str], Recording] = {}
    for each in recordings:
        other = seen.setdefault((each.viewer, each.film), each)
        if other is not each:
            raise UsageError(
                f"{each.video}: {each.viewer} saw {each.film} twice ({other.video}); give the second another viewer"
            )


def _films_in(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder of films")
    return {file.stem: file for file in sorted(folder.iterdir()) if file.suffix.lower() in VIDEO_ENDINGS}


def _with_file(recording: Recording, files: dict[str, Path]) -> Recording:
    if recording.film_file is not None or recording.film not in files:
        return recording
    return replace(recording, film_file=files[recording.film])
