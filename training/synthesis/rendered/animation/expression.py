"""Expression: what a face does when it shows an emotion, drawn by chance from the ways in which people show it.

The variants follow EMFACS (Friesen and Ekman 1983) and the FACS investigator's guide (Ekman, Friesen and Hager 2002):
each names the action units that make it up, with ranges of their intensities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from recognizer.affect import Emotion
from training.synthesis.rendered.animation.action_units import ACTION_UNITS, Intensities

Range = tuple[float, float]
Rng = np.random.Generator

LEAST_UNIT = 0.02
"""Weaker units are not reported: nobody sees them."""
ASYMMETRY_DEVIATION = 0.15
STRAY_UNITS = (1, 2, 4, 5, 7, 10, 12, 14, 15, 16, 17, 18, 20, 23, 24, 25, 26)
"""Units that now and then take part a little."""
STRAYS = 3
STRAY_DEVIATION = 0.05
EASE_DEVIATION, LEAST_EASE = 0.25, 0.3
"""How far people differ in each unit: what is a faint smile on one face is a broad one on another."""
MISSING_SHARE = 0.1
"""How often a unit stays out that usually takes part, unless it belongs to the emotion's core."""
GAZE_DEVIATION = 0.22


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to show an emotion: how likely it is, its units' ranges, and how far the head nods with it (degrees)."""

    chance: float
    units: Mapping[int, Range]
    pitch_degrees: Range = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Expression:
    """Action units with intensities in [0, 1], how much stronger each is on the left, and the head's nod in degrees."""

    units: Intensities
    asymmetry: Intensities = field(default_factory=dict)
    pitch_degrees: float = 0.0


