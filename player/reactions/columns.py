"""Every table of a study's export and what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from player.reactions.aggregate import SUMMARY
from player.reactions.comparisons import BEYOND_CHANCE
from player.reactions.intervals import FEWEST, LOW_BASE
from player.reactions.measures import TRACES
from player.reactions.quality import ASPECTS


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    says: str
    kind: pa.DataType = pa.string()  # noqa: RUF009 - Arrow's types are immutable


_WHO = (
    Column("viewer", "the viewer's name in the study"),
    Column("group", "what the viewers are split by; empty: none"),
    Column("film", "the film's name"),
    Column("category", "the film's category"),
)
_USED = Column(
    "used", "false where the viewing is left out of every aggregate because of its grade", pa.bool_()
)

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
        Column("seconds", "film time at the middle of the 0.2 s that the value is the mean of", pa.float64()),
        Column("measure", "; ".join(f"{name}: {says}" for name, says in TRACES.items())),
        Column(
            "value",
            "the measure, corrected by the viewer's face at rest; empty where no face was read",
            pa.float64(),
        ),
    ),
    "viewings": (
        *_WHO,
        _USED,
        Column("status", "complete, or partial where it was cut off"),
        Column("excluded_because", "why the viewing is left out; empty where it is used"),
        Column("grade", "1 (very good) to 6 (unusable): the worst of the grades of all aspects", pa.int64()),
        Column("baseline", "where the resting face is from: before the film, its opening second, or none"),
        Column("offset_seconds", "the camera's or recording's time at which the film began", pa.float64()),
        Column("offset_known", "measured on one clock, stated by the researcher, or assumed to be 0"),
        Column(
            "jitter_seconds",
            "95 % of the film's pictures were shown within this; empty: no film was shown",
            pa.float64(),
        ),
        Column("order", "the film's place in the session, from 1; empty: a recording", pa.int64()),
        Column("emotion_model", "the emotion model's name"),
        Column("emotion_model_sha256", "the hash of its file"),
        Column("face_model_sha256", "the hash of the face model's file"),
        Column("definitions", "the version of the definitions by which pictures became readings", pa.int64()),
        Column("remarks", "what else must be known of the viewing"),
        Column(
            "measure",
            "an aspect of quality (its value), grade_ASPECT, or a figure of the film for this viewer: "
            + "; ".join(
                [
                    *(f"{name}: {each.says}" for name, each in ASPECTS.items()),
                    *(f"{name}: {each.says}" for name, each in SUMMARY.items()),
                ]
            ),
        ),
        Column("value", "its value; empty where it is not known", pa.float64()),
    ),
    "about": (
        Column("name", "what is stated"),
        Column("value", "its value"),
    ),
    "figures": (
        Column("film", "the film's name"),
        Column("category", "the film's category"),
        Column("group", "the group of viewers; empty: all"),
        Column("figure", "; ".join(f"{name}: {figure.says}" for name, figure in SUMMARY.items())),
        Column("mean", "mean over the viewers that are used", pa.float64()),
        *_INTERVAL,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
        Column("low_base", f"true with fewer than {LOW_BASE} viewers", pa.bool_()),
    ),
    "comparisons": (
        Column("film", "the film in which two groups are compared; empty: two films are"),
        Column("first", "the first film or group"),
        Column("second", "the second one"),
        Column("figure", "as in figures"),
        Column("design", "within: the same viewers, by paired t; between: others, by Welch's t"),
        Column("viewers_first", "how many viewers of the first", pa.int64()),
        Column("viewers_second", "how many of the second", pa.int64()),
        Column("difference", "mean of the first less mean of the second", pa.float64()),
        *_INTERVAL,
        Column("effect", "standardised difference with Hedges' correction", pa.float64()),
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
        Column("seconds", "where the smoothed mean has its summit", pa.float64()),
        Column("height", "the smoothed mean there", pa.float64()),
        *_INTERVAL,
        *_TESTED,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
    ),
    "stretches": (
        Column("film", "the film's name"),
        Column("trace", "as measure in traces"),
        Column("first_group", "the group that is compared; empty: all viewers with their own average"),
        Column("second_group", "the group it is compared with"),
        Column("start_seconds", "film time at which it begins", pa.float64()),
        Column("end_seconds", "film time at which it ends", pa.float64()),
        Column("higher", "true where the first (or all viewers) is higher, false where lower", pa.bool_()),
        *_TESTED,
        Column("beyond_chance", f"whether the adjusted p is at most {BEYOND_CHANCE}", pa.bool_()),
    ),
    "lifts": (
        Column("film", "the film's name"),
        Column("marker", "the moment's name"),
        Column("start_seconds", "when it begins", pa.float64()),
        Column("end_seconds", "when it ends", pa.float64()),
        Column("trace", "as measure in traces"),
        Column("lift", "mean during the moment less the mean before it", pa.float64()),
        *_INTERVAL,
        *_TESTED,
        Column("viewers", "how many viewers it is the mean of", pa.int64()),
    ),
}
"""Every table and its columns."""
