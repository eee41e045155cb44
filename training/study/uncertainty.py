"""How sure a study's figures are: test faces and seeds are both a draw, and another draw would give other figures.

Faces are drawn again by the bootstrap, the same draw for all arms, so that what is hard for all of them cancels out of
a difference. A handful of seeds cannot be drawn again (three have ten different draws); their part is Student's t, with
the seeds' own covariance between the arms. For one difference and no doubt about the faces, the interval is that of the
paired t test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.evaluation.bootstrap import Interval, interval, resamples, units_of
from training.evaluation.weighted import Measures, Values, Weights, f1, mean_of_defined, ratio, recall
from training.study.predictions import Predictions

ROUNDS = 2000
AREAS = ("pr_auc", "roc_auc")


@dataclass(frozen=True, slots=True, eq=False)
class BootstrapFigures:
    """One figure of all arms: by_seed float [seeds, arms] as observed, replicates float [rounds, arms] of its mean."""

    by_seed: Values
    replicates: Values

    @property
    def means(self) -> Values:
        """Over the seeds, [arms]."""
        return np.asarray(self.by_seed.mean(0), np.float64)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, or the difference of two, with its interval and what each seed had; None: these faces cannot tell."""

    value: float | None
    interval_95: Interval | None
    by_seed: tuple[float | None, ...]

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval_95 is not None and not self.interval_95[0] <= 0 <= self.interval_95[1]


def bootstrap_figures(
    runs: Sequence[Sequence[Predictions]], *, areas: bool, seed: int = 0, rounds: int = ROUNDS
) -> dict[str, BootstrapFigures]:
    """Every figure of every arm; `runs` has a row for each seed and in it the predictions of each arm.

    Figures: accuracy, balanced_accuracy, macro_f1, "recall angry" and so on, "f1 angry" and so on, and with `areas`
    pr_auc and roc_auc (means over the emotions). Runs may have different test faces: each face is drawn by its name.
    """
    units, places = _units(runs)
    measures = [[Measures(one.probabilities, one.labels) for one in row] for row in runs]
    blocks = [_figures(measures, places, weights, areas=areas) for weights in resamples(units, seed, rounds)]
    observed = _figures(measures, places, np.ones((1, len(units)), np.float32), areas=areas)
    by_faces = {name: np.concatenate([block[name] for block in blocks]) for name in observed}
    noise = _student(len(runs), rounds, seed)
    return {
        name: BootstrapFigures(
            observed[name][0], by_faces[name].mean(1) + _seed_part(observed[name][0], noise)
        )
        for name in observed
    }


def estimate(draws: BootstrapFigures, arm: int) -> Estimate:
    """One arm's figure; all of them are shares, and so is what their intervals hold."""
    return _estimate(draws.by_seed[:, arm], np.clip(draws.replicates[:, arm], 0, 1))


def difference(draws: BootstrapFigures, first: int, second: int) -> Estimate:
    """The first arm's figure minus the second's, seed by seed."""
    return _estimate(
        draws.by_seed[:, first] - draws.by_seed[:, second],
        draws.replicates[:, first] - draws.replicates[:, second],
    )


def relative_gain(draws: BootstrapFigures, first: int, second: int) -> Estimate:
    """The first arm's figure over the second's, less one: +0.3 is 30 % more. The figures must be above zero."""
    means = draws.means
    ratio = draws.replicates[:, first] / np.maximum(draws.replicates[:, second], 1e-9) - 1
    by_seed = draws.by_seed[:, first] / np.maximum(draws.by_seed[:, second], 1e-9) - 1
    return Estimate(
        float(means[first] / max(means[second], 1e-9) - 1), interval(ratio), tuple(map(float, by_seed))
    )


def best_of(draws: BootstrapFigures, arms: Mapping[float, int]) -> tuple[float, Interval, dict[float, float]]:
    """Which of some arms, by their value along a quantity, is best.

    Returns the value of the best mean, the values between which it lies in 95 % of the draws, and the share of draws
    in which each value is best.
    """
    values = np.array(list(arms))
    columns = list(arms.values())
    winners = values[draws.replicates[:, columns].argmax(1)]
    low, high = np.percentile(winners, [2.5, 97.5], method="closest_observation")
    shares = {float(value): float((winners == value).mean()) for value in values}
    return float(values[draws.means[columns].argmax()]), (float(low), float(high)), shares


def _estimate(by_seed: Values, replicates: Values) -> Estimate:
    value = by_seed.mean()
    if not np.isfinite(value):
        return Estimate(None, None, tuple(float(v) if np.isfinite(v) else None for v in by_seed))
    return Estimate(float(value), interval(replicates), tuple(map(float, by_seed)))


def _units(
    runs: Sequence[Sequence[Predictions]],
) -> tuple[NDArray[np.int64], list[list[NDArray[np.int64]]]]:
    """A number for each face of all runs together (persons are one number), and where each run's faces are in it."""
    every = [one for row in runs for one in row]
    names, first = np.unique(np.concatenate([one.names for one in every]), return_index=True)
    subjects = np.concatenate([one.subjects for one in every])[first]
    places = [[np.searchsorted(names, one.names) for one in row] for row in runs]
    return units_of(subjects), places


def _figures(
    measures: Sequence[Sequence[Measures]],
    places: Sequence[Sequence[NDArray[np.int64]]],
    weights: Weights,
    *,
    areas: bool,
) -> dict[str, Values]:
    """Each figure [m, seeds, arms] under weights [m, faces]."""
    grid = [
        [_of_one(one, weights[:, place], areas=areas) for one, place in zip(row, there, strict=True)]
        for row, there in zip(measures, places, strict=True)
    ]
    return {
        name: np.stack([np.stack([one[name] for one in row], -1) for row in grid], 1) for name in grid[0][0]
    }


def _of_one(measures: Measures, weights: Weights, *, areas: bool) -> dict[str, Values]:
    confusion = measures.confusion(weights)
    recalls, f1s = recall(confusion), f1(confusion)
    figures = {
        # In a small test of its own a run may have none of the faces of a draw: not a number, as for a mean.
        "accuracy": ratio(np.trace(confusion, axis1=1, axis2=2), confusion.sum((1, 2))),
        "balanced_accuracy": mean_of_defined(recalls),
        "macro_f1": mean_of_defined(f1s),
    }
    for column, emotion in enumerate(EMOTIONS):
        figures[f"recall {emotion}"] = recalls[:, column]
        figures[f"f1 {emotion}"] = f1s[:, column]
    if areas:
        figures |= dict(zip(AREAS, map(mean_of_defined, measures.areas(weights)), strict=True))
    return figures


def _student(seeds: int, rounds: int, seed: int) -> Values:
    """Weights [rounds, seeds] that turn the seeds' deviations into draws of their mean: multivariate t."""
    rng = np.random.default_rng([seed, seeds])
    normal = rng.standard_normal((rounds, seeds))
    spread = np.sqrt(rng.chisquare(seeds - 1, (rounds, 1)) / (seeds - 1))
    return np.asarray(normal / spread / np.sqrt(seeds * (seeds - 1)), np.float64)


def _seed_part(by_seed: Values, noise: Values) -> Values:
    """[rounds, arms]: what other seeds would have added to the arms' means; the arms of one seed move together."""
    return np.asarray(noise @ (by_seed - by_seed.mean(0)), np.float64)
