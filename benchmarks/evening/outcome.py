"""What came of a simulated evening: how often the music changed and why, whether anything stood still, what it took."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import linregress, t

from benchmarks.evening.scenario import HOUR_SECONDS
from benchmarks.evening.view_recorder import ViewRecorder
from player.core.trace import read_trace

LONGEST_STILL_SECONDS = 5.0
"""Music that is not paused may take this long to begin; what stands still for longer is stuck."""
LONGEST_OVER_SECONDS = 1.0
MOST_GROWTH_MEGABYTES_AN_HOUR = 2.0
"""What is remembered of an evening (acts, plays, lines said) takes a little; more is a leak."""
SETTLED_SHARE = 0.25
"""Memory counts from here on: before, caches fill and modules are imported."""
_BYTES_PER_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Played:
    """A track that was chosen: when, for which cause, and what the listener was told about it."""

    at_seconds: float
    cause: str
    title: str
    why: str
    policy: str


@dataclass(frozen=True, slots=True)
class Slope:
    """How memory grew, in megabytes an hour of the evening, with the 95 % interval."""

    megabytes_an_hour: float
    interval_95: tuple[float, float]


def played_in(trace: Path) -> list[Played]:
    """Every choice of a trace. Raises TraceError where it cannot be read."""
    return [
        Played(
            line.at_seconds,
            line.fields["cause"],
            line.fields["title"],
            line.fields["why"],
            line.fields["policy"],
        )
        for line in read_trace(trace)
        if line.event == "choice"
    ]


def most_in_an_hour(moments: Sequence[float]) -> int:
    """The most of these moments (seconds, in order) that any hour holds."""
    return max(
        (bisect_right(moments, start + HOUR_SECONDS) - index for index, start in enumerate(moments)),
        default=0,
    )


def slope_of(samples: Sequence[tuple[float, float]]) -> Slope | None:
    """The trend of memory samples (seconds, bytes) once the evening has settled; None for fewer than ten.

    Least squares. Samples close in time resemble each other, so the interval counts only as many as the
    autocorrelation of the residuals leaves (effective sample size, Bayley and Hammersley 1946, for an AR(1) process).
    """
    settled = samples[bisect_left(samples, (SETTLED_SHARE * samples[-1][0], 0.0)) :] if samples else []
    if len(settled) < 10:
        return None
    hours, megabytes = (np.array(column) for column in zip(*settled, strict=True))
    hours, megabytes = hours / HOUR_SECONDS, megabytes / _BYTES_PER_MEGABYTE
    line = linregress(hours, megabytes)
    left = megabytes - line.intercept - line.slope * hours
    spread = float(left @ left)
    likeness = min(max(float(left[1:] @ left[:-1]) / spread, 0.0), 0.99) if spread else 0.0
    effective = max(len(settled) * (1 - likeness) / (1 + likeness), 3.0)
    reach = (
        line.stderr
        * np.sqrt((len(settled) - 2) / max(effective - 2, 1.0))
        * t.ppf(0.975, max(effective - 2, 1.0))
    )
    low, high = (round(float(line.slope + sign * reach), 3) for sign in (-1, 1))
    return Slope(round(float(line.slope), 3), (low, high))


def figures(
    hours: float,
    trace: Path,
    view_recorder: ViewRecorder,
    memory: Sequence[tuple[float, float]],
    most_per_hour: int,
) -> dict[str, Any]:
    """The evening in numbers."""
    played = played_in(trace)
    for_moods = [each.at_seconds for each in played if each.cause == "mood"]
    slope = slope_of(memory)
    return {
        "hours": round(hours, 2),
        "tracks": len(played),
        "different_tracks": len({each.title for each in played}),
        "causes": dict(sorted(Counter(each.cause for each in played).items())),
        "without_a_reason": sum(not each.why for each in played),
        "changes_for_moods_in_any_hour": most_in_an_hour(for_moods),
        "changes_for_moods_allowed": most_per_hour,
        "changes_in_any_hour": most_in_an_hour([each.at_seconds for each in played]),
        "longest_still_seconds": round(view_recorder.longest_still_seconds, 1),
        "longest_over_its_end_seconds": round(view_recorder.longest_over_seconds, 1),
        "share_with_a_face": round(
            float(np.mean([each.valence is not None for each in view_recorder.samples()])), 3
        ),
        "memory_megabytes": round(memory[-1][1] / _BYTES_PER_MEGABYTE, 1) if memory else None,
        "memory_slope_megabytes_an_hour": slope.megabytes_an_hour if slope else None,
        "memory_slope_interval_95": slope.interval_95 if slope else None,
    }


def faults_in(row: Mapping[str, Any]) -> list[str]:
    """Faults: what should not have happened in an evening with these figures, one line each; empty for a good one."""
    slope = row["memory_slope_interval_95"]
    checks = {
        f"{row['without_a_reason']} tracks came without a reason": row["without_a_reason"] == 0,
        "the mood changed the music more often in an hour than is allowed": (
            row["changes_for_moods_in_any_hour"] <= row["changes_for_moods_allowed"]
        ),
        f"the music stood still for {row['longest_still_seconds']} s": (
            row["longest_still_seconds"] <= LONGEST_STILL_SECONDS
        ),
        f"a track went on {row['longest_over_its_end_seconds']} s after its end": (
            row["longest_over_its_end_seconds"] <= LONGEST_OVER_SECONDS
        ),
        "memory grows": slope is None or slope[0] <= MOST_GROWTH_MEGABYTES_AN_HOUR,
        "run again, it decides otherwise": row["run_again"].startswith("same"),
    }
    return [line for line, fine in checks.items() if not fine]


def log_lines(played: Iterable[Played]) -> Iterator[str]:
    """The evening's log: for each track its time, what brought it, and why it and no other."""
    for each in played:
        minutes, seconds = divmod(int(each.at_seconds), 60)
        clock = f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        yield f"{clock}  {each.cause:<8}{each.title:<28}{each.why}"