VARIANTS: Mapping[Emotion, tuple[Variant, ...]] = MappingProxyType(
    {
        Emotion.NEUTRAL: (
            Variant(0.65, {12: (0.0, 0.2), 7: (0.0, 0.1)}),
            Variant(0.25, {12: (0.0, 0.2), 25: (0.1, 0.4)}),
            Variant(0.10, {12: (0.0, 0.2), 43: (0.05, 0.15), 14: (0.0, 0.15)}),
        ),
        Emotion.HAPPY: (
            Variant(0.20, {6: (0.4, 0.9), 12: (0.85, 1.0), 14: (0.0, 0.5)}),
            Variant(0.35, {6: (0.5, 1.0), 12: (0.9, 1.0), 25: (0.7, 1.0), 10: (0.5, 0.9), 26: (0.0, 0.3)}),
            Variant(
                0.30,
                {
                    6: (0.6, 1.0),
                    12: (0.9, 1.0),
                    25: (0.7, 1.0),
                    10: (0.5, 0.9),
                    16: (0.0, 0.5),
                    26: (0.3, 1.0),
                },
            ),
            Variant(0.15, {6: (0.6, 1.0), 12: (0.9, 1.0), 25: (0.7, 1.0), 10: (0.5, 0.9), 27: (0.4, 1.0)}),
        ),
        Emotion.SURPRISE: (
            Variant(0.70, {1: (0.6, 1.0), 2: (0.7, 1.0), 5: (0.7, 1.0), 27: (0.6, 1.0)}, (0.0, 5.0)),
            Variant(
                0.15,
                {1: (0.6, 1.0), 2: (0.7, 1.0), 5: (0.7, 1.0), 26: (0.8, 1.0), 18: (0.2, 0.7), 25: (0.3, 0.7)},
                (0.0, 5.0),
            ),
            Variant(0.15, {1: (0.6, 1.0), 2: (0.8, 1.0), 5: (0.8, 1.0), 25: (0.4, 0.9), 26: (0.4, 0.8)}),
        ),
        Emotion.SAD: (
            Variant(
                0.30,
                {1: (0.7, 1.0), 4: (0.3, 0.6), 15: (0.6, 1.0), 17: (0.3, 0.8), 43: (0.1, 0.3)},
                (-6.0, 0.0),
            ),
            Variant(
                0.25,
                {
                    1: (0.7, 1.0),
                    4: (0.2, 0.5),
                    15: (0.5, 1.0),
                    17: (0.2, 0.7),
                    43: (0.2, 0.5),
                    64: (0.4, 0.9),
                },
                (-14.0, -3.0),
            ),
            Variant(
                0.20,
                {
                    1: (0.7, 1.0),
                    4: (0.3, 0.7),
                    15: (0.5, 1.0),
                    17: (0.3, 0.8),
                    24: (0.2, 0.7),
                    43: (0.1, 0.4),
                },
                (-6.0, 0.0),
            ),
            Variant(
                0.25,
                {
                    1: (0.7, 1.0),
                    4: (0.4, 0.8),
                    6: (0.4, 0.9),
                    15: (0.5, 1.0),
                    17: (0.3, 0.8),
                    20: (0.2, 0.6),
                    25: (0.4, 1.0),
                    43: (0.3, 0.9),
                },
                (-8.0, 2.0),
            ),
        ),
        Emotion.ANGRY: (
            Variant(
                0.20,
                {4: (0.8, 1.0), 5: (0.2, 0.7), 7: (0.1, 0.5), 23: (0.3, 0.8), 17: (0.2, 0.6), 9: (0.2, 0.5)},
                (-8.0, 0.0),
            ),
            Variant(
                0.20,
                {4: (0.8, 1.0), 7: (0.1, 0.5), 24: (0.3, 0.9), 17: (0.2, 0.6), 9: (0.2, 0.6), 15: (0.1, 0.6)},
                (-8.0, 0.0),
            ),
            Variant(
                0.30,
                {
                    4: (0.8, 1.0),
                    5: (0.2, 0.6),
                    7: (0.1, 0.5),
                    9: (0.3, 0.7),
                    10: (0.3, 0.7),
                    16: (0.6, 1.0),
                    25: (0.5, 1.0),
                    26: (0.1, 0.8),
                    20: (0.0, 0.4),
                },
                (-6.0, 2.0),
            ),
            Variant(
                0.30,
                {
                    4: (0.8, 1.0),
                    7: (0.1, 0.6),
                    9: (0.3, 0.8),
                    10: (0.3, 0.8),
                    16: (0.6, 1.0),
                    25: (0.2, 0.8),
                    27: (0.4, 1.0),
                },
                (-6.0, 4.0),
            ),
        ),
        Emotion.DISGUST: (
            Variant(
                0.30,
                {
                    4: (0.2, 0.6),
                    6: (0.5, 1.0),
                    7: (0.2, 0.6),
                    9: (0.8, 1.0),
                    10: (0.8, 1.0),
                    15: (0.3, 0.9),
                    25: (0.3, 0.8),
                },
                (-2.0, 6.0),
            ),
            Variant(
                0.20,
                {
                    4: (0.1, 0.5),
                    6: (0.6, 1.0),
                    9: (0.8, 1.0),
                    10: (0.5, 0.9),
                    15: (0.4, 0.9),
                    17: (0.3, 0.7),
                    43: (0.1, 0.4),
                },
                (-4.0, 6.0),
            ),
            Variant(
                0.25,
                {
                    4: (0.3, 0.8),
                    6: (0.6, 1.0),
                    7: (0.3, 0.8),
                    9: (0.8, 1.0),
                    10: (0.7, 1.0),
                    16: (0.2, 0.7),
                    25: (0.4, 0.9),
                },
                (-2.0, 8.0),
            ),
            Variant(
                0.15,
                {
                    4: (0.1, 0.5),
                    6: (0.6, 1.0),
                    9: (0.8, 1.0),
                    10: (0.7, 1.0),
                    15: (0.2, 0.6),
                    20: (0.2, 0.6),
                    25: (0.3, 0.7),
                    43: (0.1, 0.5),
                },
            ),
            Variant(
                0.10,
                {
                    4: (0.1, 0.4),
                    6: (0.5, 1.0),
                    9: (0.8, 1.0),
                    10: (0.4, 0.8),
                    15: (0.2, 0.6),
                    19: (0.5, 1.0),
                    26: (0.2, 0.6),
                    43: (0.1, 0.5),
                },
            ),
        ),
        Emotion.FEAR: (
            Variant(
                0.25,
                {
                    1: (0.8, 1.0),
                    2: (0.1, 0.5),
                    4: (0.1, 0.4),
                    5: (0.6, 1.0),
                    15: (0.1, 0.5),
                    20: (0.8, 1.0),
                    25: (0.5, 1.0),
                },
            ),
            Variant(
                0.40,
                {
                    1: (0.8, 1.0),
                    2: (0.2, 0.6),
                    4: (0.1, 0.3),
                    5: (0.6, 1.0),
                    9: (0.2, 0.7),
                    10: (0.2, 0.7),
                    16: (0.2, 0.7),
                    20: (0.7, 1.0),
                    26: (0.2, 0.7),
                },
                (0.0, 5.0),
            ),
            Variant(
                0.35,
                {
                    1: (0.8, 1.0),
                    2: (0.1, 0.5),
                    4: (0.1, 0.4),
                    5: (0.6, 1.0),
                    9: (0.2, 0.7),
                    10: (0.1, 0.5),
                    16: (0.3, 0.8),
                    20: (0.8, 1.0),
                    27: (0.3, 0.8),
                },
                (0.0, 6.0),
            ),
        ),
    }
)


