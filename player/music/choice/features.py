"""Features of a choice that may predict whether the listener keeps a track: of the track, the context, and both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.music.choice.feedback import Listen
from player.music.choice.track_matrix import TrackMatrix
from recognizer.affect import Affect

WIDEST = math.hypot(2.0, 2.0)
"""The widest distance between two moods on the plane."""
Array = NDArray[np.float64]
_MIDDLE = Affect(0.0, 0.0)
_MOMENT_SIZE = 6


@dataclass(frozen=True, slots=True)
class Prior:
    """Gaussian prior of one feature's weight; `spread` is its standard deviation."""

    weight: float
    spread: float


FEATURES: dict[str, Prior] = {
    "anything": Prior(0.2, 0.5),
    "distance from the wanted mood": Prior(-1.0, 0.3),
    "bright": Prior(0.0, 0.1),
    "lively": Prior(0.0, 0.1),
    "bright in the morning": Prior(0.0, 0.12),
    "bright at midnight": Prior(0.0, 0.12),
    "lively in the morning": Prior(0.0, 0.12),
    "lively at midnight": Prior(0.0, 0.12),
    "bright when bright": Prior(0.0, 0.12),
    "lively when lively": Prior(0.0, 0.12),
    "stars": Prior(0.2, 0.05),
    "not heard before": Prior(0.0, 0.1),
    "moves the listener as wanted": Prior(0.5, 0.2),
}
"""The columns of a feature matrix. The priors rank tracks by the distance of their mood: a cold start.

"In the morning" is the sine of the hour on a clock of 24 (1 at six, -1 at eighteen), "at midnight" its cosine.
"""
DISTANCE = list(FEATURES).index("distance from the wanted mood")


@dataclass(frozen=True, slots=True)
class Context:
    """Context of a choice: the target mood, the listener's own mood and the hour, None where unknown."""

    wanted: Affect
    listener: Affect | None = None
    hour: int | None = None


def features_of_matrix(matrix: TrackMatrix, context: Context, heard: Iterable[int]) -> Array:
    """The features of every track in one context, [tracks, features]; `heard` are ids of tracks played before."""
    new = np.ones(len(matrix))
    new[matrix.rows_of(heard)] = 0.0
    return _features(matrix.moods, matrix.stars, matrix.effects, new, np.array(_moment(context)))


def features_of_listens(listens: Sequence[Listen], matrix: TrackMatrix) -> Array:
    """The features of playings when they began, [listens, features]; their tracks must be in the matrix."""
    rows = matrix.rows_of(listen.track_id for listen in listens)
    new = np.array([float(listen.first) for listen in listens])
    contexts = [
        Context(listen.wanted or listen.listener or _MIDDLE, listen.listener, listen.hour)
        for listen in listens
    ]
    moments = np.array([_moment(context) for context in contexts]).reshape(-1, _MOMENT_SIZE)
    return _features(matrix.moods[rows], matrix.stars[rows], matrix.effects[rows], new, moments.T)


def _moment(context: Context) -> tuple[float, ...]:
    """Wanted valence and arousal, the listener's (0 where unknown: no interplay), sine and cosine of the hour."""
    listener = context.listener or _MIDDLE
    angle = 2 * math.pi * context.hour / 24 if context.hour is not None else None
    clock = (math.sin(angle), math.cos(angle)) if angle is not None else (0.0, 0.0)
    wanted = context.wanted
    return (wanted.valence, wanted.arousal, listener.valence, listener.arousal, *clock)


def _features(moods: Array, stars: Array, effects: Array, new: Array, moment: Array) -> Array:
    """The matrix [n, features] for n tracks; `moment` is [6] for all of them, or [6, n]."""
    wanted_valence, wanted_arousal, valence, arousal, morning, midnight = moment
    bright, lively = np.ascontiguousarray(moods.T)
    ahead, upwards = wanted_valence - valence, wanted_arousal - arousal
    # Near the target the effect counts little; distances above 1 count as 1.
    length = np.maximum(np.hypot(ahead, upwards), 1.0)
    columns = (
        1.0,
        np.hypot(bright - wanted_valence, lively - wanted_arousal) / WIDEST,
        bright,
        lively,
        bright * morning,
        bright * midnight,
        lively * morning,
        lively * midnight,
        bright * valence,
        lively * arousal,
        stars,
        new,
        (effects[:, 0] * ahead + effects[:, 1] * upwards) / length,
    )
    matrix = np.empty((len(columns), len(moods)))
    for row, column in zip(matrix, columns, strict=True):
        row[:] = column
    return matrix.T
