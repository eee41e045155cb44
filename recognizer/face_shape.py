"""The shape of a face: bony landmarks in three dimensions, free of size, place and turn of the head.

For telling people apart; expressions hardly move these points. MediaPipe draws every face towards a usual one, so
shapes of different people are near to each other: `player.people.face_matching` weighs what differs, and says how often
that goes wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from recognizer.affect import HeadPose
from recognizer.faces import BLENDSHAPES, Face

MIDDLE = (168, 6, 197, 195, 5, 4, 1, 2, 94)
"""The nose from its root to its base."""
PAIRS = (
    *((33, 263), (133, 362)),  # corners of the eyes
    *((98, 327), (129, 358)),  # wings of the nose
    *((127, 356), (234, 454), (93, 323)),  # temples and the width at the ears
    *((116, 345), (117, 346), (123, 352), (50, 280)),  # cheekbones
)
LANDMARKS = (*MIDDLE, *(left for left, _ in PAIRS), *(right for _, right in PAIRS))
"""MediaPipe's landmarks without lids, brows, lips and chin."""
SHAPE_SIZE = 3 * len(LANDMARKS)
MOST_YAW_DEGREES, MOST_PITCH_DEGREES = 15.0, 20.0
"""A face that is turned further is not seen from the front."""
MOST_ACTION = 0.4
"""Where one of the blendshapes that pull at the cheeks or open the jaw is above this, a face is not at rest."""

Shape = NDArray[np.float64]
"""[SHAPE_SIZE]: x, y and z of LANDMARKS one after the other, centred, with a mean square of 1 per point."""

_PULLS = tuple(
    BLENDSHAPES.index(name) for name in ("mouthSmileLeft", "mouthSmileRight", "jawOpen", "cheekPuff")
)
_SIDE = len(PAIRS)
_MIRRORED = [
    *range(len(MIDDLE)),
    *range(len(MIDDLE) + _SIDE, len(MIDDLE) + 2 * _SIDE),
    *range(len(MIDDLE), len(MIDDLE) + _SIDE),
]
"""Where in LANDMARKS the counterpart of each landmark stands."""


def is_frontal(pose: HeadPose) -> bool:
    """Whether a face looks straight enough into the camera to be measured."""
    return abs(pose.yaw_degrees) <= MOST_YAW_DEGREES and abs(pose.pitch_degrees) <= MOST_PITCH_DEGREES


def at_rest(blendshapes: Sequence[float] | NDArray[np.floating]) -> bool:
    """Whether nothing pulls at the face that would change its shape; 52 values in the order of BLENDSHAPES."""
    return bool(max(blendshapes[index] for index in _PULLS) <= MOST_ACTION)


def shape_of(face: Face) -> Shape:
    """The shape of a face in one picture, made symmetric.

    What is left of a turned head after turning it back is mostly on one side only, so the mean of the shape and its
    mirror image varies less from picture to picture.
    """
    points = np.column_stack([face.landmarks_px, face.depth_px])[list(LANDMARKS)].astype(np.float64)
    points -= points.mean(axis=0)
    mirrored = points[_MIRRORED] * (-1, 1, 1)
    return _normalised((points + turned_onto(points, mirrored)) / 2)


def turned_onto(reference: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred points [n, 3] turned so that they lie as near to the reference [n, 3] as they can (Kabsch 1976)."""
    turn, _ = Rotation.align_vectors(reference, points)
    return np.asarray(turn.apply(points))


def mean_shape(shapes: Sequence[Shape]) -> Shape:
    """The mean of shapes turned onto the first; raises ValueError without any."""
    if not shapes:
        raise ValueError("a mean needs at least one shape")
    first = shapes[0].reshape(-1, 3)
    return _normalised(np.mean([turned_onto(first, each.reshape(-1, 3)) for each in shapes], axis=0))


def _normalised(points: NDArray[np.float64]) -> Shape:
    centred = points - points.mean(axis=0)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=1).mean())).ravel()
