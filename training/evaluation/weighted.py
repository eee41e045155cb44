"""The measures of a classifier when each face counts with a weight, for many weightings at once.

With every weight 1 they are the plain measures; with the weights of a bootstrap's resamples they are its replicates.
So the figure and its interval come from one definition. `probabilities` is float [n, 7] in the order of EMOTIONS,
`labels` int [n], `weights` float [m, n]; every result has one row a weighting. What a weighting leaves undefined, such
as the recall of an emotion without faces, is NaN, and a mean over the emotions leaves it out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS

Probabilities = NDArray[np.float32] | NDArray[np.float64]
Labels = NDArray[np.int64]
Weights = NDArray[np.float32] | NDArray[np.float64]
Values = NDArray[np.float64]

CLASSES = len(EMOTIONS)
ECE_BINS = 15
PROBABILITY_FLOOR = 1e-12
"""Keeps the log loss of an answer that was sure and wrong finite."""

HEADLINES = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "calibration_error",
    "log_loss",
    "brier",
    "pr_auc",
    "roc_auc",
)


class Measures:
    """One model's answers, prepared so that all measures of many weightings cost a few matrix products."""

    def __init__(self, probabilities: Probabilities, labels: Labels) -> None:
        shares = probabilities.astype(np.float64)
        answers, confidence = shares.argmax(1), shares.max(1)
        self._right = (answers == labels).astype(np.float64)
        self._cells = one_hot(labels * CLASSES + answers, CLASSES**2)
        self._gaps = one_hot(bin_of(confidence), ECE_BINS) * (confidence - self._right)[:, None]
        self._losses = -np.log(np.maximum(shares[np.arange(len(labels)), labels], PROBABILITY_FLOOR))
        self._briers = ((shares - one_hot(labels, CLASSES)) ** 2).sum(1)
        self._rankings = tuple(_Ranking(shares[:, i], labels == i) for i in range(CLASSES))

    def headlines(self, weights: Weights) -> dict[str, Values]:
        """All of HEADLINES, each [m]; `pr_auc` and `roc_auc` are means over the emotions that have faces."""
        total = weights.sum(1)
        confusion = self.confusion(weights)
        precision_areas, roc_areas = self.areas(weights)
        return {
            "accuracy": self.accuracy(weights),
            "balanced_accuracy": mean_of_defined(recall(confusion)),
            "macro_f1": mean_of_defined(f1(confusion)),
            "calibration_error": np.abs(weights @ self._gaps).sum(1) / total,
            "log_loss": weights @ self._losses / total,
            "brier": weights @ self._briers / total,
            "pr_auc": mean_of_defined(precision_areas),
            "roc_auc": mean_of_defined(roc_areas),
        }

    def accuracy(self, weights: Weights) -> Values:
        """The share of the weight that was answered rightly, [m]."""
        return np.asarray(weights @ self._right / weights.sum(1), np.float64)

    def confusion(self, weights: Weights) -> Values:
        """Weighted counts [m, 7, 7], a row per label and a column per answer."""
        return (weights @ self._cells).reshape(-1, CLASSES, CLASSES)

    def areas(self, weights: Weights) -> tuple[Values, Values]:
        """Average precision and area under the ROC curve of each emotion against the rest, both [m, 7]."""
        pairs = [ranking.areas(weights) for ranking in self._rankings]
        return np.stack([pair[0] for pair in pairs], 1), np.stack([pair[1] for pair in pairs], 1)


class _Ranking:
    """One emotion's faces among all, from the highest probability to the lowest; equal ones are one step.

    Only the positions of the emotion's own faces matter: each adds its precision, and the others below it.
    """

    def __init__(self, scores: Values, positive: NDArray[np.bool_]) -> None:
        self._order = np.argsort(-scores, kind="stable")
        ranked, own = scores[self._order], positive[self._order]
        self._own = np.flatnonzero(own)
        # First and last position of each own face's step, among all faces and among the own.
        self._before = np.searchsorted(-ranked, -ranked[self._own], side="left")
        self._until = np.searchsorted(-ranked, -ranked[self._own], side="right")
        self._own_before = np.searchsorted(self._own, self._before, side="left")
        self._own_until = np.searchsorted(self._own, self._until, side="left")

    def areas(self, weights: Weights) -> tuple[Values, Values]:
        """Average precision (sum of precision times gained recall) and ROC area by trapezoids, both [m]."""
        taken = _running_sum(weights[:, self._order])
        gained = weights[:, self._order[self._own]]
        hits = _running_sum(gained)
        total_hits, total = hits[:, -1], taken[:, -1]
        precise = ratio(hits[:, self._own_until], taken[:, self._until], empty=0.0)
        average_precision = ratio((gained * precise).sum(1), total_hits)
        above = taken[:, self._before] - hits[:, self._own_before]
        not_below = taken[:, self._until] - hits[:, self._own_until]
        others = (total - total_hits)[:, None]
        beaten = (gained * (others - (above + not_below) / 2)).sum(1, dtype=np.float64)
        return average_precision, ratio(beaten, total_hits * others[:, 0])


def _running_sum(weights: Weights) -> Weights:
    """Sums of the first 0, 1, ... n columns: [m, n + 1]."""
    sums = np.zeros((weights.shape[0], weights.shape[1] + 1), weights.dtype)
    np.cumsum(weights, 1, out=sums[:, 1:])
    return sums


def recall(confusion: Values) -> Values:
    """The share of each emotion's faces that was named so: [..., 7] from counts [..., 7, 7]."""
    return ratio(_hits(confusion), confusion.sum(-1))


def precision(confusion: Values) -> Values:
    """The share of the answers naming an emotion that were right: [..., 7] from counts [..., 7, 7]."""
    return ratio(_hits(confusion), confusion.sum(-2))


def f1(confusion: Values) -> Values:
    """Harmonic mean of precision and recall, undefined only for an emotion without faces: [..., 7]."""
    support = confusion.sum(-1)
    score = ratio(2 * _hits(confusion), support + confusion.sum(-2))
    return np.where(support > 0, score, np.nan)


def mean_of_defined(values: Values) -> Values:
    """Mean over the last axis of what is not NaN; NaN where nothing is left."""
    defined = np.isfinite(values)
    return ratio(np.where(defined, values, 0.0).sum(-1), defined.sum(-1).astype(np.float64))


def ratio(part: Weights, whole: Weights, empty: float = np.nan) -> Values:
    """part / whole, and `empty` where there is no whole."""
    out = np.full(np.shape(part), empty)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def bin_of(confidence: Values, bins: int = ECE_BINS) -> NDArray[np.int64]:
    """Which of `bins` equally wide bins of [0, 1] each confidence lies in; int [n]."""
    return np.minimum((confidence * bins).astype(np.int64), bins - 1)


def one_hot(positions: NDArray[np.int64], size: int) -> Values:
    """Rows with a single 1 at each position: [n, size]."""
    rows = np.zeros((len(positions), size))
    rows[np.arange(len(positions)), positions] = 1.0
    return rows


def _hits(confusion: Values) -> Values:
    return np.diagonal(confusion, axis1=-2, axis2=-1)
