"""Measures of a classifier, with intervals: pure functions of labels and probabilities.

Throughout, `probabilities` is float [n, 7] in the order of EMOTIONS and `labels` int [n].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS

Probabilities = NDArray[np.float32] | NDArray[np.float64]
Labels = NDArray[np.int64]

ECE_BINS = 15
BOOTSTRAP_ROUNDS = 2000
CLASSES = len(EMOTIONS)


@dataclass(frozen=True)
class ClassScore:
    """One emotion's precision, recall and F1, each in [0, 1], and how many faces carry its label."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """How well one set of faces was read. `interval_95` is the percentile bootstrap of the accuracy."""

    faces: int
    accuracy: float
    interval_95: tuple[float, float]
    macro_f1: float
    calibration_error: float
    log_loss: float
    per_class: dict[str, ClassScore]
    confusion: tuple[tuple[int, ...], ...]


def score(probabilities: Probabilities, labels: Labels, seed: int = 0) -> Scores:
    """Every measure at once; confusion has a row per label and a column per answer."""
    answers = probabilities.argmax(1)
    confusion = confusion_matrix(answers, labels)
    per_class = {str(emotion): _class_score(confusion, i) for i, emotion in enumerate(EMOTIONS)}
    return Scores(
        faces=len(labels),
        accuracy=float((answers == labels).mean()),
        interval_95=bootstrap_interval(answers == labels, seed),
        macro_f1=float(np.mean([one.f1 for one in per_class.values()])),
        calibration_error=expected_calibration_error(probabilities, labels),
        log_loss=log_loss(probabilities, labels),
        per_class=per_class,
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
    )


def confusion_matrix(answers: NDArray[np.intp], labels: Labels) -> NDArray[np.int64]:
    """Counts int [7, 7], a row per label and a column per answer."""
    return np.bincount(labels * CLASSES + answers, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def _class_score(confusion: NDArray[np.int64], index: int) -> ClassScore:
    hits, answered, support = confusion[index, index], confusion[:, index].sum(), confusion[index].sum()
    return ClassScore(
        precision=float(hits / answered) if answered else 0.0,
        recall=float(hits / support) if support else 0.0,
        f1=float(2 * hits / (answered + support)) if answered + support else 0.0,
        support=int(support),
    )


def expected_calibration_error(probabilities: Probabilities, labels: Labels, bins: int = ECE_BINS) -> float:
    """Mean gap between confidence and accuracy over equally wide bins of confidence (Guo et al. 2017), in [0, 1]."""
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / max(len(labels), 1))


def log_loss(probabilities: Probabilities, labels: Labels) -> float:
    """Mean negative log probability of the label, in nats."""
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean())


def bootstrap_interval(
    right: NDArray[np.bool_], seed: int = 0, rounds: int = BOOTSTRAP_ROUNDS
) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the share of `right` (bool [n])."""
    # Resampling n yes/no answers with replacement draws a binomial count of yes.
    counts = np.random.default_rng(seed).binomial(len(right), right.mean(), rounds)
    low, high = np.percentile(counts / len(right), [2.5, 97.5])
    return float(low), float(high)
