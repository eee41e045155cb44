"""What may make a listener keep a track: numbers about the track, the moment, and both together."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.music.shelf import Shelf
from player.music.taste import Listen
from recognizer.affect import Affect

WIDEST = math.hypot(2.0, 2.0)
"""The widest distance between two moods on the plane."""
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Belief:
    """What is held about one feature before anything was learned: its weight, and how sure that is (1 sd)."""

    weight: float
    spread: float


FEATURES: dict[str, Belief] = {
    "anything": Belief(0.2, 0.5),
    "distance from the wanted mood": Belief(-1.0, 0.3),
    "bright": Belief(0.0, 0.1),
    "lively": Belief(0.0, 0.1),
    "bright in the morning": Belief(0.0, 0.12),
    "bright at midnight": Belief(0.0, 0.12),
    "lively in the morning": Belief(0.0, 0.12),
    "lively at midnight": Belief(0.0, 0.12),
    "bright when bright": Belief(0.0, 0.12),
    "lively when lively": Belief(0.0, 0.12),
    "stars": Belief(0.2, 0.05),
    "not heard before": Belief(0.0, 0.1),
    "moves the listener as wanted": Belief(0.5, 0.2),
}
"""The columns of a feature matrix. The first beliefs rank tracks by the distance of their mood: a cold start.

"In the morning" is the sine of the hour on a clock of 24 (1 at six, -1 at eighteen), "at midnight" its cosine.
"""
DISTANCE = list(FEATURES).index("distance from the wanted mood")


@dataclass(frozen=True, slots=True)
class Context:
    """The moment of a choice: the mood wanted from the music, the listener's own and the hour, None where unknown."""

    wanted: Affect
    listener: Affect | None = None
    hour: int | None = None


def of_shelf(shelf: Shelf, context: Context, heard: Collection[int]) -> Array:
    """The features of every track in one context, [tracks, features]; `heard` are ids of tracks played before."""
    new = np.ones(len(shelf))
    new[shelf.rows_of(heard)] = 0.0
    moments = np.broadcast_to(_moment(context), (len(shelf), _MOMENT_SIZE))
    return _features(shelf.moods, shelf.stars, shelf.effects, new, moments)


def of_listens(listens: Sequence[Listen], shelf: Shelf) -> Array:
    """The features of playings as they were when they began, [listens, features]; their tracks are on the shelf."""
    rows = shelf.rows_of(listen.track_id for listen in listens)
    new = np.array([float(listen.first) for listen in listens])
    contexts = [
        Context(listen.wanted or listen.listener or _MIDDLE, listen.listener, listen.hour)
        for listen in listens
    ]
    moments = np.array([_moment(context) for context in contexts]).reshape(-1, _MOMENT_SIZE)
    return _features(shelf.moods[rows], shelf.stars[rows], shelf.effects[rows], new, moments)


_MIDDLE = Affect(0.0, 0.0)
_MOMENT_SIZE = 6


def _moment(context: Context) -> tuple[float, ...]:
    """Wanted valence and arousal, the listener's (0 where unknown: no interplay), sine and cosine of the hour."""
    listener = context.listener or _MIDDLE
    angle = 2 * math.pi * context.hour / 24 if context.hour is not None else None
    clock = (math.sin(angle), math.cos(angle)) if angle is not None else (0.0, 0.0)
    wanted = context.wanted
    return (wanted.valence, wanted.arousal, listener.valence, listener.arousal, *clock)


def _features(moods: Array, stars: Array, effects: Array, new: Array, moments: Array) -> Array:
    wanted, listener, morning, midnight = moments[:, :2], moments[:, 2:4], moments[:, 4], moments[:, 5]
    bright, lively = moods[:, 0], moods[:, 1]
    way = wanted - listener
    length = np.maximum(np.linalg.norm(way, axis=1), 1e-9)
    return np.column_stack(
        [
            np.ones(len(moods)),
            np.linalg.norm(moods - wanted, axis=1) / WIDEST,
            bright,
            lively,
            bright * morning,
            bright * midnight,
            lively * morning,
            lively * midnight,
            bright * listener[:, 0],
            lively * listener[:, 1],
            stars,
            new,
            np.sum(effects * way, axis=1) / length * np.minimum(length, 1.0),
        ]
    )
