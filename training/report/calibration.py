"""The reliability diagram's numbers: how often answers of a given confidence are right (DeGroot and Fienberg 1983)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from training.evaluation.bootstrap import Interval
from training.evaluation.weighted import ECE_BINS, Labels, Probabilities, Values, bin_of


@dataclass(frozen=True, slots=True)
class Bin:
    """The faces whose answer had a confidence from `low` to `high`; all figures in [0, 1].

    `interval_95` is Wilson's interval of the accuracy.
    """

    low: float
    high: float
    faces: int
    confidence: float
    accuracy: float
    interval_95: Interval


def reliability(probabilities: Probabilities, labels: Labels) -> list[Bin]:
    """The bins of the ECE that hold faces, from low confidence to high; float [n, 7] and int [n]."""
    confidence = probabilities.max(1).astype(np.float64)
    right = probabilities.argmax(1) == labels
    bins = bin_of(confidence)
    return [_bin(int(i), confidence[bins == i], int(right[bins == i].sum())) for i in np.unique(bins)]


def share_interval(part: int, whole: int) -> Interval:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    ends = binomtest(part, whole).proportion_ci(0.95, method="wilson")
    return float(ends.low), float(ends.high)


def _bin(index: int, confidence: Values, right: int) -> Bin:
    faces = len(confidence)
    return Bin(
        low=index / ECE_BINS,
        high=(index + 1) / ECE_BINS,
        faces=faces,
        confidence=float(confidence.mean()),
        accuracy=right / faces,
        interval_95=share_interval(right, faces),
    )
