"""Expression: FACS action units over the 52 facial actions of the head, and emotions over action units.

Units and their muscles after Ekman, Friesen and Hager (2002); the emotions' units after EMFACS. The head's own
actions are named as in ARKit; `eyebrows-angle-up` and `eyebrows-trans-up` are shape changes of the MakeHuman base
that strengthen the brows' slant and height.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recognizer.affect import Emotion

Actions = Mapping[str, float]
"""Facial actions by name; 0 is relaxed, 1 the full movement (a little more is possible)."""


def _both(name: str, amount: float = 1.0) -> dict[str, float]:
    return {f"{name}Left": amount, f"{name}Right": amount}


ACTION_UNITS: Mapping[int, Actions] = MappingProxyType(
    {
        1: {"browInnerUp": 1.2, "eyebrows-angle-up": 0.90, "eyebrows-trans-up": 0.10},
        2: _both("browOuterUp", 1.25) | {"eyebrows-trans-up": 0.25},
        4: _both("browDown", 1.8) | {"eyebrows-angle-up": -0.70, "eyebrows-trans-up": -0.45},
        5: _both("eyeWide", 1.5),
        6: _both("cheekSquint", 1.4) | _both("eyeSquint", 0.55),
        7: _both("eyeSquint"),
        9: _both("noseSneer", 1.9) | {"nose-base-up": 0.35, "eyebrows-trans-up": 0.25},
        10: _both("mouthUpperUp", 1.5),
        11: _both("noseSneer", 0.35) | _both("mouthUpperUp", 0.3),
        12: _both("mouthSmile", 1.9),
        14: _both("mouthDimple", 1.2),
        15: _both("mouthFrown", 1.7),
        16: _both("mouthLowerDown", 1.1),
        17: {"mouthShrugLower": 1.1, "mouthShrugUpper": 0.4},
        18: {"mouthPucker": 1.0},
        19: {"tongueOut": 1.0},
        20: _both("mouthStretch", 1.7),
        22: {"mouthFunnel": 1.0},
        23: {"mouthRollLower": 0.6, "mouthRollUpper": 0.5, "mouthFunnel": 0.12} | _both("mouthPress", 0.5),
        24: {"mouthRollLower": 0.6, "mouthRollUpper": 0.6, "mouthShrugLower": 0.45}
        | _both("mouthPress", 0.8),
        25: _both("mouthLowerDown", 0.45) | _both("mouthUpperUp", 0.25) | {"jawOpen": 0.06},
        26: {"jawOpen": 0.45},
        27: {"jawOpen": 1.0},
        28: {"mouthRollLower": 1.0, "mouthRollUpper": 0.8},
        29: {"jawForward": 1.0},
        34: {"cheekPuff": 1.0},
        43: _both("eyeBlink"),
        61: {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
        62: {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0},
        63: _both("eyeLookUp"),
        64: _both("eyeLookDown"),
    }
)

Intensities = Mapping[int, float]
"""Action units by number, with intensity 0 (absent) to 1 (FACS level E)."""

NO_UNITS: Intensities = MappingProxyType({})

EMOTION_UNITS: Mapping[Emotion, Intensities] = MappingProxyType(
    {
        Emotion.NEUTRAL: {},
        Emotion.HAPPY: {6: 0.65, 10: 0.25, 12: 0.88, 25: 0.9, 26: 0.12},
        Emotion.SURPRISE: {1: 0.75, 2: 1.0, 5: 0.9, 26: 0.5, 27: 0.55},
        Emotion.SAD: {1: 1.0, 4: 0.38, 15: 1.0, 17: 0.36, 11: 0.2, 43: 0.14, 64: 0.15},
        Emotion.ANGRY: {4: 1.0, 5: 0.5, 7: 0.5, 9: 0.53, 10: 0.42, 16: 1.0, 20: 0.31, 25: 0.6, 27: 0.35},
        Emotion.DISGUST: {4: 0.2, 7: 0.6, 9: 1.0, 10: 0.75, 17: 0.4, 25: 0.3},
        Emotion.FEAR: {1: 0.9, 2: 0.3, 4: 0.4, 5: 0.9, 20: 0.8, 25: 0.7, 26: 0.4},
    }
)


def facial_actions(units: Intensities, asymmetry: Intensities = NO_UNITS) -> dict[str, float]:
    """The facial actions that a set of action units makes together; raises KeyError for an unknown unit.

    `asymmetry` says how much stronger a unit is on the person's left than on the right: 1 leaves the right side still.
    """
    actions: dict[str, float] = {}
    for number, intensity in units.items():
        lean = asymmetry.get(number, 0.0)
        for name, amount in ACTION_UNITS[number].items():
            side = 1.0 + lean * (name.endswith("Left") - name.endswith("Right"))
            actions[name] = actions.get(name, 0.0) + amount * intensity * min(1.0, side)
    return actions


def combine(*parts: Intensities) -> dict[int, float]:
    """The sum of several sets of action units."""
    total: dict[int, float] = {}
    for part in parts:
        for number, intensity in part.items():
            total[number] = total.get(number, 0.0) + intensity
    return total


def scale(units: Intensities, factor: float) -> dict[int, float]:
    """All intensities times `factor`."""
    return {number: intensity * factor for number, intensity in units.items()}


DEEPEST_FOLD = 1.2


def wrinkle_weights(units: Intensities) -> tuple[float, float, float, float, float]:
    """How deep the lines of forehead, frown, cheeks, eyes and nose are, each in [0, DEEPEST_FOLD]."""

    def level(*terms: tuple[int, float]) -> float:
        return min(DEEPEST_FOLD, max(0.0, sum(units.get(number, 0.0) * weight for number, weight in terms)))

    forehead = level((1, 0.45), (2, 0.45), (4, -0.4))
    frown = level((4, 1.10), (9, 0.15), (1, 0.10))
    cheek = level((12, 0.70), (9, 0.60), (10, 0.40), (15, 0.20), (20, 0.15))
    eye = level((6, 0.60), (7, 0.25), (12, 0.15), (9, 0.30))
    return forehead, frown, cheek, eye, level((9, 0.7), (10, 0.10))
