"""Tables as people save them: csv with commas, semicolons, tabs or bars, from any spreadsheet, in any usual encoding.

UTF-8 and UTF-16 are told by their marks or by their zeros; what is not valid UTF-8 is read as Windows-1252, byte by
byte, so that a file in which both were mixed is read too. A first line "sep=;" (Excel's) is obeyed.
"""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Cells = dict[str, str]

DELIMITERS = ",;\t|"
HEAD_BYTES = 4096
LONGEST_HEADER = 1 << 20
"""In characters: what has no line end before is no table."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = "sep="
_FALLBACK = "sonrisa-windows-1252"


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table is written; `names` are its header's, without space around them.

    `lines_before` is how many lines come before the first row.
    """

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    lines_before: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row, counted from 1 without the header: its cells by column, or the reason why it has none."""

    number: int
    cells: Cells
    problem: str = ""


def format_of(path: Path) -> TableFormat:
    """What the beginning of a file tells; raises OSError. A file that is no table has names of no use."""
    encoding = _encoding_of(path)
    with path.open(newline="", encoding=encoding, errors=_FALLBACK) as file:
        lines_before, delimiter, line = 1, "", file.readline(LONGEST_HEADER)
        stated = line.strip("\r\n").strip('"')
        if stated.lower().startswith(_SEPARATOR_LINE) and len(stated) == len(_SEPARATOR_LINE) + 1:
            lines_before, delimiter, line = 2, stated[-1], file.readline(LONGEST_HEADER)
    delimiter = delimiter or max(DELIMITERS, key=line.count)
    return TableFormat(encoding, delimiter, _names_in(line.lstrip("\ufeff"), delimiter), lines_before)


def rows_of(path: Path) -> Iterator[TableRow]:
    """Every row that is not empty; cells have no space around them, and one that a short row lacks is "".

    Columns are named in small letters. Raises OSError.
    """
    form = format_of(path)
    names = [name.lower() for name in form.names]
    with path.open(newline="", encoding=form.encoding, errors=_FALLBACK) as file:
        for _ in range(form.lines_before):
            file.readline()
        yield from _rows(csv.reader(file, delimiter=form.delimiter), names)


def number_in(cell: str) -> float:
    """A number that a spreadsheet wrote, with a decimal point or a decimal comma; raises ValueError."""
    return float(cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)


def path_in(cell: str, folder: Path) -> Path:
    """The file that a cell names, from the table's folder; a path written on Windows is understood elsewhere too."""
    path = folder / cell
    if "\\" in cell and not path.exists():
        return folder / cell.replace("\\", "/")
    return path


def _names_in(header: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter), []))
    except csv.Error:
        return ()


def _rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[TableRow]:
    csv.field_size_limit(sys.maxsize)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield TableRow(number, {}, f"not a row of a csv ({error})")
            continue
        if row:
            number += 1
            padded = row + [""] * (len(names) - len(row))
            yield TableRow(number, {name: cell.strip() for name, cell in zip(names, padded, strict=False)})


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    # Every second byte of UTF-16 is zero in the letters of a header.
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """What Python's decoder gives for bytes that are no UTF-8; the five that Windows-1252 lacks stay as they are."""
    if not isinstance(error, UnicodeDecodeError) or not error.encoding.startswith("utf-8"):
        raise error
    part = error.object[error.start : error.end]
    text = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in part)
    return text, error.end


codecs.register_error(_FALLBACK, _as_windows_1252)
