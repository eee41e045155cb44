"""Every column of the exported tables, with its meaning and its unit; and what the names in them stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from player.reactions.aggregate import SUMMARY
from player.reactions.comparisons import BEYOND_CHANCE
from player.reactions.intervals import FEWEST, LOW_BASE, UNIT
from player.reactions.measures import BOUNDS, TRACES
from player.reactions.quality import ASPECTS
from player.reactions.report.words import SHARES


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    says: str
    kind: pa.DataType = pa.string()  # noqa: RUF009 - Arrow's types are immutable
    unit: str = ""


_WHO = (
    Column("viewer", "the viewer's name in the study"),
    Column("group", "what the viewers are split by; empty: none"),
    Column("film", "the film's name"),
    Column("category", "the film's category"),
)
_USED = Column(
    "used", "false where the viewing is left out of every aggregate because of its grade", pa.bool_()
)

_PART = (
    Column("film", "the film's name"),
    Column("split", "the attribute by which viewers are grouped; empty: all viewers"),
    Column("group", "the value of it that these viewers have; empty: all viewers"),
)
_FILM_TIME = "film time in seconds"

_INTERVAL = (
    Column("low", f"lower end of the 95 % interval; empty below {FEWEST} viewers", pa.float64()),
    Column("high", "upper end of it", pa.float64()),
)
_TESTED = (
    Column("p", "of this question alone; empty where there was no test", pa.float64()),
    Column(
        "adjusted",
        "over all questions of the kind in this study (Holm, or false discovery rate)",
        pa.float64(),
    ),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "traces": (
        *_WHO,
        _USED,
        Column("seconds", "the middle of the 0.2 s that the value is the mean of", pa.float64(), _FILM_TIME),
        Column("measure", "what was measured; each is explained below"),
        Column(
            "value",
            "the measure, corrected by the viewer's face at rest; empty where no face was read, or masked by hand",
            pa.float64(),
            "of the measure",
        ),
    ),
    "viewings": (
        *_WHO,
        _USED,
        Column("status", "complete, or partial where it was cut off"),
        Column("excluded_because", "why the viewing is left out; empty where it is used"),
        Column("grade", "1 (very good) to 6 (unusable): the worst of the grades of all aspects", pa.int64()),
        Column("baseline", "where the resting face is from: before the film, its opening second, or none"),
        Column("weight", "how much the viewer counts in means over viewers", pa.float64()),
        Column("source", "the camera, or the recording's name"),
        Column(
            "started", "when the session began, or the recording was measured", unit="local time, ISO 8601"
        ),
        Column(
            "offset_seconds",
            "the camera's or recording's time at which the film began",
            pa.float64(),
            "seconds",
        ),
        Column("offset_known", "measured on one clock, stated by the researcher, or assumed to be 0"),
        Column(
            "jitter_seconds",
            "95 % of the film's pictures were shown within this; empty: no film was shown",
            pa.float64(),
            "seconds",
        ),
        Column("order", "the film's place in the session, from 1; empty: a recording", pa.int64()),
        Column("seed", "of the session's random order of films; empty: a recording", pa.int64()),
        Column("frames_per_second", "how often the face was measured", pa.float64(), "per second"),
        Column(
            "dropped_frames",
            "pictures of the camera that could not be measured in time",
            pa.int64(),
            "frames",
        ),
        Column("shown_pictures", "pictures of the film that were on the screen", pa.int64(), "frames"),
        Column("consent", "the viewer's receipt; empty: recorded elsewhere"),
        Column("sonrisa", "the program's version"),
        Column("emotion_model", "the emotion model's name"),
        Column("emotion_model_sha256", "the hash of its file"),
        Column("face_model_sha256", "the hash of the face model's file"),
        Column("definitions", "the version of the definitions by which pictures became readings", pa.int64()),
        Column("remarks", "what else must be known of the viewing"),
        Column(
            "measure",
            "an aspect of quality (its value), grade_ASPECT (1 to 6), or a figure of the film for this viewer",
        ),
        Column("value", "its value; empty where it is not known", pa.float64(), "of the measure"),
    ),
    "about": (
        Column("name", "what is stated"),
        Column("value", "its value"),
    ),
    "attributes": (
        Column("viewer", "the viewer's name in the study"),
        Column("film", "the film that an answer is about; empty: it is about the viewer"),
        Column("attribute", "the attribute's or question's name"),
        Column("value", "what was stated"),
    ),
    "decisions": (
        Column("viewer", "whose viewing was decided about"),
        Column("film", "of which film"),
        Column("made", "when", unit="local time, ISO 8601"),
        Column(
            "what", "exclude: left out; mask: a stretch is left out; restore: all before it is taken back"
        ),
        Column("start_seconds", "where a masked stretch begins", pa.float64(), _FILM_TIME),
        Column("end_seconds", "where it ends", pa.float64(), _FILM_TIME),
        Column("reason", "why"),
        Column("by", "who decided"),
    ),
    "shares": (
        *_PART,
        Column("seconds", "the second's beginning", pa.float64(), _FILM_TIME),
        Column("emotion", "which emotion is shown"),
        Column("share", "of the viewers who could be read in that second", pa.float64(), "0 to 1"),
        *_INTERVAL,
        Column("viewers", "how many viewers could be read", pa.int64()),
    ),
    "bands": (
        *_PART,
        Column("seconds", "the middle of the 0.2 s", pa.float64(), _FILM_TIME),
        Column(
            "trace", "as measure in traces; film_smile: the smile of the face in front in the film itself"
        ),
        Column("mean", "mean over viewers", pa.float64(), "of the trace"),
        *_INTERVAL,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
    ),
    "figures": (
        *_PART,
        Column("category", "the film's category"),
        Column("figure", "a figure of the film; each is explained below"),
        Column("mean", "mean over the viewers that are used", pa.float64(), "of the figure"),
        *_INTERVAL,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
        Column("low_base", f"true with fewer than {LOW_BASE} viewers", pa.bool_()),
    ),
    "comparisons": (
        Column("film", "the film in which two groups are compared; empty: two films are"),
        Column("split", "the attribute by which they are groups"),
        Column("first", "the first film or group"),
        Column("second", "the second one"),
        Column("figure", "as in figures"),
        Column("design", "within: the same viewers, by paired t; between: others, by Welch's t"),
        Column("viewers_first", "how many viewers of the first", pa.int64()),
        Column("viewers_second", "how many of the second", pa.int64()),
        Column("difference", "mean of the first less mean of the second", pa.float64(), "of the figure"),
        *_INTERVAL,
        Column(
            "effect", "standardised difference with Hedges' correction", pa.float64(), "standard deviations"
        ),
        *_TESTED,
        Column("beyond_chance", f"whether the adjusted p is at most {BEYOND_CHANCE}", pa.bool_()),
    ),
    "synchrony": (
        Column("film", "the film's name"),
        Column("trace", "as measure in traces"),
        Column("mean", "mean correlation of each viewer's trace with the others' mean", pa.float64()),
        Column("chance", "what 95 % of unrelated traces stay below", pa.float64()),
        *_TESTED,
        Column("viewers", "how many viewers could be compared", pa.int64()),
    ),
    "peaks": (
        Column("film", "the film's name"),
        Column("trace", "as measure in traces"),
        Column("seconds", "where the smoothed mean has its summit", pa.float64(), _FILM_TIME),
        Column("height", "the smoothed mean there", pa.float64(), "of the trace"),
        *_INTERVAL,
        *_TESTED,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
    ),
    "stretches": (
        Column("film", "the film's name"),
        Column("trace", "as measure in traces"),
        Column("split", "the attribute by which they are groups; empty: all viewers"),
        Column("first_group", "the group that is compared; empty: all viewers with their own average"),
        Column("second_group", "the group it is compared with"),
        Column("start_seconds", "when it begins", pa.float64(), _FILM_TIME),
        Column("end_seconds", "when it ends", pa.float64(), _FILM_TIME),
        Column("higher", "true where the first (or all viewers) is higher, false where lower", pa.bool_()),
        *_TESTED,
        Column("beyond_chance", f"whether the adjusted p is at most {BEYOND_CHANCE}", pa.bool_()),
    ),
    "lifts": (
        Column("film", "the film's name"),
        Column("marker", "the moment's name"),
        Column("start_seconds", "when it begins", pa.float64(), _FILM_TIME),
        Column("end_seconds", "when it ends", pa.float64(), _FILM_TIME),
        Column("trace", "as measure in traces"),
        Column("lift", "mean during the moment less the mean before it", pa.float64(), "of the trace"),
        *_INTERVAL,
        *_TESTED,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
    ),
    "contagion": (
        Column("film", "the film's name"),
        Column("face_share", "share of the film in which a face can be read", pa.float64(), "0 to 1"),
        Column("correlation", "of the viewers' mean smile with that of the face in the film", pa.float64()),
        Column("lag_seconds", "how much later the viewers smile", pa.float64(), "seconds"),
    ),
    "standings": (
        Column("film", "the film's name"),
        Column("category", "the norm's category"),
        Column("figure", "as in figures"),
        Column("percentile", "among the norm's films", pa.float64(), "percent"),
        *_INTERVAL,
        Column("films", "how many other films the norm holds", pa.int64()),
    ),
}
"""Every table and its columns."""


ASPECT_UNITS = {
    **dict.fromkeys(("watched", "shown", "visible", "trust", "alone", "rest_still"), "share, 0 to 1"),
    "light": "0 to 1",
    "pose": "degrees",
    "frames": "per second",
    **dict.fromkeys(("sync", "rest"), "seconds"),
    "rest_neutral": "log odds",
}
TRACE_UNITS = {name: f"{low:g} to {high:g}" for name, (low, high) in BOUNDS.items()}
_NAMED = {("traces", "measure"): "trace", ("viewings", "measure"): "viewing", ("figures", "figure"): "figure"}
"""The columns that hold names which the dictionary explains one by one."""


def dictionary() -> pa.Table:
    """One row per column of each table, and one per name in a column of names."""
    names = ("table", "column", "name", "type", "unit", "meaning")
    rows = [row for table in COLUMNS for each in COLUMNS[table] for row in _explained(table, each)]
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def figure_unit(name: str) -> str:
    """The unit of a figure of SUMMARY."""
    bounds = SUMMARY[name].bounds
    if bounds is None:
        return "per minute"
    return "share, 0 to 1" if name in SHARES and bounds == UNIT else f"{bounds[0]:g} to {bounds[1]:g}"


def _explained(table: str, column: Column) -> Iterator[tuple[str, ...]]:
    yield table, column.name, "", str(column.kind), column.unit, column.says
    kind = _NAMED.get((table, column.name))
    if kind == "trace":
        for name, says in TRACES.items():
            yield table, column.name, name, "double", TRACE_UNITS[name], says
    if kind == "viewing":
        for name, aspect in ASPECTS.items():
            yield table, column.name, name, "double", ASPECT_UNITS[name], aspect.says
            yield table, column.name, f"grade_{name}", "double", "1 to 6", f"grade of: {aspect.says}"
    if kind in ("viewing", "figure"):
        for name, figure in SUMMARY.items():
            yield table, column.name, name, "double", figure_unit(name), figure.says
