"""How well estimates of music's mood agree with what listeners said, each figure with its bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from training.evaluation.bootstrap import ROUNDS, interval, resamples, single_units
from training.evaluation.weighted import Values, Weights
from training.music.blend import Ratings

OUTPUTS = ("valence", "arousal")

Measure: TypeAlias = Callable[[Values, Values, Weights], Values]
"""Truth [n], guess [n] and weights [m, n] to one figure for each row of weights, [m]."""


@dataclass(frozen=True, slots=True)
class Score:
    """A figure, its 95 % bootstrap interval, and all the figures that the interval was drawn from."""

    value: float
    low: float
    high: float
    replicates: NDArray[np.float64]

    def share_at_least(self, figure: float) -> float:
        """In which share of the resamples this figure is reached."""
        return float((self.replicates >= figure).mean())

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


Scores: TypeAlias = Mapping[str, Score]
"""By output."""


def r2(truth: Values, guess: Values, weights: Weights) -> Values:
    """The share of the truth's variance that the guess explains (coefficient of determination)."""
    total = weights.sum(axis=1)
    mean = weights @ truth / total
    return np.asarray(1 - (weights @ (truth - guess) ** 2) / (weights @ truth**2 - total * mean**2))


def rank_correlation(truth: Values, guess: Values, weights: Weights) -> Values:
    """Spearman's: whether songs stand in the same order. Ranks are those among all songs, in every resample."""
    first, second = rankdata(truth), rankdata(guess)
    total = weights.sum(axis=1)
    means = weights @ first / total, weights @ second / total
    shared = weights @ (first * second) / total - means[0] * means[1]
    spreads = [
        weights @ (ranks**2) / total - mean**2 for ranks, mean in zip((first, second), means, strict=True)
    ]
    return np.asarray(shared / np.sqrt(spreads[0] * spreads[1]))


def figures(truth: Ratings, guess: Ratings, measure: Measure = r2) -> dict[str, float]:
    """A measure of each output of [n, 2], every song counted once."""
    once = np.ones((1, len(truth)))
    return {
        output: float(measure(truth[:, column], guess[:, column], once)[0])
        for column, output in enumerate(OUTPUTS)
    }


def scores(
    truth: Ratings, guess: Ratings, measure: Measure = r2, seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Score]:
    """A measure of each output of [n, 2], and how far chance in the choice of songs may move it."""
    weightings = [block.astype(np.float64) for block in resamples(single_units(len(truth)), seed, rounds)]
    whole = figures(truth, guess, measure)
    found = {}
    for column, output in enumerate(OUTPUTS):
        values = np.concatenate([measure(truth[:, column], guess[:, column], each) for each in weightings])
        low, high = interval(values) or (float("nan"), float("nan"))
        found[output] = Score(whole[output], low, high, values)
    return found
