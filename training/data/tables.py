"""Rows of a csv as people save them: with commas, semicolons or tabs, with a byte-order mark, with broken lines."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from training.data.rows import Skip
from training.errors import DataError

Cells = dict[str, str]


def columns_of(path: Path) -> frozenset[str]:
    """The header's names in small letters; empty where the file is no csv."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return frozenset(_names(file.readline()))
    except (OSError, UnicodeDecodeError):
        return frozenset()


def count_rows(path: Path) -> int:
    """The lines after the header: what a progress bar needs, wrong where cells hold line ends."""
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(1 << 20), b"")
        return max(0, sum(block.count(b"\n") for block in blocks) - 1)


def read_table(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, Cells] | Skip]:
    """Each row as ("row 17", cells by column in small letters), counted from 1; broken rows as Skip.

    Cells have no space around them, and one that a short row lacks is "".

    Raises:
        DataError: the file cannot be read, or a needed column is missing.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header = file.readline()
            names = _names(header)
            missing = [name for name in needed if name not in names]
            if missing:
                raise DataError(
                    f"{path}: column {', '.join(missing)} is missing; expected {','.join(needed)}"
                )
            yield from _cells(csv.reader(file, delimiter=_delimiter(header)), names)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not a csv in UTF-8 ({error.reason}); save it again as UTF-8") from error


def _cells(rows: Iterator[list[str]], names: list[str]) -> Iterator[tuple[str, Cells] | Skip]:
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Skip(f"row {number}", f"not a row of a csv ({error})")
            continue
        if not row:
            continue
        number += 1
        padded = row + [""] * (len(names) - len(row))
        yield f"row {number}", {name: cell.strip() for name, cell in zip(names, padded, strict=False)}


def _names(header: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in header.strip().split(_delimiter(header))]


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)
