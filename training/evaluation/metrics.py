"""How well a classifier reads faces: every figure at once, with intervals, from labels and probabilities.

Throughout, `probabilities` is float [n, 7] in the order of EMOTIONS and `labels` int [n]. Means over the emotions
("macro") are taken over those that the set has faces of; what such a set cannot tell is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.evaluation.bootstrap import ROUNDS, Interval, interval, resamples, single_units
from training.evaluation.weighted import (
    HEADLINES,
    Labels,
    Measures,
    Probabilities,
    Values,
    f1,
    precision,
    recall,
)


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One emotion against the rest, each figure in [0, 1], and how many faces carry its label.

    precision is None where the model never gave this answer, the others where no face has this label.
    """

    support: int
    precision: float | None
    recall: float | None
    f1: float | None
    pr_auc: float | None
    roc_auc: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """How well one set of faces was read.

    `calibration_error` is the ECE over 15 bins; `log_loss` is in nats; `brier` is the squared distance in [0, 2];
    `pr_auc` and `roc_auc` are means over the emotions. `intervals_95` has an entry for each of HEADLINES.
    Known only where people voted: `votes_log_loss`, the mean cross-entropy with how their votes are shared out, and
    `accuracy_of_eight`, where faces of contempt count as read wrongly, which no model of seven emotions can name.
    """

    faces: int
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    calibration_error: float
    log_loss: float
    brier: float
    pr_auc: float | None
    roc_auc: float | None
    intervals_95: Mapping[str, Interval | None]
    per_class: Mapping[str, ClassScore]
    confusion: tuple[tuple[int, ...], ...]
    votes_log_loss: float | None = None
    accuracy_of_eight: float | None = None

    @property
    def interval_95(self) -> Interval:
        """The accuracy's interval."""
        return self.intervals_95["accuracy"] or (self.accuracy, self.accuracy)


def score(
    probabilities: Probabilities,
    labels: Labels,
    seed: int = 0,
    units: NDArray[np.int64] | None = None,
    rounds: int = ROUNDS,
) -> Scores:
    """Every measure at once; confusion has a row per label and a column per answer.

    `units` int [n] says which faces belong together (`bootstrap.units_of`); None: none do. `rounds` is how often the
    faces are drawn for the intervals.
    Raises ValueError for an empty set.
    """
    if not len(labels):
        raise ValueError("no faces, nothing to score")
    measures = Measures(probabilities, labels)
    once = np.ones((1, len(labels)))
    together = single_units(len(labels)) if units is None else units
    headlines = {name: _known(values[0]) for name, values in measures.headlines(once).items()}
    confusion = measures.confusion(once)[0]
    return Scores(
        faces=len(labels),
        **headlines,
        intervals_95=headline_intervals(measures, together, seed, rounds),
        per_class=_per_class(confusion, *(area[0] for area in measures.areas(once))),
        confusion=tuple(tuple(round(n) for n in row) for row in confusion.tolist()),
    )


def headline_intervals(
    measures: Measures, units: NDArray[np.int64], seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Interval | None]:
    """The 95 % interval of each of HEADLINES, all from the same draws.

    A calibration error is a sum of absolute gaps: every draw adds chance to each of them, so that the draws lie above
    the estimate. Their interval is moved by the mean of that excess (Efron and Tibshirani 1993, chapter 10).
    """
    blocks = [measures.headlines(weights) for weights in resamples(units, seed, rounds)]
    draws = {name: np.concatenate([block[name] for block in blocks]) for name in HEADLINES}
    estimate = float(measures.headlines(np.ones((1, len(units))))["calibration_error"][0])
    excess = max(0.0, float(np.mean(draws["calibration_error"])) - estimate)
    draws["calibration_error"] = np.maximum(0.0, draws["calibration_error"] - excess)
    return {name: interval(each) for name, each in draws.items()}


def _per_class(confusion: Values, pr_areas: Values, roc_areas: Values) -> dict[str, ClassScore]:
    columns = (precision(confusion), recall(confusion), f1(confusion), pr_areas, roc_areas)
    rows = zip(confusion.sum(1).astype(int), *columns, strict=True)
    return {
        str(emotion): ClassScore(int(support), *map(_known, figures))
        for emotion, (support, *figures) in zip(EMOTIONS, rows, strict=True)
    }


def _known(value: Any) -> Any:
    """A plain float; None for NaN."""
    return float(value) if np.isfinite(value) else None
