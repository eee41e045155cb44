"""Ranking of tracks: pure, so that the same library, mood and history always give the same choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from player.music.choice.features import Array
from player.music.choice.track_matrix import TrackMatrix
from player.music.track import Track


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of recency and dislikes, in units of the widest possible distance between two moods.

    A track that has just played costs `repeat`, which fades to nothing over `repeat_seconds`, so that with few fitting
    tracks a fitting one comes back before one of the opposite mood is played. A disliked one costs `dislike`.
    """

    repeat: float = 0.8
    repeat_seconds: float = 20 * 60.0
    dislike: float = 2.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A track to play, with its reasons as short phrases and as one sentence for the listener; `cost` ranks it.

    `start_seconds` is the position at which it begins.
    """

    track: Track
    reasons: tuple[str, ...]
    why: str
    cost: float
    start_seconds: float


DEFAULT_WEIGHTS = Weights()
_NONE = np.empty(0, np.int64)


def costs(
    matrix: TrackMatrix,
    scores: Array,
    since_seconds: Mapping[int, float],
    disliked: Collection[int],
    weights: Weights = DEFAULT_WEIGHTS,
) -> Array:
    """Costs of the tracks of the matrix, [tracks].

    `scores` are those of `player.music.choice.preference`. `since_seconds` holds, by id, the seconds since a track last
    began to play.
    """
    found = -scores
    for track_id, age_seconds in since_seconds.items():
        row = matrix.rows.get(track_id)
        if row is not None and age_seconds < weights.repeat_seconds:
            found[row] += weights.repeat * (1 - age_seconds / weights.repeat_seconds)
    for track_id in disliked:
        row = matrix.rows.get(track_id)
        if row is not None:
            found[row] += weights.dislike
    return np.asarray(found, np.float64)


def ranked(
    matrix: TrackMatrix,
    found_costs: Array,
    since_seconds: Mapping[int, float],
    count: int,
    weights: Weights = DEFAULT_WEIGHTS,
) -> tuple[tuple[Track, float], ...]:
    """The `count` tracks of least cost, best first; equals stand by their ids.

    The track that played last, if recently, is taken again only if there is no other.
    """
    found = found_costs.copy()
    age_seconds, last = min(
        ((age_seconds, track_id) for track_id, age_seconds in since_seconds.items()), default=(np.inf, -1)
    )
    if len(matrix) > 1 and last in matrix.rows and age_seconds < weights.repeat_seconds:
        found[matrix.rows[last]] = np.inf
    count = min(count, int(np.isfinite(found).sum()))
    likely = np.flatnonzero(found <= np.partition(found, count - 1)[count - 1]) if count else _NONE
    best = likely[np.argsort(found[likely], kind="stable")][:count]
    return tuple((matrix.tracks[row], float(found[row])) for row in best.tolist())
