"""A grade from 1 (very good) to 6 (unusable) for each viewing, and the rules by which one is left out. Pure.

Each aspect is graded by a table of limits; the worst aspect is the grade, since good light does not make up for a face
that was not seen. The limits are engineering judgement, stated in every report; they were not fitted to data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from player.reactions.baseline import Baseline, believed
from player.reactions.facts import ViewingFacts
from player.reactions.readings import Readings
from recognizer.quality import TURN_LIMITS_DEGREES

WORST = 6
WORST_USED = 4
"""Viewings with a worse grade are left out of every aggregate."""

FRONTAL_DEGREES = TURN_LIMITS_DEGREES[1]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect: the limits of the grades 1 to 5 (what is beyond the last is 6), and which way is better."""

    says: str
    limits: tuple[float, float, float, float, float]
    more_is_better: bool = True

    def grade(self, value: float) -> int:
        """The grade of a value, 1 to 6; NaN is a 6."""
        for grade, limit in enumerate(self.limits, start=1):
            if value >= limit if self.more_is_better else value <= limit:
                return grade
        return WORST


ASPECTS: Mapping[str, Aspect] = {
    "watched": Aspect("share of the film that was watched", (0.98, 0.95, 0.9, 0.75, 0.5)),
    "face": Aspect("share of frames with a face", (0.98, 0.95, 0.9, 0.8, 0.6)),
    "trust": Aspect("share of faces good enough to be read", (0.98, 0.95, 0.9, 0.8, 0.6)),
    "light": Aspect("median light on the face, 0 to 1", (0.9, 0.75, 0.6, 0.4, 0.2)),
    "pose": Aspect(
        f"share of faces turned less than {FRONTAL_DEGREES:.0f} degrees", (0.98, 0.95, 0.9, 0.75, 0.5)
    ),
    "frames": Aspect("frames per second", (23, 19, 14, 9, 5)),
    "sync": Aspect("seconds by which film and face may be apart", (0.05, 0.1, 0.15, 0.3, 0.6), False),
    "rest": Aspect("seconds of resting face before the film", (3.0, 2.0, 1.0, 0.0, 0.0)),
}
"""The aspects of a viewing's quality."""

ASSUMED_SYNC_SECONDS = 0.25
"""What is taken as the error of an offset that nobody stated."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A viewing's grades by aspect, the values they come from, and why it is left out (empty: it is used)."""

    grades: Mapping[str, int]
    values: Mapping[str, float]
    excluded_because: str

    @property
    def overall(self) -> int:
        """The worst grade."""
        return max(self.grades.values())


def grade(
    facts: ViewingFacts,
    readings: Readings,
    baseline: Baseline,
    duration_seconds: float,
    worst_used: int = WORST_USED,
) -> Grade:
    """Grade a viewing of a film of this length."""
    during = readings.where((readings.film_seconds >= 0) & (readings.film_seconds <= duration_seconds))
    values = {
        "watched": _watched(during, duration_seconds),
        "face": _share(during.seen),
        "trust": _share(believed(during)[during.seen]),
        "light": float(np.median(during.light[during.seen])) if during.seen.any() else 0.0,
        "pose": _share(np.abs(during.pose[during.seen, :2]).max(axis=1) <= FRONTAL_DEGREES),
        "frames": frames_per_second(during),
        "sync": sync_seconds(facts, during),
        "rest": baseline.seconds if baseline.origin == "before" else 0.0,
    }
    grades = {name: aspect.grade(values[name]) for name, aspect in ASPECTS.items()}
    return Grade(grades, values, _reason(grades, values, worst_used))


def frames_per_second(readings: Readings) -> float:
    """The mean rate at which frames were measured; 0 for fewer than two."""
    if len(readings) < 2:
        return 0.0
    span = float(readings.film_seconds[-1] - readings.film_seconds[0])
    return (len(readings) - 1) / span if span > 0 else 0.0


def sync_seconds(facts: ViewingFacts, readings: Readings) -> float:
    """How far film and face may be apart: the film's own jitter, half a camera frame, a doubtful offset."""
    rate = frames_per_second(readings)
    if rate == 0:
        return float("inf")
    assumed = ASSUMED_SYNC_SECONDS if facts.offset_known == "assumed" else 0.0
    return (facts.jitter_seconds or 0.0) + 0.5 / rate + assumed


def _watched(during: Readings, duration_seconds: float) -> float:
    """Up to where in the film there are frames, as a share of its length."""
    if len(during) < 2:
        return 0.0
    usual = float(np.median(np.diff(during.film_seconds)))
    return min(1.0, (float(during.film_seconds[-1]) + usual) / duration_seconds)


def _share(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(flags.mean()) if flags.size else 0.0


def _reason(grades: Mapping[str, int], values: Mapping[str, float], worst_used: int) -> str:
    bad = [name for name, each in grades.items() if each > worst_used]
    return "; ".join(f"{ASPECTS[name].says}: {values[name]:.2f}" for name in bad)
