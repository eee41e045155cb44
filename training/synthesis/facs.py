"""FACS action units beyond any one generator: which belong to an emotion, and how to read them off a real picture.

Action units as in Ekman, Friesen and Hager (2002).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Emotion
from recognizer.faces import BLENDSHAPES
from training.synthesis.request import ActionUnits

PROTOTYPES: Mapping[Emotion, frozenset[int]] = MappingProxyType(
    {
        Emotion.ANGRY: frozenset({4, 5, 7, 10, 23, 24}),
        Emotion.DISGUST: frozenset({9, 10, 15, 17}),
        Emotion.FEAR: frozenset({1, 2, 4, 5, 20, 25, 26}),
        Emotion.HAPPY: frozenset({6, 12, 25}),
        Emotion.SAD: frozenset({1, 4, 11, 15, 17}),
        Emotion.SURPRISE: frozenset({1, 2, 5, 26, 27}),
    }
)
"""Each emotion's units, after the prototypes of Ekman, Friesen and Hager (2002), table 10-1; neutral has none."""

FAINT = 0.1
"""Units that all stay below this intensity show no expression."""


def nearest_emotion(units: ActionUnits) -> Emotion:
    """The emotion whose prototype is likest to these units (by the cosine); neutral where none is seen."""
    if not units or max(units.values()) < FAINT:
        return Emotion.NEUTRAL
    likeness = {
        emotion: sum(units.get(unit, 0.0) for unit in prototype) / math.sqrt(len(prototype))
        for emotion, prototype in PROTOTYPES.items()
    }
    return max(likeness, key=lambda emotion: likeness[emotion])


@dataclass(frozen=True, slots=True)
class UnitReading:
    """How an action unit shows in MediaPipe's output: the mean of `blendshapes`, where `rest` is 0 and `full` 1."""

    blendshapes: tuple[str, ...]
    rest: float
    full: float


def _both(name: str) -> tuple[str, str]:
    return f"{name}Left", f"{name}Right"


READINGS: Mapping[int, UnitReading] = MappingProxyType(
    {
        1: UnitReading(("browInnerUp",), 0.084, 0.96),
        2: UnitReading(_both("browOuterUp"), 0.126, 0.92),
        4: UnitReading(_both("browDown"), 0.014, 0.76),
        5: UnitReading(_both("eyeWide"), 0.013, 0.34),
        7: UnitReading(_both("eyeSquint"), 0.258, 0.72),
        10: UnitReading(_both("mouthUpperUp"), 0.0, 0.84),
        12: UnitReading(_both("mouthSmile"), 0.0, 0.96),
        15: UnitReading(_both("mouthFrown"), 0.005, 0.32),
        16: UnitReading(_both("mouthLowerDown"), 0.001, 0.90),
        17: UnitReading(("mouthShrugLower",), 0.013, 0.44),
        18: UnitReading(("mouthPucker",), 0.043, 0.98),
        20: UnitReading(_both("mouthStretch"), 0.006, 0.54),
        24: UnitReading(_both("mouthPress"), 0.019, 0.33),
        26: UnitReading(("jawOpen",), 0.004, 0.67),
        28: UnitReading(("mouthRollLower", "mouthRollUpper"), 0.010, 0.44),
        43: UnitReading(_both("eyeBlink"), 0.059, 0.68),
    }
)
"""The units that MediaPipe's blendshapes can tell.

Which blendshape belongs to which unit: Apple's descriptions of ARKit's blend shape locations, whose names MediaPipe
took over, against the muscles in the FACS manual. The range is what real faces show: the median of neutral faces and
the 99th percentile of all, over 314 faces of FER2013's public test (50 of each class, where a face was found). Units 6,
9 and 34 are missing because cheekSquint, noseSneer and cheekPuff stayed at 0.00 on all of them.
"""

UNITS: tuple[int, ...] = tuple(READINGS)
"""The order in which measured units stand in arrays."""

_COLUMNS = tuple(
    tuple(BLENDSHAPES.index(name) for name in reading.blendshapes) for reading in READINGS.values()
)


def measured_units(blendshapes: NDArray[np.floating]) -> NDArray[np.float32]:
    """Action units float32 [n, units] in [0, 1], in the order of UNITS, from blendshapes [n, 52].

    Rows that are not numbers (no face was found) stay so.
    """
    columns = []
    for reading, places in zip(READINGS.values(), _COLUMNS, strict=True):
        raw = blendshapes[:, list(places)].mean(axis=1)
        columns.append(np.clip((raw - reading.rest) / (reading.full - reading.rest), 0, 1))
    return np.stack(columns, axis=1).astype(np.float32)
