"""Precision-recall and ROC curves of each emotion against the rest, and their means.

The areas belong to `training.evaluation.metrics`, which takes each face's probability as a threshold; here the curves
are only sampled, densely enough to be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from recognizer.affect import EMOTIONS
from training.evaluation.weighted import Labels, Probabilities, Values

SAMPLES = 201
MACRO = "macro"


@dataclass(frozen=True, slots=True)
class Curves:
    """Heights float [SAMPLES] of curves by emotion, and their mean under "macro"; emotions without a curve are absent.

    precision_recall: the precision at each recall of `grid`. roc: the true positive rate at each false positive rate of
    `grid`.
    """

    grid: Values
    precision_recall: Mapping[str, Values]
    roc: Mapping[str, Values]


def curves(probabilities: Probabilities, labels: Labels) -> Curves:
    """Both kinds of curves; float [n, 7] and int [n]. One emotion alone has no ROC curve."""
    grid = np.linspace(0, 1, SAMPLES)
    precision_recall: dict[str, Values] = {}
    roc: dict[str, Values] = {}
    for index, emotion in enumerate(EMOTIONS):
        positive, scores = labels == index, probabilities[:, index]
        if positive.any():
            precision_recall[str(emotion)] = _precision_at(grid, positive, scores)
        if positive.any() and not positive.all():
            roc[str(emotion)] = _hits_at(grid, positive, scores)
    return Curves(grid, _with_mean(precision_recall), _with_mean(roc))


def _precision_at(grid: Values, positive: NDArray[np.bool_], scores: Probabilities) -> Values:
    """At each recall the precision of the strictest threshold that reaches it."""
    precision, recall, _ = precision_recall_curve(positive, scores)
    rising_recall, precision = recall[::-1], precision[::-1]
    # The first point is scikit-learn's own (recall 0, precision 1): no threshold gives it.
    return np.asarray(precision[1:][np.searchsorted(rising_recall[1:], grid - 1e-12)], np.float64)


def _hits_at(grid: Values, positive: NDArray[np.bool_], scores: Probabilities) -> Values:
    """At each false positive rate the highest true positive rate that costs no more."""
    alarms, hits, _ = roc_curve(positive, scores, drop_intermediate=False)
    return np.asarray(hits[np.searchsorted(alarms, grid + 1e-12, side="right") - 1], np.float64)


def _with_mean(curves: Mapping[str, Values]) -> dict[str, Values]:
    return {**curves, MACRO: np.mean(list(curves.values()), axis=0)} if curves else {}
