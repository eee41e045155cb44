"""Mood responses: how valence and arousal of the listener change while a track plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Affect

CAUTION = 4.0
"""A track's mean response is shrunk as if it had been heard this often more without any."""
_RIDGE = 4.0


@dataclass(frozen=True, slots=True)
class Response:
    """How a listener looked before a track began and at the end of what they heard of it; `at_seconds` is Unix time."""

    track_id: int
    at_seconds: float
    heard_seconds: float
    before: Affect
    after: Affect


@dataclass(frozen=True, slots=True)
class Effect:
    """How far a track moves the listener, on the axes of Affect, beyond what is usual; from `count` responses."""

    valence: float
    arousal: float
    count: int


def effects(responses: Sequence[Response]) -> Mapping[int, Effect]:
    """The effect of each track that was responded to, by its id.

    Whoever is sad tends to be less so a while later, whatever plays (regression to the mean). What a linear fit of the
    change on the mood before predicts is therefore subtracted; a track's mean of the rest is shrunk towards nothing
    (James and Stein 1961), since one evening's chance is no effect.
    """
    if not responses:
        return {}
    before = np.array([(each.before.valence, each.before.arousal) for each in responses])
    after = np.array([(each.after.valence, each.after.arousal) for each in responses])
    rest = np.column_stack([_residuals(before[:, axis], after[:, axis]) for axis in (0, 1)])
    ids, rows, counts = np.unique(
        [each.track_id for each in responses], return_inverse=True, return_counts=True
    )
    sums = np.zeros((len(ids), 2))
    np.add.at(sums, rows, rest)
    means = sums / (counts + CAUTION)[:, None]
    return {
        int(track_id): Effect(float(mean[0]), float(mean[1]), int(count))
        for track_id, mean, count in zip(ids, means, counts, strict=True)
    }


def _residuals(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of each change that a ridge fit on the mood before does not predict; all [responses], one axis."""
    inputs = np.column_stack([np.ones_like(before), before])
    change = after - before
    fitted = np.linalg.solve(inputs.T @ inputs + _RIDGE * np.eye(2), inputs.T @ change)
    return np.asarray(change - inputs @ fitted, np.float64)
