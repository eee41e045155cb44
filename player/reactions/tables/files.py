"""Tables as files: csv and parquet each, and one workbook for spreadsheets. No cell of a csv or workbook is a formula.

In the workbook the traces have one column per measure, since a sheet ends after about a million rows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from player.reactions.facts import telling, write_whole
from player.reactions.measures import TRACES
from player.reactions.tables.columns import COLUMNS
from player.reactions.tables.plain_cells import harmless_table

WORKBOOK = "study.xlsx"
MOST_ROWS = 1_000_000
"""Of a sheet; Excel reads 1,048,576."""
_CREATOR = "Sonrisa"
_WIDTH = 16
_HEADERS = ('"viewer","group"', '"viewer","film"', '"film","', '"table","column"', '"name","value"')
"""How the first lines of our csv files begin; other programs seldom quote names."""


def write_table_files(tables: Mapping[str, pa.Table], folder: Path) -> tuple[Path, ...]:
    """Write every table; returns what was written. Raises OutputError."""
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        for ending, content in ((".csv", _csv(harmless_table(table))), (".parquet", _parquet(table))):
            written.append(folder / f"{name}{ending}")
            write_whole(written[-1], content)
    written.append(folder / WORKBOOK)
    write_whole(written[-1], _workbook(tables))
    return tuple(written)


def table_files(folder: Path) -> tuple[Path, ...]:
    """Every csv and parquet file that is written, and last the workbook."""
    names = [f"{name}{ending}" for name in (*COLUMNS, "dictionary") for ending in (".csv", ".parquet")]
    return tuple(folder / name for name in (*names, WORKBOOK))


def is_table(head: bytes) -> bool:
    """Whether a file that begins so is one of our tables, or empty: it names columns that only these have."""
    return not head or head.startswith((b"PAR1", *(header.encode() for header in _HEADERS)))


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook of ours."""
    try:
        book = load_workbook(path, read_only=True)
    except (OSError, KeyError, ValueError, InvalidFileException, zipfile.BadZipFile):
        return False
    try:
        return bool(book.properties.creator == _CREATOR)
    finally:
        book.close()


def _workbook(tables: Mapping[str, pa.Table]) -> bytes:
    book = Workbook(write_only=True)
    book.properties.creator = _CREATOR
    for name, table in tables.items():
        whole = harmless_table(_wide(table) if name == "traces" else table)
        for number, first in enumerate(range(0, max(1, len(whole)), MOST_ROWS), start=1):
            sheet = book.create_sheet(name if number == 1 else f"{name} {number}")
            _fill(sheet, whole.slice(first, MOST_ROWS))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: pa.Table) -> None:
    sheet.freeze_panes = "A2"
    for place in range(1, len(table.column_names) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
    header = []
    for name in table.column_names:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in _cells(table):
        sheet.append(row)


def _cells(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _wide(traces: pa.Table) -> pa.Table:
    """One row per viewing and time, one column per measure; rows of the long table come measure by measure."""
    every = len(TRACES)
    keys = [name for name in traces.column_names if name not in ("measure", "value")]
    first = pa.array(range(0, len(traces), every), pa.int64())
    columns = [traces.column(name).take(first) for name in keys]
    values = traces.column("value").combine_chunks()
    columns += [values.take(pa.array(range(place, len(traces), every), pa.int64())) for place in range(every)]
    return pa.Table.from_arrays(columns, names=[*keys, *TRACES])


def _csv(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.csv.write_csv(table, out)
    return out.getvalue()


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
