"""How a model fares under corruptions at stated strengths (Hendrycks and Dietterich 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.classify import Classifier
from training.corruptions import CORRUPTIONS, Corruption
from training.evaluation.bootstrap import Interval
from training.evaluation.evaluate import predict
from training.evaluation.weighted import Labels
from training.report.calibration import share_interval


@dataclass(frozen=True, slots=True)
class CorruptedAccuracy:
    """The accuracy on faces under one corruption at one strength; strength 0 is the faces as they are."""

    name: str
    strength: float
    accuracy: float
    interval_95: Interval


def corrupted(
    images: NDArray[np.uint8], kind: Corruption, strength: float, seed: int = 0
) -> NDArray[np.uint8]:
    """All images under one corruption; the same seed gives the same images whatever was corrupted before."""
    random = np.random.default_rng([seed, *kind.name.encode(), round(strength * 1000)])
    return np.stack([kind.apply(image, strength, random) for image in images])


def robustness(
    classifier: Classifier, images: NDArray[np.uint8], labels: Labels, seed: int = 0
) -> list[CorruptedAccuracy]:
    """The accuracy under each of CORRUPTIONS at each strength, the uncorrupted faces first.

    images: uint8 [n, h, w] or [n, h, w, 3], n > 0; labels: int [n].
    """
    return [
        _measured(name, strength, classifier, shown, labels)
        for name, strength, shown in _exhibits(images, seed)
    ]


def _exhibits(images: NDArray[np.uint8], seed: int) -> Iterator[tuple[str, float, NDArray[np.uint8]]]:
    yield "as they are", 0.0, images
    for kind in CORRUPTIONS:
        for strength in kind.strengths:
            yield kind.name, strength, corrupted(images, kind, strength, seed)


def _measured(
    name: str, strength: float, classifier: Classifier, shown: NDArray[np.uint8], labels: Labels
) -> CorruptedAccuracy:
    right = int((predict(classifier, shown).argmax(1) == labels).sum())
    return CorruptedAccuracy(name, strength, right / len(labels), share_interval(right, len(labels)))


def sample(count: int, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Positions int [min(count, most)] of faces drawn by lot, in their order; all where `most` allows it."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))
