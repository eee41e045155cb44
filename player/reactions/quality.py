"""A grade from 1 (very good) to 6 (unusable) for each viewing, and the rules by which one is left out. Pure.

What fails is the technique, never the viewer: a dark picture, a camera that is away, a face too small to be found. To
look away, to leave and to cover the face are behaviour: they are measured, and cost no grade.

Each aspect is graded by a table of limits; the worst aspect is the grade, since good light does not make up for a face
that was not seen. The limits are engineering judgement, stated in every report; they were not fitted to data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from player.reactions.baseline import Baseline, believed
from player.reactions.facts import ViewingFacts
from player.reactions.readings import Floats, Readings
from player.reactions.sight import away, failed
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
    "shown": Aspect("share of the film's pictures that were on the screen", (0.98, 0.95, 0.9, 0.8, 0.5)),
    "visible": Aspect("share of pictures in which a face can be found", (0.98, 0.95, 0.9, 0.8, 0.6)),
    "trust": Aspect("share of faces towards the camera good enough to be read", (0.98, 0.95, 0.9, 0.8, 0.6)),
    "light": Aspect("median light on the face, 0 to 1", (0.9, 0.75, 0.6, 0.4, 0.2)),
    "pose": Aspect(
        "degrees by which the resting face is turned from the camera", (10, 15, 20, 30, 40), False
    ),
    "alone": Aspect("share of pictures with one face at most", (0.98, 0.95, 0.9, 0.75, 0.5)),
    "frames": Aspect("frames per second", (23, 19, 14, 9, 5)),
    "sync": Aspect("seconds by which film and face may be apart", (0.05, 0.1, 0.15, 0.3, 0.6), False),
    "rest": Aspect("seconds of resting face before the film", (3.0, 2.0, 1.0, 0.0, 0.0)),
    "rest_still": Aspect("share of the rest in which the face kept still", (0.95, 0.9, 0.75, 0.5, 0.3)),
    "rest_neutral": Aspect(
        "log odds of an emotion that stay in the resting face (above 0 it shows one)",
        (-1.0, -0.75, -0.5, 0.0, 1.0),
        False,
    ),
}
"""The aspects of a viewing's quality."""

ASSUMED_SYNC_SECONDS = 0.25
"""What is taken as the error of an offset that nobody stated."""
LONGEST_GAP_SECONDS = 0.25
"""Where pictures are further apart than this, and than twice as usual, the camera was away."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A viewing's grades by aspect, the values they come from, and why it is left out (empty: it is used).

    `remarks` say what else a reader must know of it.
    """

    grades: Mapping[str, int]
    values: Mapping[str, float]
    excluded_because: str
    remarks: tuple[str, ...] = ()

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
    film_frames_per_second: float | None = None,
) -> Grade:
    """Grade a viewing of a film of this length and rate of pictures."""
    during = readings.where((readings.film_seconds >= 0) & (readings.film_seconds <= duration_seconds))
    values = {
        "watched": covered_seconds(during.film_seconds, duration_seconds) / duration_seconds,
        "shown": _shown(facts, duration_seconds, film_frames_per_second),
        "visible": _visible(during, baseline),
        "trust": _trust(during),
        "light": float(np.median(during.light[during.seen]))
        if during.seen.any()
        else _light_at_rest(readings),
        "pose": float(np.abs(baseline.rest_pose[:2]).max()),
        "alone": _share(during.faces <= 1),
        "frames": frames_per_second(during),
        "sync": sync_seconds(facts, during),
        "rest": baseline.seconds if baseline.origin == "before" else 0.0,
        "rest_still": baseline.still,
        "rest_neutral": baseline.left_logits,
    }
    grades = {name: aspect.grade(values[name]) for name, aspect in ASPECTS.items()}
    return Grade(grades, values, _reason(grades, values, worst_used), _remarks(during))


def covered_seconds(times: Floats, duration_seconds: float) -> float:
    """How much of a film's time pictures at `times` [n], which rise, cover; a gap covers nothing."""
    if len(times) < 2:
        return 0.0
    steps = np.diff(times)
    usual = float(np.median(steps))
    gaps = steps > max(LONGEST_GAP_SECONDS, 2 * usual)
    return min(duration_seconds, float(steps[~gaps].sum()) + usual * (1 + int(gaps.sum())))


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


def _visible(during: Readings, baseline: Baseline) -> float:
    """The share of pictures in which the technique did not fail, whatever the viewer did.

    Nobody can be said to have looked away who was never seen to look.
    """
    return _share(~(failed(during) if baseline.origin != "none" else ~during.seen))


def _trust(during: Readings) -> float:
    """The share of faces towards the camera that can be read; without any, nothing speaks against the technique."""
    turned = np.abs(np.nan_to_num(during.pose[:, :2], nan=180.0)).max(axis=1, initial=0.0)
    towards = during.seen & (turned <= FRONTAL_DEGREES)
    return _share(believed(during)[towards]) if towards.any() else 1.0


def _light_at_rest(readings: Readings) -> float:
    return float(np.median(readings.light[readings.seen])) if readings.seen.any() else 0.0


def _shown(facts: ViewingFacts, duration_seconds: float, rate: float | None) -> float:
    """1 where no film was shown by us, or its rate is not known."""
    if facts.shown_pictures is None or not rate:
        return 1.0
    return min(1.0, facts.shown_pictures / (duration_seconds * rate))


def _remarks(during: Readings) -> tuple[str, ...]:
    interval = float(np.median(np.diff(during.film_seconds))) if len(during) > 1 else 0.0
    seconds = {
        "another face in view": float((during.faces > 1).sum()) * interval,
        "out of sight": float(away(during).sum()) * interval,
    }
    return tuple(f"{what} for {length:.1f} s" for what, length in seconds.items() if length >= 0.5)


def _share(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(flags.mean()) if flags.size else 0.0


def _reason(grades: Mapping[str, int], values: Mapping[str, float], worst_used: int) -> str:
    bad = [name for name, each in grades.items() if each > worst_used]
    return "; ".join(f"{ASPECTS[name].says}: {values[name]:.2f}" for name in bad)
