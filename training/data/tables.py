"""Rows of a csv as the readers of faces want them: with the columns they need, broken rows as Skip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from recognizer.text_table import Cells, format_of, rows_of
from training.data.rows import Skip
from training.errors import DataError


def columns_of(path: Path) -> frozenset[str]:
    """The header's names in small letters; empty where the file cannot be read."""
    try:
        return frozenset(name.lower() for name in format_of(path).names)
    except (OSError, UnicodeError):
        return frozenset()


def count_rows(path: Path) -> int:
    """The lines after the header: what a progress bar needs, wrong where cells hold line ends."""
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(1 << 20), b"")
        return max(0, sum(block.count(b"\n") for block in blocks) - format_of(path).lines_before)


def read_table(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, Cells] | Skip]:
    """Each row as ("row 17", cells by column in small letters), counted from 1; broken rows as Skip.

    Raises:
        DataError: the file cannot be read, or a needed column is missing.
    """
    try:
        names = columns_of(path)
        missing = [name for name in needed if name not in names]
        if missing and path.stat():
            raise DataError(f"{path}: column {', '.join(missing)} is missing; expected {','.join(needed)}")
        for row in rows_of(path):
            name = f"row {row.number}"
            yield Skip(name, row.problem) if row.problem else (name, row.cells)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeError as error:
        raise DataError(f"{path}: not a text in {_encoding(error)}; save it again as UTF-8") from error


def _encoding(error: UnicodeError) -> str:
    return error.encoding.upper() if isinstance(error, UnicodeDecodeError) else "any known encoding"
