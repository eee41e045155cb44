"""Where a viewer looks, and the blinks: from head pose and the eyes' blendshapes.

A webcam and blendshapes cannot tell at what on the screen somebody looks. They tell whether the face is turned to
where it was at rest, and whether the eyes are open: attention here means no more than that.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks, peak_widths

from player.reactions.actions import mean_of
from player.reactions.baseline import Baseline, corrected_blendshapes, frame_seconds
from player.reactions.readings import Floats, Readings

EYE_DEGREES = 30.0
"""An eye that is turned as far as it goes (a blendshape of 1) looks about this far aside; ours, not measured."""
ON_SCREEN_DEGREES = 20.0
"""Up to here from the resting direction the gaze counts as on the screen: half of a 60 cm wide one seen from 80 cm."""
AWAY_DEGREES = 40.0
"""From here on it counts as away; between the two attention falls evenly."""

CLOSED_FROM, OPEN_BELOW = 0.5, 0.3
"""Eyelids count as closed from the first value and as open again below the second (1: shut)."""
LONGEST_BLINK_SECONDS = 0.5
"""Spontaneous blinks last 0.1 to 0.4 s (Stern, Walrath and Goldstein 1984); what is longer is no blink."""
BLINK_RISE = 0.4
"""In a blink the lids close by so much more than before and after it: they were open, and open again."""
RISES_ASIDE = (0.3, 0.5)
"""Other rises that must count about as many blinks; where they do not, lids flicker or hang, and no rate is given."""
MOST_DISAGREEMENT = 0.34
SLOWEST_FRAMES_PER_SECOND = 15.0
"""With fewer frames blinks fall between them, and no rate is given."""
SHORTEST_WATCH_SECONDS = 5.0
"""With less of the face in sight no rate is given either."""


@dataclass(frozen=True, slots=True)
class Closure:
    """The eyes were shut from one film time to another."""

    start_seconds: float
    end_seconds: float

    @property
    def is_long(self) -> bool:
        """Too long for a blink: the viewer does not look."""
        return self.end_seconds - self.start_seconds > LONGEST_BLINK_SECONDS


def gaze_degrees(readings: Readings, baseline: Baseline) -> Floats:
    """How far [n] the line of sight is turned from its resting direction; NaN without a face."""
    shapes = readings.blendshapes - baseline.rest_blendshapes
    right = _sum(shapes, ("eyeLookOutLeft", "eyeLookInRight")) - _sum(
        shapes, ("eyeLookInLeft", "eyeLookOutRight")
    )
    up = _sum(shapes, ("eyeLookUpLeft", "eyeLookUpRight")) - _sum(
        shapes, ("eyeLookDownLeft", "eyeLookDownRight")
    )
    turned = readings.pose - baseline.rest_pose
    return np.hypot(turned[:, 0] + EYE_DEGREES * right, turned[:, 1] + EYE_DEGREES * up)


def attention(readings: Readings, baseline: Baseline) -> Floats:
    """Attention [n] in [0, 1]: 1 with the face towards the screen and the eyes open, 0 away, shut, or out of sight."""
    aside = gaze_degrees(readings, baseline)
    value = np.clip((AWAY_DEGREES - aside) / (AWAY_DEGREES - ON_SCREEN_DEGREES), 0, 1)
    for closure in closures(readings, baseline):
        if closure.is_long:
            shut = (readings.film_seconds >= closure.start_seconds) & (
                readings.film_seconds < closure.end_seconds
            )
            value[shut] = 0
    return np.where(readings.seen, value, 0.0)


def closures(readings: Readings, baseline: Baseline) -> tuple[Closure, ...]:
    """Every time the eyes were shut, with hysteresis; one that the face's disappearance cuts off ends there."""
    lids = _lids(readings, baseline)
    found: list[Closure] = []
    since: float | None = None
    for seconds, lid in zip(readings.film_seconds.tolist(), np.nan_to_num(lids).tolist(), strict=True):
        if since is None and lid >= CLOSED_FROM:
            since = seconds
        elif since is not None and lid < OPEN_BELOW:
            found.append(Closure(since, seconds))
            since = None
    if since is not None:
        found.append(Closure(since, float(readings.film_seconds[-1])))
    return tuple(found)


def blinks(readings: Readings, baseline: Baseline, rise: float = BLINK_RISE) -> Floats:
    """The film times of all blinks: lids that close by `rise` and open again by as much, within half a second."""
    lids, interval = _lids(readings, baseline), frame_seconds(readings)
    if interval <= 0:
        return np.empty(0)
    known = np.pad(np.nan_to_num(lids), 1)
    aside = 2 * round(1.5 * LONGEST_BLINK_SECONDS / interval) + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # lids that stay shut for longer than we look aside
        places, facts = find_peaks(known, height=CLOSED_FROM, prominence=rise, wlen=max(3, aside))
        bases = (facts["prominences"], facts["left_bases"], facts["right_bases"])
        widths = peak_widths(known, places, 0.5, bases)[0]
    # Where the face goes out of sight nobody saw the lids open again.
    gone = np.isnan(np.pad(lids, 2, constant_values=np.nan))
    whole = ~(gone[places] | gone[places + 2])
    return np.asarray(readings.film_seconds[places[whole & (widths * interval <= LONGEST_BLINK_SECONDS)] - 1])


def blinks_per_minute(readings: Readings, baseline: Baseline) -> float | None:
    """Blinks during the film by minutes of face in sight.

    None where too little or too slow a video tells, or where it depends on how clearly the lids must open again.
    """
    during: NDArray[np.bool_] = readings.film_seconds >= 0
    interval = frame_seconds(readings)
    seen_seconds = float((during & readings.seen).sum()) * interval
    if not 0 < interval <= 1 / SLOWEST_FRAMES_PER_SECOND or seen_seconds < SHORTEST_WATCH_SECONDS:
        return None
    count, more, fewer = (
        int((blinks(readings, baseline, rise) >= 0).sum()) for rise in (BLINK_RISE, *RISES_ASIDE)
    )
    if more - fewer > 1 + MOST_DISAGREEMENT * count:
        return None
    return 60 * count / seen_seconds


def _lids(readings: Readings, baseline: Baseline) -> Floats:
    """How far both lids are closed [n], from 0 at rest to 1; NaN without a face."""
    return mean_of(corrected_blendshapes(readings.blendshapes, baseline), ("eyeBlinkLeft", "eyeBlinkRight"))


def _sum(shapes: Floats, names: tuple[str, str]) -> Floats:
    return mean_of(shapes, names)
