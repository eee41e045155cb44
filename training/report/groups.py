"""Scores of each category, or of each person: a good mean may hide a group that is read badly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.bootstrap import Interval, interval, resamples, units_of
from training.evaluation.weighted import Labels, Measures, Probabilities


@dataclass(frozen=True, slots=True)
class GroupScore:
    """How one group's faces were read; `interval_95` is the accuracy's."""

    name: str
    faces: int
    accuracy: float
    interval_95: Interval
    macro_f1: float
    calibration_error: float


def group_scores(
    probabilities: Probabilities,
    labels: Labels,
    groups: NDArray[np.str_],
    subjects: NDArray[np.str_],
    seed: int = 0,
) -> list[GroupScore]:
    """One score for each group that has a name, in alphabetical order; faces in no group ("") count nowhere.

    probabilities: float [n, 7]; labels: int [n]; groups and subjects: str [n]. Persons are drawn whole.
    """
    return [
        _group(
            str(name), probabilities[groups == name], labels[groups == name], subjects[groups == name], seed
        )
        for name in np.unique(groups)
        if name
    ]


def _group(
    name: str, probabilities: Probabilities, labels: Labels, subjects: NDArray[np.str_], seed: int
) -> GroupScore:
    units = units_of(subjects)
    if units.max() == 0:
        units = np.arange(len(labels))  # within one person only the faces can be drawn
    measures = Measures(probabilities, labels)
    figures = {
        name: float(values[0]) for name, values in measures.headlines(np.ones((1, len(labels)))).items()
    }
    replicates = np.concatenate([measures.accuracy(weights) for weights in resamples(units, seed)])
    return GroupScore(
        name=name,
        faces=len(labels),
        accuracy=figures["accuracy"],
        interval_95=interval(replicates) or (figures["accuracy"], figures["accuracy"]),
        macro_f1=figures["macro_f1"],
        calibration_error=figures["calibration_error"],
    )
