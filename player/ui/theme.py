"""The one theme: warm greys, one accent, and one restrained colour for each emotion."""

from __future__ import annotations

from recognizer.affect import Affect, Emotion, Region
from recognizer.palette import EMOTION_RGB

Colour = tuple[int, int, int]

BACKGROUND: Colour = (19, 20, 24)
PANEL: Colour = (28, 30, 36)
RAISED: Colour = (40, 43, 51)
HOVER: Colour = (52, 56, 66)
LINE: Colour = (50, 53, 62)
FAINT: Colour = (104, 110, 122)
MUTED: Colour = (152, 158, 170)
TEXT: Colour = (236, 233, 226)
ACCENT: Colour = (242, 186, 82)
ON_ACCENT: Colour = (36, 28, 12)
GOOD: Colour = (112, 190, 132)
BAD: Colour = (222, 104, 90)

_REGION_PLACES: dict[Region, Affect] = {
    Region.CHEERFUL: Affect(0.5, 0.4),
    Region.ALERT: Affect(0.0, 0.6),
    Region.TROUBLED: Affect(-0.6, 0.4),
    Region.LOW: Affect(-0.6, -0.5),
    Region.CALM: Affect(0.3, -0.5),
}
"""A place well inside each region, for its colour."""

_EXCITED_PLEASANT: Colour = (240, 182, 78)
_CALM_PLEASANT: Colour = (104, 178, 140)
_CALM_UNPLEASANT: Colour = (88, 132, 196)
_EXCITED_UNPLEASANT: Colour = (208, 104, 98)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` at share 0, `second` at share 1, between them a straight blend."""
    part = min(1.0, max(0.0, share))
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def word_colour(word: Emotion | Region | None) -> Colour:
    """The colour of what is said of a mood: of an emotion, of a region of the plane; grey where nothing stands."""
    if word is None:
        return MUTED
    return EMOTION_RGB[word] if isinstance(word, Emotion) else affect_colour(_REGION_PLACES[word])


def affect_colour(affect: Affect) -> Colour:
    """The colour of a place on the valence-arousal plane, blended between its four corners."""
    across, up = (affect.valence + 1) / 2, (affect.arousal + 1) / 2
    calm = mix(_CALM_UNPLEASANT, _CALM_PLEASANT, across)
    excited = mix(_EXCITED_UNPLEASANT, _EXCITED_PLEASANT, across)
    return mix(calm, excited, up)
