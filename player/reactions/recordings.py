"""Which recordings of reactions there are: from a csv, or from a folder by its layout.

A csv has the columns video, viewer, film, category and, where known, offset_seconds (the recording's time at which the
film began; negative where the film began before the recording), group, and film_seconds (the film's length where its
file is not at hand). Every other column is an attribute of the viewer. Paths are relative to the csv, which may be
written by any spreadsheet. `film` is a name, or a film's file.
A folder is read as CATEGORY/FILM/VIEWER.mp4, unless it holds a `recordings.csv`. Rows are judged one by one: one that
makes no sense is named and costs only itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from player.reactions.facts import Name
from player.reactions.films import VIDEO_ENDINGS
from recognizer.errors import SourceError, UsageError
from recognizer.text_table import format_of, number_in, path_in, rows_of

LIST_NAME = "recordings.csv"
NEEDED = ("video", "viewer", "film", "category")
_KNOWN = frozenset({*NEEDED, "offset_seconds", "group", "film_seconds", ""})

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
    film_seconds: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else the list states of the viewer, by column."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The recordings that can be used, by viewer and film, and one line for each row that cannot."""

    recordings: tuple[Recording, ...]
    problems: tuple[str, ...] = ()


def list_recordings(path: Path, films: Path | None = None) -> Listing:
    """All recordings at a path; `films` is a folder of film files, found by their names.

    Raises SourceError where there is nothing, and UsageError for a table without the columns that are needed.
    """
    if path.is_dir() and (path / LIST_NAME).is_file():
        path = path / LIST_NAME
    if path.is_dir():
        rows = list(_from_folder(path))
    elif path.is_file():
        rows = list(_from_csv(path))
    else:
        raise SourceError(f"{path}: there is no such folder or csv; check the path")
    if not rows:
        raise SourceError(f"{path}: no recordings here; wanted are CATEGORY/FILM/VIEWER.mp4 or a {LIST_NAME}")
    files = _films_in(films) if films else {}
    found: dict[tuple[str, str], Recording] = {}
    problems = []
    for row in rows:
        try:
            recording = _with_file(_recording(row), files)
            _check_first(row.where, recording, found)
            found[recording.viewer, recording.film] = recording
        except UsageError as error:
            problems.append(f"{error}; left out")
    return Listing(tuple(found[key] for key in sorted(found)), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Row:
    """One recording as it was written down: its cells, and the folder that a film's path is relative to."""

    where: str
    video: Path
    cells: dict[str, str]
    beside: Path | None = None
    problem: str = ""
    """Why it cannot be read; empty: it can."""


def _from_folder(folder: Path) -> Iterable[_Row]:
    for video in sorted(folder.glob("*/*/*")):
        if video.suffix.lower() in VIDEO_ENDINGS and not video.name.startswith("."):
            film, category = video.parent.name, video.parent.parent.name
            yield _Row(str(video), video, {"viewer": video.stem, "film": film, "category": category})


def _from_csv(path: Path) -> Iterable[_Row]:
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
        cells = row.cells or dict.fromkeys(names, "")
        yield _Row(where, path_in(cells["video"], path.parent), cells, path.parent, row.problem)


def _recording(row: _Row) -> Recording:
    if row.problem:
        raise UsageError(f"{row.where}: {row.problem}")
    cells, film, film_file = row.cells, row.cells["film"], None
    if row.beside is not None and Path(film).suffix.lower() in VIDEO_ENDINGS:
        film_file = path_in(film, row.beside)
        film = film_file.stem
    for column, name in (("viewer", cells["viewer"]), ("film", film), ("category", cells["category"])):
        _check_name(row.where, column, name)
    return Recording(
        row.video,
        cells["viewer"],
        film,
        cells["category"],
        offset_seconds=_seconds(row, "offset_seconds", -math.inf),
        group=cells.get("group", ""),
        film_file=film_file,
        film_seconds=_seconds(row, "film_seconds", 0.0),
        attributes={name: cell for name, cell in cells.items() if cell and name not in _KNOWN},
    )


def _check_name(where: str, column: str, name: str) -> None:
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        raise UsageError(
            f"{where}: {column} must be a plain name (letters, digits, space, - _ .; at most 64), not {name!r}"
        ) from error


def _seconds(row: _Row, column: str, above: float) -> float | None:
    written = row.cells.get(column, "")
    if not written:
        return None
    try:
        seconds = number_in(written)
    except ValueError:
        seconds = math.nan
    if not above < seconds < math.inf:
        raise UsageError(f"{row.where}: {column} must be a number of seconds, not {written!r}")
    return seconds


def _check_first(where: str, recording: Recording, found: Mapping[tuple[str, str], Recording]) -> None:
    """Raise UsageError for a row that contradicts an earlier one."""
    other = found.get((recording.viewer, recording.film))
    if other is not None:
        raise UsageError(
            f"{where}: {recording.viewer} saw {recording.film} twice (first {other.video});"
            " give the second another viewer"
        )
    alike = [each for each in found.values() if each.film == recording.film]
    for column in ("category", "film_file", "film_seconds"):
        wanted = getattr(recording, column)
        for each in alike:
            if wanted is not None and getattr(each, column) not in (None, wanted):
                raise UsageError(
                    f"{where}: {column} of {recording.film} is {wanted}, but {getattr(each, column)} in an earlier row"
                )


def _films_in(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder of films")
    return {file.stem: file for file in sorted(folder.iterdir()) if file.suffix.lower() in VIDEO_ENDINGS}


def _with_file(recording: Recording, files: dict[str, Path]) -> Recording:
    if recording.film_file is not None or recording.film not in files:
        return recording
    return replace(recording, film_file=files[recording.film])
