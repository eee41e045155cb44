"""The measures of one viewer and film: traces over the film's time, and what they come to. Pure.

All are corrected by the viewer's own face at rest (`baseline`). Time is cut into bins of BIN_SECONDS; a bin holds the
mean over its frames, and NaN where no face was good enough to be read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.reactions.actions import ACTIONS, action_traces
from player.reactions.baseline import (
    Baseline,
    baseline_of,
    believed,
    corrected_blendshapes,
    corrected_expressiveness,
    corrected_probabilities,
)
from player.reactions.eyes import attention, blinks_per_minute
from player.reactions.readings import Floats, Readings
from player.reactions.sight import failed
from recognizer.affect import EMOTIONS
from recognizer.circumplex import COORDINATES

BIN_SECONDS = 0.2
DEFINITIONS = 2
"""The version of all definitions from readings to figures: raised when the same readings would give other numbers."""

TRACES: dict[str, str] = {
    **{str(emotion): f"probability of {emotion}, 0 to 1" for emotion in EMOTIONS},
    "valence": "unpleasant to pleasant, -1 to 1: the emotions' coordinates weighted by their probabilities",
    "arousal": "calm to excited, -1 to 1: likewise",
    **{name: f"{action.unit}; 0 at rest to 1" for name, action in ACTIONS.items()},
    "expressiveness": "the strongest facial action of all (jaw drop left out), 0 at rest to 1",
    "attention": "1: face towards the screen, eyes open; 0: turned away, eyes shut, or out of sight",
}
"""Every trace and what its values mean."""

TRACE_NAMES = tuple(TRACES)
BOUNDS: dict[str, tuple[float, float]] = {
    name: (-1.0, 1.0) if name in ("valence", "arousal") else (0.0, 1.0) for name in TRACES
}
"""What the values of each trace cannot leave."""
_COORDINATES = np.array([(COORDINATES[each].valence, COORDINATES[each].arousal) for each in EMOTIONS])
_ATTENTION = TRACE_NAMES.index("attention")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One viewing, measured.

    `traces` [bins, len(TRACES)] in the order of TRACES. Attention is known also where the viewer is out of sight, the
    others only where a face was read. `blinks_per_minute` is None where it cannot be told.
    """

    traces: Floats
    blinks_per_minute: float | None
    baseline: Baseline

    def trace(self, name: str) -> Floats:
        """One trace [bins]; raises ValueError for an unknown name."""
        return np.asarray(self.traces[:, TRACE_NAMES.index(name)])


def bin_count(duration_seconds: float) -> int:
    """How many bins a film has; the last one may be cut short."""
    return max(1, math.ceil(duration_seconds / BIN_SECONDS - 1e-9))


def bin_times(count: int) -> Floats:
    """The film time at the middle of each bin [count]."""
    return np.asarray((np.arange(count) + 0.5) * BIN_SECONDS, np.float64)


def measure(readings: Readings, duration_seconds: float) -> Measured:
    """All measures of a viewing of a film of this length."""
    baseline = baseline_of(readings)
    frames = frame_traces(readings, baseline)
    traces = binned(readings.film_seconds, frames, bin_count(duration_seconds))
    return Measured(traces, blinks_per_minute(readings, baseline), baseline)


def frame_traces(readings: Readings, baseline: Baseline) -> Floats:
    """The traces frame by frame [n, len(TRACES)]; NaN where no face could be read."""
    probabilities = corrected_probabilities(readings.probabilities, baseline)
    actions = action_traces(corrected_blendshapes(readings.blendshapes, baseline))
    values = np.column_stack(
        [
            probabilities,
            probabilities @ _COORDINATES,
            actions,
            corrected_expressiveness(actions, baseline),
            attention(readings, baseline),
        ]
    )
    unread = ~believed(readings)
    values[unread, :_ATTENTION] = np.nan
    # A face that was not found did not look away.
    values[failed(readings) & ~readings.seen, _ATTENTION] = np.nan
    return values


def binned(seconds: Floats, frames: Floats, count: int) -> Floats:
    """Means of `frames` [n, k] over the frames of each bin [count, k]; NaN where a bin has none that is known."""
    place = np.floor(seconds / BIN_SECONDS + 1e-9).astype(np.int64)
    inside = (place >= 0) & (place < count)
    place, frames = place[inside], frames[inside]
    known = ~np.isnan(frames)
    sums = np.zeros((count, frames.shape[1]))
    counts = np.zeros_like(sums)
    np.add.at(sums, place, np.where(known, frames, 0.0))
    np.add.at(counts, place, known)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / counts)