CORE: Mapping[Emotion, frozenset[int]] = MappingProxyType(
    {
        Emotion.NEUTRAL: frozenset(),
        Emotion.HAPPY: frozenset({12}),
        Emotion.SURPRISE: frozenset({1, 2, 5}),
        Emotion.SAD: frozenset({1, 15}),
        Emotion.ANGRY: frozenset({4}),
        Emotion.DISGUST: frozenset({9, 10}),
        Emotion.FEAR: frozenset({1, 5, 20}),
    }
)
"""What belongs to an emotion in whichever way it is shown."""


def sample_expression(emotion: Emotion, intensity: float, rng: Rng) -> Expression:
    """One way to show an emotion; `intensity` in [0, 1] scales it."""
    variants = VARIANTS[emotion]
    chances = np.array([variant.chance for variant in variants])
    variant = variants[int(rng.choice(len(variants), p=chances / chances.sum()))]
    units = {
        number: intensity * float(rng.uniform(*bounds)) * _ease(rng)
        for number, bounds in variant.units.items()
        if number in CORE[emotion] or rng.random() > MISSING_SHARE
    }
    pitch = (
        intensity * float(rng.uniform(*variant.pitch_degrees)) if variant.pitch_degrees != (0.0, 0.0) else 0.0
    )
    return finished(units, pitch, rng)


def _ease(rng: Rng) -> float:
    return max(LEAST_EASE, 1.0 + EASE_DEVIATION * float(rng.standard_normal()))


def finished(units: Intensities, pitch_degrees: float, rng: Rng) -> Expression:
    """Given units with what chance adds: units that stray in, a gaze, and two sides that differ a little."""
    total = dict(units)
    for number in rng.choice(STRAY_UNITS, size=STRAYS, replace=False):
        stray = STRAY_DEVIATION * abs(float(rng.standard_normal()))
        total[int(number)] = total.get(int(number), 0.0) + stray
    for number, amount in draw_gaze(rng).items():
        total[number] = total.get(number, 0.0) + amount
    total = {number: min(1.0, value) for number, value in total.items() if value >= LEAST_UNIT}
    lean = {
        number: float(np.clip(ASYMMETRY_DEVIATION * rng.standard_normal(), -0.4, 0.4)) for number in total
    }
    return Expression(total, lean, pitch_degrees)


def draw_gaze(rng: Rng) -> dict[int, float]:
    """Where the eyes look, near the camera most of the time, as action units 61 to 64."""
    sideways, upwards = GAZE_DEVIATION * rng.standard_normal(2)
    return {61 if sideways > 0 else 62: abs(float(sideways)), 63 if upwards > 0 else 64: abs(float(upwards))}


def exactly(units: Intensities) -> Expression:
    """Just these units, the same on both sides; raises KeyError for one that the head cannot do."""
    for number in units:
        ACTION_UNITS[number]
    return Expression(dict(units))
