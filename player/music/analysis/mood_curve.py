"""How a track's mood moves along it, and where in it another mood would best come in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recognizer.affect import Affect

HEARD_SECONDS = 20.0
"""A place is judged by what is heard from there on for this long: a mood takes a while to be felt."""
LATEST_SHARE = 2 / 3
LEAST_LEFT_SECONDS = 20.0
"""Nobody enters a track in its last third, nor with less than this of it left."""
WORTH_LEAVING_OUT = 0.2
"""A track is begun with its beginning unless another place is nearer to the wanted mood by this distance."""


@dataclass(frozen=True, slots=True)
class RawCurve:
    """What the model estimates along a track, on DEAM's scale of 1 to 9; None for a stretch without sound.

    valence, arousal: equally long; entry i speaks of the stretch from `i * step_seconds` to the next one.
    """

    step_seconds: float
    valence: tuple[float | None, ...]
    arousal: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class MoodCurve:
    """The mood along a track: entry i speaks of the stretch from `i * step_seconds` to the next one.

    valence, arousal: equally long, each in [-1, 1] on the same scale as `Track.mood`.
    silent: the entries during which nothing is heard; their mood is that of the sound around them.
    """

    step_seconds: float
    valence: tuple[float, ...]
    arousal: tuple[float, ...]
    silent: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.valence) != len(self.arousal) or not self.valence or self.step_seconds <= 0:
            raise ValueError(
                "a curve needs as many valences as arousals, at least one, and a step above zero"
            )

    def __len__(self) -> int:
        return len(self.valence)

    def at(self, seconds: float) -> Affect:
        """The mood at a moment of the track; before and after it, that of its first or last stretch."""
        index = min(max(int(seconds / self.step_seconds), 0), len(self) - 1)
        return Affect(self.valence[index], self.arousal[index])

    def moved(self, valence: float, arousal: float) -> MoodCurve:
        """The same shape elsewhere: both coordinates moved by these amounts, and kept within [-1, 1]."""
        return replace(self, valence=_moved(self.valence, valence), arousal=_moved(self.arousal, arousal))


def entry_seconds(
    curve: MoodCurve, target: Affect, sound_start_seconds: float, duration_seconds: float | None
) -> float:
    """Where in a track to begin, so that what is heard there comes nearest to a wanted mood.

    `sound_start_seconds`, the track's first audible moment, is the answer unless another place is clearly nearer.
    Places in silence, in the last third and near the end are never chosen. Without a known duration the curve's
    length stands for it.
    """
    length_seconds = len(curve) * curve.step_seconds if duration_seconds is None else duration_seconds
    best_seconds, best = sound_start_seconds, _distance(curve, sound_start_seconds, target)
    bar = best - WORTH_LEAVING_OUT
    for place in _places(curve, sound_start_seconds, length_seconds):
        distance = _distance(curve, place, target)
        if distance < min(best, bar):
            best_seconds, best = place, distance
    return best_seconds


def _places(curve: MoodCurve, start_seconds: float, length_seconds: float) -> Iterator[float]:
    """The moments after the start at which a track may be entered, earliest first."""
    latest = min(LATEST_SHARE * length_seconds, length_seconds - LEAST_LEFT_SECONDS)
    for index in range(len(curve)):
        seconds = index * curve.step_seconds
        if start_seconds < seconds <= latest and index not in curve.silent:
            yield seconds


def _distance(curve: MoodCurve, seconds: float, target: Affect) -> float:
    """How far from the target the music of the HEARD_SECONDS from this moment on is, on the plane of moods."""
    first = min(int(seconds / curve.step_seconds), len(curve) - 1)
    heard = slice(first, first + max(round(HEARD_SECONDS / curve.step_seconds), 1))
    valence, arousal = _mean(curve.valence[heard]), _mean(curve.arousal[heard])
    return math.hypot(valence - target.valence, arousal - target.arousal)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _moved(values: tuple[float, ...], by: float) -> tuple[float, ...]:
    return tuple(min(max(value + by, -1.0), 1.0) for value in values)
