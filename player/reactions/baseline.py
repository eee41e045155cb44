"""How a viewer's face looks at rest, from the neutral stretch before the film.

A stern resting face is no anger and a naturally raised mouth corner no smile: all measures are differences from rest.
Where nothing was seen before the film, its first second stands in, which the quality grade marks down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from player.reactions.actions import action_traces, strongest
from player.reactions.readings import Floats, Readings
from recognizer.affect import EMOTIONS, Emotion
from recognizer.faces import BLENDSHAPES
from recognizer.steady import SteadySettings

SHORTEST_SECONDS = 1.0
"""A neutral stretch with less of the face in sight is not used."""
OPENING_SECONDS = 1.0
"""So much of the film stands in for a missing neutral stretch."""
LIMIT_LOGITS: dict[str, float] = {"before": 3.0, "opening": 1.5, "none": 0.0}
"""The most that is taken away from one emotion: more where rest was asked for, less where the film already ran."""
TOLERANCE_LOGITS = SteadySettings().baseline_tolerance_logits
"""An emotion this far below neutral in a resting face is no bias, as in the live program."""
POOREST_QUALITY = SteadySettings().poorest_quality
"""Readings below this are not believed, as in the live program."""

STILL_DEGREES, STILL_ACTION = 10.0, 0.3
"""Up to here from its own middle a resting head, and above it a resting face, counts as still."""

_NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)
_FLOOR = 1e-4
_LIKELIEST_REST = 0.9
"""A blendshape that rests higher than this leaves no room to measure; the rest is cut here."""

Origin = Literal["before", "opening", "none"]


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """One viewer's face at rest.

    `rest_logits` [7]: log odds of each emotion against neutral. `rest_blendshapes` [52] in [0, 0.9]. `rest_pose` [3]
    in degrees. `seconds`: how much of the face was seen. `origin`: before the film, its opening, or nothing at all.
    `rest_expressiveness` in [0, 0.9]: the strongest action that is left when the resting blendshapes are taken off,
    which is the noise of the fit. `still` in [0, 1]: the share of the rest in which the face kept still.
    """

    rest_logits: Floats
    rest_blendshapes: Floats
    rest_pose: Floats
    seconds: float
    origin: Origin
    rest_expressiveness: float = 0.0
    still: float = 1.0

    @property
    def removed_logits(self) -> Floats:
        """What is taken off each emotion's log odds against neutral [7]."""
        removed = np.clip(self.rest_logits + TOLERANCE_LOGITS, 0, LIMIT_LOGITS[self.origin])
        removed[_NEUTRAL] = 0
        return np.asarray(removed)

    @property
    def left_logits(self) -> float:
        """The log odds of the strongest emotion against neutral that stay in the resting face; above 0 it shows one."""
        left = np.delete(self.rest_logits - self.removed_logits, _NEUTRAL)
        return float(left.max()) if self.origin != "none" else 0.0


def believed(readings: Readings) -> NDArray[np.bool_]:
    """[n]: frames with a face that is good enough to be read."""
    return readings.seen & (readings.quality >= POOREST_QUALITY)


def frame_seconds(readings: Readings) -> float:
    """The usual time from one frame to the next; 0 for fewer than two frames."""
    return float(np.median(np.diff(readings.film_seconds))) if len(readings) > 1 else 0.0


def baseline_of(readings: Readings) -> Baseline:
    """The medians over the neutral stretch, which a short smile or blink within it does not move."""
    good, interval = believed(readings), frame_seconds(readings)
    before = good & (readings.film_seconds < 0)
    opening = good & (readings.film_seconds >= 0) & (readings.film_seconds < OPENING_SECONDS)
    if before.sum() * interval >= SHORTEST_SECONDS:
        return _medians(readings.where(before), interval, "before")
    if opening.any():
        return _medians(readings.where(opening), interval, "opening")
    return Baseline(np.zeros(len(EMOTIONS)), np.zeros(len(BLENDSHAPES)), np.zeros(3), 0.0, "none")


def corrected_probabilities(probabilities: Floats, baseline: Baseline) -> Floats:
    """Probabilities [n, 7] as they would be if this resting face looked like anybody's; rows sum to 1.

    The same correction as in `recognizer.steady.without_bias`, but with a baseline that need not be doubted.
    """
    weights = probabilities * np.exp(-baseline.removed_logits)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def corrected_blendshapes(blendshapes: Floats, baseline: Baseline) -> Floats:
    """Blendshapes [n, k] with rest at 0 and full action at 1; less than rest counts as rest."""
    return _above(blendshapes, baseline.rest_blendshapes)


def corrected_expressiveness(actions: Floats, baseline: Baseline) -> Floats:
    """The strongest of corrected actions [n, len(ACTIONS)] with rest at 0 and full action at 1 [n].

    The strongest of many is above 0 at rest too, by the noise of each: that is taken off as well.
    """
    return _above(strongest(actions), baseline.rest_expressiveness)


def _above(values: Floats, rest: Floats | float) -> Floats:
    return np.clip((values - rest) / (1 - rest), 0, 1)


def _medians(stretch: Readings, interval: float, origin: Origin) -> Baseline:
    logs = np.log(np.maximum(stretch.probabilities, _FLOOR))
    rest = np.minimum(np.median(stretch.blendshapes, axis=0), _LIKELIEST_REST)
    pose = np.median(stretch.pose, axis=0)
    noise = strongest(action_traces(_above(stretch.blendshapes, rest)))
    turned = np.abs(stretch.pose[:, :2] - pose[:2]).max(axis=1)
    return Baseline(
        rest_logits=np.median(logs - logs[:, [_NEUTRAL]], axis=0),
        rest_blendshapes=rest,
        rest_pose=pose,
        seconds=len(stretch) * interval,
        origin=origin,
        rest_expressiveness=float(min(np.median(noise), _LIKELIEST_REST)),
        still=float(((turned <= STILL_DEGREES) & (noise <= np.median(noise) + STILL_ACTION)).mean()),
    )
