"""From the runs of a study to what its report says: each arm, each comparison, each series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recognizer.affect import EMOTIONS
from training.errors import DataError
from training.evaluation.bootstrap import Interval
from training.evaluation.weighted import Measures, Values
from training.report.curves import MACRO, Curves, curves
from training.report.paired import mcnemar
from training.study.job import run_folder
from training.study.learning_curve import LearningCurve, learning_curve_of
from training.study.predictions import Predictions, load_predictions, load_result
from training.study.study_recipe import ArmRecipe, ComparisonRecipe, SeriesRecipe, StudyRecipe
from training.study.uncertainty import (
    BootstrapFigures,
    Estimate,
    best_of,
    bootstrap_figures,
    difference,
    estimate,
    relative_gain,
)

UNSEEN, DRAWN = "unseen", "drawn"
PARTS = (UNSEEN, DRAWN)


@dataclass(frozen=True, slots=True, eq=False)
class MeanCurves:
    """Curves as means over the seeds, and the means of their areas by emotion, with their mean under "macro"."""

    curves: Curves
    precision_recall_areas: Mapping[str, float]
    roc_areas: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class ArmFindings:
    """One arm. figures: on real faces without near copies; `drawn_accuracy`: on all of its test faces.

    trained_on: faces of each emotion by origin, of the first seed. tested_on: unseen faces and all, of the first seed.
    courses: one for each seed. curves: means over the seeds, where the study asks for them. categories: accuracy on
    each category of test faces, the mean over the seeds.
    """

    name: str
    recipe: ArmRecipe
    trained_on: Mapping[str, Mapping[str, int]]
    tested_on: tuple[int, int]
    steps: int
    seconds: float
    figures: Mapping[str, Estimate]
    drawn_accuracy: Estimate
    courses: Sequence[LearningCurve]
    curves: MeanCurves | None
    categories: Mapping[str, float]

    @property
    def accuracy(self) -> Estimate:
        """On unseen faces."""
        return self.figures["accuracy"]

    @property
    def faces(self) -> dict[str, int]:
        """How many it was trained on, by origin."""
        return {origin: sum(counts.values()) for origin, counts in self.trained_on.items()}


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonFindings:
    """First minus second. mcnemar_p: of each seed's two nets, where both were tested on the same faces, else empty."""

    recipe: ComparisonRecipe
    figures: Mapping[str, Estimate]
    relative: Estimate
    mcnemar_p: tuple[float, ...]

    @property
    def accuracy(self) -> Estimate:
        """The difference of the accuracies."""
        return self.figures["accuracy"]


