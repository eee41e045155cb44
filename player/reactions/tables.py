"""A study as tables for other programs: long format, with a dictionary that says what every column means.

`load_study` gives the same as a pandas frame: `from player.reactions.tables import load_study`.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from player import __version__
from player.errors import StudyError
from player.reactions.aggregate import SUMMARY, Peak, summary
from player.reactions.claims import Moment, Together, claims
from player.reactions.columns import COLUMNS
from player.reactions.comparisons import Comparison
from player.reactions.facts import telling, write_whole
from player.reactions.gather import Reactions, Viewed, gather
from player.reactions.intervals import FEWEST, LEVEL, Value
from player.reactions.measures import DEFINITIONS, TRACES, bin_times
from player.reactions.moments import Lift, Marker
from player.reactions.norms import versions_of
from player.reactions.quality import ASPECTS, WORST_USED
from player.reactions.study import Study

_HEADERS = ('"viewer","group"', '"film","', '"table","column"', '"name","value"')
"""How the first lines of our csv files begin; other programs seldom quote names."""


def study_tables(
    study: Study, worst_used: int = WORST_USED, markers: Sequence[Marker] = ()
) -> dict[str, pa.Table]:
    """All tables of COLUMNS, and "dictionary", which explains them."""
    films = gather(study, worst_used)
    found = claims(films, markers)
    return {
        "traces": _table("traces", [_traces(reactions, each) for reactions, each in _everybody(films)]),
        "viewings": _table("viewings", [_viewing(reactions, each) for reactions, each in _everybody(films)]),
        "figures": _table(
            "figures",
            [_figures(reactions, group) for reactions in films for group in ("", *reactions.groups)],
        ),
        "about": _rows("about", _about(study, films, worst_used)),
        "comparisons": _rows("comparisons", [_comparison(each) for each in found.comparisons]),
        "synchrony": _rows("synchrony", [_together(each) for each in found.synchrony]),
        "peaks": _rows("peaks", [_peak(film, peak) for film, peak in found.peaks]),
        "stretches": _rows("stretches", [_stretch(each) for each in found.moments]),
        "lifts": _rows("lifts", [_lift(lift, name) for lift in found.lifts for name in lift.lifts]),
        "dictionary": dictionary(),
    }


def dictionary() -> pa.Table:
    """One row per column of each table: table, column, type, meaning."""
    rows = [
        (table, each.name, str(each.kind), each.says)
        for table, columns in COLUMNS.items()
        for each in columns
    ]
    return pa.table(
        dict(zip(("table", "column", "type", "meaning"), map(list, zip(*rows, strict=True)), strict=True))
    )


def write_tables(
    study: Study, folder: Path, worst_used: int = WORST_USED, markers: Sequence[Marker] = ()
) -> tuple[Path, ...]:
    """Write each table as csv and parquet into a folder; raises OutputError."""
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in study_tables(study, worst_used, markers).items():
        for ending, content in ((".csv", _csv(table)), (".parquet", _parquet(table))):
            path = folder / f"{name}{ending}"
            write_whole(path, content)
            written.append(path)
    return tuple(written)


def table_files(folder: Path) -> tuple[Path, ...]:
    """Every file that `write_tables` writes."""
    return tuple(
        folder / f"{name}{ending}" for name in (*COLUMNS, "dictionary") for ending in (".csv", ".parquet")
    )


def is_table(head: bytes) -> bool:
    """Whether a file that begins so is one of our tables, or empty: it names columns that only these have."""
    return not head or head.startswith((b"PAR1", *(header.encode() for header in _HEADERS)))


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


def _everybody(films: Sequence[Reactions]) -> list[tuple[Reactions, Viewed]]:
    return [
        (reactions, each)
        for reactions in films
        for each in sorted((*reactions.used, *reactions.excluded), key=lambda each: each.facts.viewer)
    ]


def _traces(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    traces = each.measured.traces
    return {
        **_who(reactions, each),
        "seconds": np.repeat(np.round(bin_times(len(traces)), 3), len(TRACES)),
        "measure": list(TRACES) * len(traces),
        "value": _known(traces.ravel()),
    }


def _viewing(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    alone = Reactions(reactions.film, reactions.duration_seconds, (each,), ())
    # Synchrony is one viewer's only among the others.
    place, whole = (reactions.used.index(each), reactions) if each in reactions.used else (0, alone)
    measures = {
        **{name: each.grade.values[name] for name in ASPECTS},
        **{f"grade_{name}": float(each.grade.grades[name]) for name in ASPECTS},
        **{
            name: float(figure.of(alone)[0] if figure.independent else figure.of(whole)[place])
            for name, figure in SUMMARY.items()
        },
    }
    facts = each.facts
    return {
        **_who(reactions, each),
        "status": facts.status,
        "excluded_because": each.grade.excluded_because,
        "grade": each.grade.overall,
        "baseline": each.measured.baseline.origin,
        "offset_seconds": facts.offset_seconds,
        "offset_known": facts.offset_known,
        "jitter_seconds": facts.jitter_seconds,
        "order": facts.order,
        **{
            name: getattr(facts.versions, name)
            for name in ("emotion_model", "emotion_model_sha256", "face_model_sha256", "definitions")
        },
        "remarks": "; ".join([*each.grade.remarks, *filter(None, [facts.remark])]),
        "measure": list(measures),
        "value": _known(np.array(list(measures.values()))),
    }


def _figures(reactions: Reactions, group: str) -> dict[str, Any]:
    figures = summary(reactions.only(group) if group else reactions)
    parts = {part: [getattr(value, part) for value in figures.values()] for part in ("mean", "low", "high")}
    return {
        "film": reactions.film.film,
        "category": reactions.film.category,
        "group": group,
        "figure": list(figures),
        **{part: _known(np.array(values)) for part, values in parts.items()},
        "viewers": [value.viewers for value in figures.values()],
        "low_base": [value.low_base for value in figures.values()],
    }


def _about(study: Study, films: Sequence[Reactions], worst_used: int) -> list[dict[str, Any]]:
    """What a reader of the tables must know to cite or repeat them."""
    stated = [
        ("study", study.facts.title),
        ("sonrisa", __version__),
        ("definitions", str(DEFINITIONS)),
        ("worst_grade_used", str(worst_used)),
        ("interval_level", str(LEVEL)),
        ("fewest_viewers_for_an_interval", str(FEWEST)),
        *(("measured_with", each.named) for each in versions_of(films)),
    ]
    return [{"name": name, "value": value} for name, value in stated]


def _interval(value: Value, name: str) -> dict[str, Any]:
    return {name: value.mean, "low": value.low, "high": value.high}


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        **{name: getattr(each, name) for name in ("film", "first", "second", "figure", "design")},
        "viewers_first": each.viewers[0],
        "viewers_second": each.viewers[1],
        **_interval(each.difference, "difference"),
        **{name: getattr(each, name) for name in ("effect", "p", "adjusted", "beyond_chance")},
    }


def _together(each: Together) -> dict[str, Any]:
    found = {name: getattr(each.found, name) for name in ("mean", "chance", "p", "viewers")}
    return {"film": each.film, "trace": each.trace, **found, "adjusted": each.adjusted}


def _peak(film: str, peak: Peak) -> dict[str, Any]:
    return {
        "film": film,
        **{name: getattr(peak, name) for name in ("trace", "seconds", "p", "adjusted")},
        **_interval(peak.height, "height"),
        "viewers": peak.height.viewers,
    }


def _stretch(each: Moment) -> dict[str, Any]:
    first, second = each.groups or ("", "")
    names = ("film", "trace", "start_seconds", "end_seconds", "higher", "p", "adjusted", "beyond_chance")
    return {**{name: getattr(each, name) for name in names}, "first_group": first, "second_group": second}


def _lift(lift: Lift, name: str) -> dict[str, Any]:
    value, marker = lift.lifts[name], lift.marker
    return {
        "film": marker.film,
        "marker": marker.name,
        "start_seconds": marker.start_seconds,
        "end_seconds": marker.end_seconds,
        "trace": name,
        **_interval(value, "lift"),
        "p": lift.p[name],
        "adjusted": lift.adjusted[name],
        "viewers": value.viewers,
    }


def _who(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    facts = each.facts
    used = not each.grade.excluded_because
    return {
        "viewer": facts.viewer,
        "group": facts.group,
        "film": facts.film,
        "category": reactions.film.category,
        "used": used,
    }


def _known(values: Any) -> pa.Array:
    """Numbers with six digits; empty instead of NaN and of what has no limit."""
    numbers = np.asarray(values, np.float64)
    return pa.array(np.round(numbers, 6), pa.float64(), mask=~np.isfinite(numbers))


def _rows(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table from one dictionary a row; NaN becomes empty."""
    columns = []
    for each in COLUMNS[name]:
        values = [row[each.name] for row in rows]
        columns.append(_known(values) if each.kind == pa.float64() else pa.array(values, each.kind))
    return pa.Table.from_arrays(columns, names=[each.name for each in COLUMNS[name]])


def _table(name: str, blocks: list[dict[str, Any]]) -> pa.Table:
    """One table from blocks of rows, in which a single value stands for every row."""
    schema = pa.schema([(each.name, each.kind) for each in COLUMNS[name]])
    return pa.concat_tables([schema.empty_table(), *(_block(schema, block) for block in blocks)])


def _block(schema: pa.Schema, block: dict[str, Any]) -> pa.Table:
    count = max(len(column) for column in block.values() if isinstance(column, list | np.ndarray | pa.Array))
    columns = []
    for field in schema:
        column = block[field.name]
        many = isinstance(column, list | np.ndarray | pa.Array)
        columns.append(
            pa.array(column, field.type) if many else pa.repeat(pa.scalar(column, field.type), count)
        )
    return pa.Table.from_arrays(columns, schema=schema)


def _csv(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.csv.write_csv(table, out)
    return out.getvalue()


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
