"""Time: a story of expressions that rise, hold and fall, with blinks, glances and a head that is never quite still.

Everything is a pure function of the time and repeats with the story's length, so that a clip loops without a seam.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recognizer.affect import Emotion
from training.synthesis.rendered.animation.action_units import Intensities, combine, scale
from training.synthesis.rendered.people.person import Pose

RISE_SECONDS, FALL_SECONDS = 0.4, 0.5
BLINK_SECONDS = 0.24
BLINK_EVERY_SECONDS = (2.2, 4.2)
CLOSED_LIDS = {43: 0.95}


Plan = tuple[tuple[Emotion, float], ...]
"""Emotions in order, each with its length in seconds."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One emotion from `onset_seconds` (the first change) to `end_seconds` (neutral again, or the next onset).

    The expression is complete from `apex_seconds` until it begins to fall at `offset_seconds`. Neutral segments have
    their onset, apex and offset where the neutral face is complete.
    """

    emotion: Emotion
    onset_seconds: float
    apex_seconds: float
    offset_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Blink:
    """The lids close at `start_seconds` and are open again BLINK_SECONDS later."""

    start_seconds: float


def timeline(plan: Plan) -> tuple[Segment, ...]:
    """Segments one after the other; the plan gives each emotion's length, rise and fall included.

    Raises ValueError where a length leaves no room for the rise and the fall.
    """
    segments, start = [], 0.0
    for emotion, length_seconds in plan:
        if length_seconds <= RISE_SECONDS + FALL_SECONDS:
            raise ValueError(f"{emotion}: {length_seconds} s leave no room to rise and fall")
        end = round(start + length_seconds, 6)
        if emotion is Emotion.NEUTRAL:
            segments.append(Segment(emotion, start, start, end, end))
        else:
            segments.append(Segment(emotion, start, start + RISE_SECONDS, end - FALL_SECONDS, end))
        start = end
    return tuple(segments)


def strength(segment: Segment, time_seconds: float) -> float:
    """How far the segment's expression is there, 0 to 1: an eased rise, a hold that settles a little, an eased fall."""
    if not segment.onset_seconds <= time_seconds < segment.end_seconds:
        return 0.0
    rise = _ease(
        (time_seconds - segment.onset_seconds) / max(segment.apex_seconds - segment.onset_seconds, 1e-6)
    )
    fall = _ease(
        (segment.end_seconds - time_seconds) / max(segment.end_seconds - segment.offset_seconds, 1e-6)
    )
    return min(rise, fall)


def _ease(t: float) -> float:
    t = min(max(t, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def plan_blinks(segments: tuple[Segment, ...], seed: int) -> tuple[Blink, ...]:
    """Blinks at natural distances, never across the story's seam and not while an expression rises."""
    rng = np.random.default_rng(seed)
    end = segments[-1].end_seconds
    blinks, time = [], rng.uniform(0.8, 1.6)
    while time < end - 2.0 * BLINK_SECONDS:
        for segment in segments:
            if (
                segment.onset_seconds - BLINK_SECONDS < time < segment.apex_seconds + 0.3
                and segment.onset_seconds > 0
            ):
                time = segment.apex_seconds + 0.3
        blinks.append(Blink(float(time)))
        time += rng.uniform(*BLINK_EVERY_SECONDS)
    return tuple(blink for blink in blinks if blink.start_seconds < end - 2.0 * BLINK_SECONDS)


def lid_closure(blinks: tuple[Blink, ...], time_seconds: float) -> float:
    """0 (open) to 1 (closed): lids fall faster than they rise."""
    closure = 0.0
    for blink in blinks:
        t = (time_seconds - blink.start_seconds) / BLINK_SECONDS
        if 0.0 < t < 1.0:
            closure = max(closure, _ease(t / 0.35) if t < 0.35 else _ease((1.0 - t) / 0.65))
    return closure


@dataclass(frozen=True, slots=True)
class Drift:
    """Smooth periodic wandering: a few harmonics of the story's length with fixed random phases."""

    harmonics: tuple[int, ...]
    amplitudes: tuple[float, ...]
    phases: tuple[float, ...]

    def at(self, fraction: float) -> float:
        """Value at a fraction of the story, in units of the amplitude."""
        terms = zip(self.harmonics, self.amplitudes, self.phases, strict=True)
        return float(sum(a * np.sin(2.0 * np.pi * (h * fraction) + p) for h, a, p in terms))


def plan_drift(harmonics: tuple[int, ...], seed: int) -> Drift:
    """Lower harmonics are stronger; the sum stays within about one."""
    rng = np.random.default_rng(seed)
    weights = 1.0 / np.sqrt(np.array(harmonics, dtype=float))
    weights = weights / weights.sum()
    phases = rng.uniform(0.0, 2.0 * np.pi, len(harmonics))
    return Drift(harmonics, tuple(map(float, weights)), tuple(map(float, phases)))


@dataclass(frozen=True, slots=True)
class Character:
    """How this person wears emotions: action units of each, the resting face, and the head's pitch with each.

    `resting` is there always; the neutral face's units give way as an expression rises. Where neither these nor an
    expression's go above 1 together with `resting`, no pose does.
    """

    units: Mapping[Emotion, Intensities]
    resting: Intensities
    pitch_degrees: Mapping[Emotion, float]


class Performance:
    """A story acted by a character: `pose_at` gives the pose of any instant."""

    def __init__(self, segments: tuple[Segment, ...], character: Character, seed: int) -> None:
        self.segments = segments
        self.length_seconds = segments[-1].end_seconds
        self._character = character
        self._blinks = plan_blinks(segments, seed)
        slow = (1, 2, 3, 5)
        self._yaw, self._pitch, self._roll = (plan_drift(slow, seed + 1 + index) for index in range(3))
        self._gaze = plan_drift((3, 5, 8, 11), seed + 4)

    def shown_at(self, time_seconds: float) -> tuple[Emotion, float]:
        """The emotion of the story at a time, and how far its expression has risen (0 to 1)."""
        for segment in self.segments:
            if segment.onset_seconds <= time_seconds < segment.end_seconds:
                return segment.emotion, strength(segment, time_seconds)
        return Emotion.NEUTRAL, 0.0

    def pose_at(self, time_seconds: float) -> Pose:
        """The pose at a time, which wraps round at the story's end."""
        time = time_seconds % self.length_seconds
        fraction = time / self.length_seconds
        shown, risen = self.shown_at(time)
        wears = self._character
        neutral = scale(wears.units[Emotion.NEUTRAL], 1.0 - risen)
        units = combine(wears.resting, neutral, scale(wears.units[shown], risen))
        pitch = 1.6 * self._pitch.at(fraction) + risen * wears.pitch_degrees.get(shown, 0.0)
        yaw = 3.2 * self._yaw.at(fraction)
        units = combine(units, self._looking(fraction, yaw))
        units[43] = _closed(units.get(43, 0.0), lid_closure(self._blinks, time))
        return Pose(units, yaw, pitch, 1.2 * self._roll.at(fraction), (0.02 * self._yaw.at(fraction), 0.0))

    def _looking(self, fraction: float, yaw_degrees: float) -> dict[int, float]:
        """Gaze: the eyes stay on the viewer while the head wanders, with small glances of their own."""
        sideways = 0.25 * round(2.0 * self._gaze.at(fraction)) / 2.0 - yaw_degrees / 45.0
        return {61: sideways} if sideways > 0 else {62: -sideways}


def _closed(lids: float, blink: float) -> float:
    return lids + (CLOSED_LIDS[43] - lids) * blink
