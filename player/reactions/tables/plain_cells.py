"""Cells that no spreadsheet takes for a formula, whoever named the viewer, the group or the answer in them. Pure."""

from __future__ import annotations

import pyarrow as pa

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet might run; plain numbers stay what they are."""
    if not cell.startswith(_STARTS):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def harmless_table(table: pa.Table) -> pa.Table:
    """The table with every text harmless; numbers are no text."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            cells = table.column(place).to_pylist()
            if any(cell is not None and cell.startswith(_STARTS) for cell in cells):
                made = [cell if cell is None else harmless(cell) for cell in cells]
                table = table.set_column(place, field, pa.array(made, pa.string()))
    return table
