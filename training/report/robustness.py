"""What a camera does to faces, at stated strengths: blur, noise, darkness, a tilted head, something in front.

After Hendrycks and Dietterich 2019 ("Benchmarking neural network robustness to common corruptions"), with strengths
in units that do not depend on the image's size. Every disturbance is a pure function of images, strength and seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.classify import Classifier
from training.evaluation.bootstrap import Interval
from training.evaluation.evaluate import predict
from training.evaluation.weighted import Labels
from training.report.calibration import share_interval

Image = NDArray[np.uint8]
MIDDLE_GREY = 128


@dataclass(frozen=True, slots=True)
class Corruption:
    """A way to spoil an image; `apply(image, strength, random)` leaves shape and type as they are."""

    name: str
    unit: str
    strengths: tuple[float, ...]
    apply: Callable[[Image, float, np.random.Generator], Image]


@dataclass(frozen=True, slots=True)
class CorruptedAccuracy:
    """The accuracy on faces under one disturbance at one strength; strength 0 is the faces as they are."""

    name: str
    strength: float
    accuracy: float
    interval_95: Interval


def blur(image: Image, sigma_percent: float, _: np.random.Generator) -> Image:
    """Gaussian blur; sigma in percent of the image's side."""
    sigma_px = sigma_percent / 100 * image.shape[0]
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.uint8)


def noise(image: Image, deviation: float, random: np.random.Generator) -> Image:
    """Gaussian noise of this standard deviation in grey levels (of 255), independent in each pixel and channel."""
    return np.clip(image + random.normal(0, deviation, image.shape), 0, 255).astype(np.uint8)


def darkness(image: Image, percent: float, _: np.random.Generator) -> Image:
    """This share of the light is gone; what is left is rounded to whole grey levels, as a camera does."""
    return np.asarray(np.rint(image * (1 - percent / 100)), np.uint8)


def rotation(image: Image, degrees: float, random: np.random.Generator) -> Image:
    """Turned about the centre, to the left or to the right by lot; the edge is repeated."""
    height, width = image.shape[:2]
    centre = ((width - 1) / 2, (height - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, degrees * random.choice((-1, 1)), 1)
    turned = cv2.warpAffine(
        image, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, np.uint8)


def occlusion(image: Image, percent: float, random: np.random.Generator) -> Image:
    """A grey square over this share of the area, somewhere inside the image."""
    height, width = image.shape[:2]
    tall, wide = (round(side * (percent / 100) ** 0.5) for side in (height, width))
    top, left = (round(random.random() * free) for free in (height - tall, width - wide))
    covered = image.copy()
    covered[top : top + tall, left : left + wide] = MIDDLE_GREY
    return covered


CORRUPTIONS: tuple[Corruption, ...] = (
    Corruption("blur", "sigma in % of the face's side", (1, 2, 4, 6), blur),
    Corruption("noise", "deviation in grey levels of 255", (8, 16, 32, 48), noise),
    Corruption("darkness", "% of the light gone", (40, 60, 80, 90), darkness),
    Corruption("rotation", "degrees, left or right", (10, 20, 30, 45), rotation),
    Corruption("occlusion", "% of the face covered", (5, 10, 20, 35), occlusion),
)


def corrupted(
    images: NDArray[np.uint8], kind: Corruption, strength: float, seed: int = 0
) -> NDArray[np.uint8]:
    """All images under one disturbance; the same seed gives the same images whatever was corrupted before."""
    random = np.random.default_rng([seed, *kind.name.encode(), round(strength * 1000)])
    return np.stack([kind.apply(image, strength, random) for image in images])


def robustness(
    classifier: Classifier, images: NDArray[np.uint8], labels: Labels, seed: int = 0
) -> list[CorruptedAccuracy]:
    """The accuracy under each of CORRUPTIONS at each strength, the undisturbed faces first.

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
