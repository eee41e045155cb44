"""Where on the plane of valence and arousal a face stays although no single emotion convinces: pure functions.

A face of mixed distress may be sad for one viewer and afraid for another; all would call it unpleasant. Its place on
the plane then says more than any of the seven words:

| valence | arousal | region |
|---|---|---|
| pleasant | active, or in between | cheerful |
| pleasant | calm | calm |
| in between | active | alert |
| in between | in between or calm | calm |
| unpleasant | active, or in between | troubled |
| unpleasant | calm | low |

"In between" is within BORDER of the axis, but for unpleasant faces everything from zero arousal on is troubled. A
region that stands is left only HOLD beyond its border.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from recognizer.affect import Affect, Region

BORDER = 0.15
"""As far from an axis as the player's words for music begin: a place nearer to it is on neither side."""
HOLD = 0.05
"""How far beyond the border of its region a place must be before it counts as in another."""
_AGAINST = 2.0
"""What a second away from the mean takes off the agreement, in seconds."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How long the places of a face have agreed: `place` is their mean, None before the first one."""

    place: Affect | None = None
    seconds: float = 0.0


def agree(
    agreement: Agreement, affect: Affect, elapsed_seconds: float, distance: float, most_seconds: float
) -> Agreement:
    """Take in the place of one reading: within `distance` of the mean it counts for it, else twice against it.

    The agreement is counted up to `most_seconds`, so that it can end; at zero it begins anew, where the face is now.
    """
    place = agreement.place
    if place is not None and apart(place, affect) <= distance:
        seconds = min(agreement.seconds + elapsed_seconds, most_seconds)
        share = elapsed_seconds / (agreement.seconds + elapsed_seconds) if elapsed_seconds else 0.0
        return Agreement(_between(place, affect, share), seconds)
    left = agreement.seconds - _AGAINST * elapsed_seconds
    return Agreement(affect) if place is None or left <= 0 else Agreement(place, left)


def region_of(place: Affect, stands: Region | None = None) -> Region:
    """The region of a place; one that `stands` already keeps HOLD beyond its own border."""
    near = [
        _plain_region(Affect(place.valence + x, place.arousal + y))
        for x in (-HOLD, 0.0, HOLD)
        for y in (-HOLD, 0.0, HOLD)
    ]
    return stands if stands in near else _plain_region(place)


def apart(first: Affect, second: Affect) -> float:
    """The distance of two places."""
    return math.hypot(first.valence - second.valence, first.arousal - second.arousal)


def _plain_region(place: Affect) -> Region:
    if place.valence >= BORDER:
        return Region.CHEERFUL if place.arousal > -BORDER else Region.CALM
    if place.valence <= -BORDER:
        return Region.LOW if place.arousal < 0 else Region.TROUBLED
    return Region.ALERT if place.arousal >= BORDER else Region.CALM


def _between(first: Affect, second: Affect, share: float) -> Affect:
    return Affect(
        first.valence + share * (second.valence - first.valence),
        first.arousal + share * (second.arousal - first.arousal),
    )
