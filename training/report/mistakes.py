"""The faces that a model gets most wrong: the surest of its wrong answers. Often the label is what is wrong."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.evaluation.weighted import Labels, Probabilities

SHOWN = 28
THUMBNAIL_PX = 96


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong answer: the face's position, the two emotions, and the probabilities that they were given."""

    row: int
    label: str
    answer: str
    confidence: float
    label_probability: float


def most_wrong(
    probabilities: Probabilities, labels: Labels, rows: NDArray[np.int64], most: int = SHOWN
) -> list[Mistake]:
    """At most `most` wrong answers, those first that were surest against the label.

    probabilities: float [n, 7]; labels: int [n]; rows: int [n], the faces' positions in their set.
    """
    answers = probabilities.argmax(1)
    wrong = np.flatnonzero(answers != labels)
    gaps = probabilities[wrong, answers[wrong]] - probabilities[wrong, labels[wrong]]
    worst = wrong[np.argsort(-gaps, kind="stable")][:most]
    return [
        Mistake(
            row=int(rows[at]),
            label=str(EMOTIONS[labels[at]]),
            answer=str(EMOTIONS[answers[at]]),
            confidence=float(probabilities[at, answers[at]]),
            label_probability=float(probabilities[at, labels[at]]),
        )
        for at in worst
    ]


def thumbnail(image: NDArray[np.uint8]) -> str:
    """A face (uint8 grey [h, w] or BGR [h, w, 3]) as a PNG in a data URI, at most THUMBNAIL_PX wide and high."""
    scale = min(1.0, THUMBNAIL_PX / max(image.shape[:2]))
    if scale < 1:
        image = np.asarray(
            cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    _, png = cv2.imencode(".png", image)
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")
