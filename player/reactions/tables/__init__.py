"""A study as tables for other programs: long format, with a dictionary that says what every column means.

`load_study` gives the same as a pandas frame: `from player.reactions.tables import load_study`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from player.errors import StudyError
from player.reactions.gather import gather
from player.reactions.measures import TRACES
from player.reactions.moments import Marker
from player.reactions.norms import Norm
from player.reactions.quality import WORST_USED
from player.reactions.selection import Selection
from player.reactions.study import Study
from player.reactions.tables.columns import COLUMNS
from player.reactions.tables.files import is_table, is_workbook, table_files, write_table_files
from player.reactions.tables.rows import tables_of

__all__ = [
    "COLUMNS",
    "is_table",
    "is_workbook",
    "load_study",
    "study_tables",
    "table_files",
    "write_tables",
]


def study_tables(
    study: Study,
    worst_used: int = WORST_USED,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    selection: Selection = Selection(),  # noqa: B008 - frozen
) -> dict[str, pa.Table]:
    """All tables of COLUMNS, and "dictionary", which explains them; raises UsageError for an unfit selection."""
    films = gather(study, worst_used, selection=selection)
    return tables_of(study, films, worst_used, markers, norms, selection)


def write_tables(
    study: Study,
    folder: Path,
    worst_used: int = WORST_USED,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    selection: Selection = Selection(),  # noqa: B008 - frozen
) -> tuple[Path, ...]:
    """Write each table as csv and parquet into a folder, and all into one workbook; raises OutputError."""
    return write_table_files(study_tables(study, worst_used, markers, norms, selection), folder)


def load_study(path: Path | str, table: str = "traces", wide: bool = False) -> Any:
    """A table of a study as a pandas frame; one of COLUMNS.

    `wide` gives the traces with one row per viewer, film and time, and one column per measure. Raises StudyError for
    a folder that is no study, and where pandas is missing.
    """
    if importlib.util.find_spec("pandas") is None:
        raise StudyError("a frame needs the package pandas: pip install pandas")
    frame = study_tables(Study(Path(path)))[table].to_pandas()
    if not wide:
        return frame
    keys = [name for name in frame.columns if name not in ("measure", "value")]
    return frame.pivot(index=keys, columns="measure", values="value")[list(TRACES)].reset_index()