@dataclass(frozen=True, slots=True, eq=False)
class SeriesFindings:
    """Arms along a quantity; which value is best, between which values it lies, and how often each one is best."""

    recipe: SeriesRecipe
    accuracy: Mapping[float, Estimate]
    best: float
    best_interval_95: Interval
    best_shares: Mapping[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """All that a study found."""

    study: StudyRecipe
    arms: Sequence[ArmFindings]
    comparisons: Sequence[ComparisonFindings]
    series: Sequence[SeriesFindings]


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Of every arm, a row for each seed: predictions and their draws, on each of PARTS."""

    study: StudyRecipe
    predictions: Mapping[str, Sequence[Sequence[Predictions]]]
    draws: Mapping[str, Mapping[str, BootstrapFigures]]

    def column(self, arm: str) -> int:
        return list(self.study.arms).index(arm)


def find(study: StudyRecipe, out: Path) -> Findings:
    """Read the runs in `out` of a study that `at` has brought to a size.

    Raises DataError where a run is missing or no test face is left.
    """
    drawn = [[load_predictions(run_folder(out, arm, seed)) for arm in study.arms] for seed in study.seeds]
    predictions = {DRAWN: drawn, UNSEEN: [[one.where(one.unseen) for one in row] for row in drawn]}
    if not all(len(one.labels) for row in predictions[UNSEEN] for one in row):
        raise DataError("no test face is left: all are synthetic or near copies of training faces")
    draws = {part: bootstrap_figures(predictions[part], areas=study.curves) for part in PARTS}
    runs = _Runs(study, predictions, draws)
    return Findings(
        study,
        [_arm(runs, name, out) for name in study.arms],
        [_comparison(runs, one) for one in study.comparisons],
        [_series(runs, one) for one in study.series],
    )


def _arm(runs: _Runs, name: str, out: Path) -> ArmFindings:
    column = runs.column(name)
    folders = [run_folder(out, name, seed) for seed in runs.study.seeds]
    results = [load_result(folder) for folder in folders]
    unseen = [row[column] for row in runs.predictions[UNSEEN]]
    return ArmFindings(
        name=name,
        recipe=runs.study.arms[name],
        trained_on=results[0]["trained_on"],
        tested_on=(len(unseen[0].labels), len(runs.predictions[DRAWN][0][column].labels)),
        steps=results[0]["epochs"] * results[0]["steps_per_epoch"],
        seconds=float(np.mean([result["seconds"] for result in results])),
        figures={key: estimate(draws, column) for key, draws in runs.draws[UNSEEN].items()},
        drawn_accuracy=estimate(runs.draws[DRAWN]["accuracy"], column),
        courses=[learning_curve_of(folder, result) for folder, result in zip(folders, results, strict=True)],
        curves=_mean_curves(unseen) if runs.study.curves else None,
        categories=_by_category(unseen),
    )


def _mean_curves(runs: Sequence[Predictions]) -> MeanCurves:
    each = [curves(one.probabilities, one.labels) for one in runs]

    def mean(kind: str) -> dict[str, Values]:
        drawn: list[Mapping[str, Values]] = [getattr(one, kind) for one in each]
        # Seeds of a pooled arm have tests of their own, which may lack an emotion.
        names = [name for name in drawn[0] if all(name in one for one in drawn)]
        return {name: np.mean([one[name] for one in drawn], axis=0) for name in names}

    once = [np.ones((1, len(one.labels))) for one in runs]
    areas = [Measures(one.probabilities, one.labels).areas(w) for one, w in zip(runs, once, strict=True)]
    drawn = Curves(each[0].grid, mean("precision_recall"), mean("roc"))
    return MeanCurves(drawn, _named([pr[0] for pr, _ in areas]), _named([roc[0] for _, roc in areas]))


def _named(areas: Sequence[Values]) -> dict[str, float]:
    means = np.mean(areas, axis=0)
    known = {str(e): float(v) for e, v in zip(EMOTIONS, means, strict=True) if np.isfinite(v)}
    return {**known, MACRO: float(np.mean(list(known.values())))} if known else {}


def _by_category(runs: Sequence[Predictions]) -> dict[str, float]:
    names = sorted({str(name) for one in runs for name in np.unique(one.categories) if name})
    return {
        name: float(
            np.mean(
                [
                    (one.probabilities.argmax(1) == one.labels)[one.categories == name].mean()
                    for one in runs
                    if (one.categories == name).any()
                ]
            )
        )
        for name in names
    }


def _comparison(runs: _Runs, recipe: ComparisonRecipe) -> ComparisonFindings:
    first, second = runs.column(recipe.first), runs.column(recipe.second)
    draws = runs.draws[recipe.judged]
    pairs = [(row[first], row[second]) for row in runs.predictions[recipe.judged]]
    same = all(np.array_equal(a.names, b.names) for a, b in pairs)
    return ComparisonFindings(
        recipe=recipe,
        figures={name: difference(one, first, second) for name, one in draws.items()},
        relative=relative_gain(draws["accuracy"], first, second),
        mcnemar_p=tuple(_mcnemar(a, b) for a, b in pairs) if same else (),
    )


def _mcnemar(first: Predictions, second: Predictions) -> float:
    a, b = (one.probabilities.argmax(1) == one.labels for one in (first, second))
    return mcnemar(int((a & ~b).sum()), int((b & ~a).sum()))


def _series(runs: _Runs, recipe: SeriesRecipe) -> SeriesFindings:
    draws = runs.draws[UNSEEN]["accuracy"]
    columns = {value: runs.column(arm) for value, arm in recipe.arms.items()}
    best, interval_95, shares = best_of(draws, columns)
    return SeriesFindings(
        recipe=recipe,
        accuracy={value: estimate(draws, column) for value, column in columns.items()},
        best=best,
        best_interval_95=interval_95,
        best_shares=shares,
    )


def emotion_figures(figures: Mapping[str, Estimate], kind: str) -> dict[str, Estimate]:
    """Those of each emotion; `kind` is recall or f1."""
    return {str(emotion): figures[f"{kind} {emotion}"] for emotion in EMOTIONS}
