"""Knowing a face again by its shape: bony landmarks in three dimensions, free of size, place and turn of the head.

This is a weak mark of a person: MediaPipe's landmarks are smoothed towards a usual face, and many people share their
proportions. The measured errors are in docs/listener.md. A face is therefore only named where it is near to one kept
shape and clearly farther from all others; to be wrong costs little, since the listener can choose a name at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from recognizer.affect import Reading
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
"""Points that expressions hardly move: no lids, brows, lips or chin."""
SHAPE_SIZE = 3 * len(LANDMARKS)
SAME_PERSON_LIMIT = 0.018
"""About one in twenty of the other rendered people is nearer than this; see docs/listener.md."""
CLEAR_RATIO = 0.8
"""The nearest shape must be this much nearer than the second nearest."""
FEWEST_LOOKS, MOST_LOOKS = 15, 60
LOOK_SECONDS = 0.1
"""Looks are taken this far apart at least, so that they are not one and the same picture."""
MOST_ACTION = 0.4
"""Where one of the blendshapes that pull at the cheeks or open the jaw is above this, the shape is not measured."""
_PULLS = tuple(
    BLENDSHAPES.index(name) for name in ("mouthSmileLeft", "mouthSmileRight", "jawOpen", "cheekPuff")
)

Shape = NDArray[np.float64]
"""[SHAPE_SIZE]: x, y and z of LANDMARKS one after the other, centred, with a mean square of 1 per point."""

_SIDE = len(PAIRS)
_MIRRORED = [
    *range(len(MIDDLE)),
    *range(len(MIDDLE) + _SIDE, len(MIDDLE) + 2 * _SIDE),
    *range(len(MIDDLE), len(MIDDLE) + _SIDE),
]
"""Where in LANDMARKS the counterpart of each landmark stands."""


def shape_of(face: Face) -> Shape:
    """The shape of a face in one picture, made symmetric.

    What is left of a turned head after turning it back is mostly on one side only, so the mean of the shape and its
    mirror image varies less from picture to picture.
    """
    points = np.column_stack([face.landmarks_px, face.depth_px])[list(LANDMARKS)].astype(np.float64)
    points -= points.mean(axis=0)
    mirrored = points[_MIRRORED] * (-1, 1, 1)
    turn, _ = Rotation.align_vectors(points, mirrored)
    return _normalised((points + turn.apply(mirrored)) / 2)


def unlikeness(first: Shape, second: Shape) -> float:
    """How different two shapes are once one is turned onto the other (Kabsch 1976): 0 for the same one, at most 2.

    The root mean square distance of their points, in units of the face's own radius.
    """
    one, other = first.reshape(-1, 3), second.reshape(-1, 3)
    _, distance = Rotation.align_vectors(one, other)
    return float(distance / np.sqrt(len(LANDMARKS)))


def mean_shape(shapes: Sequence[Shape]) -> Shape:
    """The mean of shapes turned onto the first; raises ValueError without any."""
    if not shapes:
        raise ValueError("a mean needs at least one shape")
    first = shapes[0].reshape(-1, 3)
    turned = [
        Rotation.align_vectors(first, each.reshape(-1, 3))[0].apply(each.reshape(-1, 3)) for each in shapes
    ]
    return _normalised(np.mean(turned, axis=0))


def nearest(shape: Shape, known: Mapping[str, Shape]) -> str | None:
    """Whose shape this is; None where it is nobody's, or might be two people's."""
    ranked = sorted((unlikeness(shape, other), name) for name, other in known.items())
    if not ranked or ranked[0][0] > SAME_PERSON_LIMIT:
        return None
    if len(ranked) > 1 and ranked[0][0] > CLEAR_RATIO * ranked[1][0]:
        return None
    return ranked[0][1]


class Look:
    """Gathers the shape of one face while it rests; `shape` is None until enough was seen."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._seen_seconds = float("-inf")
        self.shape: Shape | None = None

    def add(self, face: Face, reading: Reading) -> None:
        """Take in one picture of the face from the front; an expression, or one too many, is passed over."""
        if len(self._shapes) >= MOST_LOOKS or reading.time_seconds - self._seen_seconds < LOOK_SECONDS:
            return
        if max(reading.blendshapes[index] for index in _PULLS) > MOST_ACTION:
            return
        self._seen_seconds = reading.time_seconds
        self._shapes.append(shape_of(face))
        if len(self._shapes) % FEWEST_LOOKS == 0:
            self.shape = mean_shape(self._shapes)


def _normalised(points: NDArray[np.float64]) -> Shape:
    centred = points - points.mean(axis=0)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=1).mean())).ravel()
