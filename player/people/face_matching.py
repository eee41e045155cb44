"""Face matching: recognising a person by the shape of the face.

Shapes are compared in the few directions in which people differ more than pictures of one person do (linear
discriminant analysis; Fisher 1936), fitted by `python -m training.face_shape`. This is a weak mark of a person: the
measured errors are in docs/listener.md. A face is therefore only named where it is near to one kept shape and clearly
farther from all others. To be wrong costs little, since the listener can choose a name at any time.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from player.errors import LibraryError
from recognizer.affect import Reading
from recognizer.face_shape import SHAPE_SIZE, Shape, at_rest, is_frontal, mean_shape, shape_of, turned_onto
from recognizer.faces import Face
from recognizer.resources import package_file

METRIC_PATH = package_file("player", "assets", "face_shape.npz")
SAME_PERSON_LIMIT = 1.0
"""Largest distance between shapes of the same person; see docs/listener.md for how often it is not."""
CLEAR_RATIO = 0.8
"""The nearest shape must be this much nearer than the second nearest."""
FEWEST_SAMPLES, MOST_SAMPLES = 15, 60
SAMPLE_SECONDS = 0.1
"""Least time between two samples, so that they are not the same picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Metric of shapes: aligned with `reference` [SHAPE_SIZE], then projected on `directions` [SHAPE_SIZE, k]."""

    reference: Shape
    directions: NDArray[np.float64]

    def embedded(self, shape: Shape) -> NDArray[np.float64]:
        """The shape in k numbers, each of which varies by about 1 between pictures of one person."""
        turned = turned_onto(self.reference.reshape(-1, 3), shape.reshape(-1, 3)).ravel()
        return np.asarray((turned - self.reference) @ self.directions)

    def distance(self, first: Shape, second: Shape) -> float:
        """Distance of two shapes: 0 for the same one, about 1 for two pictures of the same person."""
        apart = self.embedded(first) - self.embedded(second)
        return float(np.sqrt((apart**2).mean()))


@cache
def metric() -> Metric:
    """The one that comes with the program; raises LibraryError where its file is missing or damaged."""
    try:
        with np.load(METRIC_PATH) as stored:
            found = Metric(stored["reference"].astype(np.float64), stored["directions"].astype(np.float64))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise LibraryError(
            f"{METRIC_PATH}: is missing or damaged; install Sonrisa anew, or set listener.recognise to false"
        ) from error
    if found.reference.shape != (SHAPE_SIZE,) or found.directions.shape[:1] != (SHAPE_SIZE,):
        raise LibraryError(f"{METRIC_PATH}: belongs to another version; install Sonrisa anew")
    return found


def nearest(shape: Shape, known: Mapping[str, Shape]) -> str | None:
    """Name of the person with this shape; None for a stranger, or where two people match."""
    ranked = sorted((metric().distance(shape, other), name) for name, other in known.items())
    if not ranked or ranked[0][0] > SAME_PERSON_LIMIT:
        return None
    if len(ranked) > 1 and ranked[0][0] > CLEAR_RATIO * ranked[1][0]:
        return None
    return ranked[0][1]


class ShapeSampler:
    """Gathers the shape of one face while it rests; `shape` is None until enough was seen."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._seen_seconds = float("-inf")
        self.shape: Shape | None = None

    def add(self, face: Face, reading: Reading) -> None:
        """Take in one picture of the face; one from the side, an expression, or one too many is passed over."""
        if len(self._shapes) >= MOST_SAMPLES or reading.time_seconds - self._seen_seconds < SAMPLE_SECONDS:
            return
        if not is_frontal(reading.pose) or not at_rest(reading.blendshapes):
            return
        self._seen_seconds = reading.time_seconds
        self._shapes.append(shape_of(face))
        if len(self._shapes) % FEWEST_SAMPLES == 0:
            self.shape = mean_shape(self._shapes)
