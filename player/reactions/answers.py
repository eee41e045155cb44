"""Attributes and survey answers from a table, merged into a study by viewer.

The table has a column `viewer` and any others: each is an attribute. With a column `film` its rows are answers about
that film, and an empty cell there speaks of the viewer. Any spreadsheet's csv is read, and Excel's own xlsx.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from player.reactions.study import Study
from recognizer.errors import SourceError, UsageError
from recognizer.text_table import TableRow, format_of, rows_of

VIEWER, FILM = "viewer", "film"


def merge_answers(study: Study, path: Path) -> tuple[int, tuple[str, ...]]:
    """Take a table over; returns for how many viewers, and one line for each row that was left out.

    Raises SourceError for a file that cannot be read, and UsageError for one without viewers.
    """
    films, known = {film.film for film in study.films()}, set(study.viewers())
    told, problems = set(), []
    for row in _rows(path):
        viewer, film = row.cells.get(VIEWER, ""), row.cells.get(FILM, "")
        attributes = {
            name: cell for name, cell in row.cells.items() if cell and name not in (VIEWER, FILM, "")
        }
        if row.problem or viewer not in known or (film and film not in films):
            why = (
                row.problem
                or f"the study holds no {'film ' + film if viewer in known else 'viewer ' + viewer}"
            )
            problems.append(f"{path}, row {row.number + 1}: {why}; left out")
        else:
            study.tell_about(viewer, attributes, film)
            told.add(viewer)
    return len(told), tuple(problems)


def _rows(path: Path) -> list[TableRow]:
    try:
        rows = list(_sheet(path)) if path.suffix.lower() == ".xlsx" else _csv(path)
    except (OSError, UnicodeError, InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise SourceError(f"{path}: the table cannot be read ({error})") from error
    if not rows or not any(VIEWER in row.cells for row in rows):
        raise UsageError(f"{path}: lacks rows with a column {VIEWER}, by which answers are merged")
    return rows


def _csv(path: Path) -> list[TableRow]:
    return list(rows_of(path)) if format_of(path).names else []


def _sheet(path: Path) -> Iterator[TableRow]:
    """The rows of a workbook's first sheet, as `rows_of` gives those of a csv."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        names = [_text(cell).lower() for cell in next(rows, ())]
        for number, row in enumerate(rows, start=1):
            if any(cell is not None for cell in row):
                yield TableRow(number, dict(zip(names, map(_text, row), strict=False)))
    finally:
        book.close()


def _text(cell: object) -> str:
    """A cell as a csv would have it: 34 and not 34.0."""
    if cell is None:
        return ""
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell).strip()
