"""How fits went: the validation split's accuracy over the steps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.evaluation.weighted import Values

POINTS = 101


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """One fit: after how many steps the validation split was read at which accuracy; empty without such a split."""

    steps: tuple[int, ...]
    accuracy: tuple[float, ...]


def learning_curve_of(run: Path, result: Mapping[str, Any]) -> LearningCurve:
    """From the run's history.jsonl and the steps of an epoch in its result."""
    lines = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    epochs = [json.loads(line) for line in lines]
    known = [epoch for epoch in epochs if epoch["valid_accuracy"] is not None]
    return LearningCurve(
        tuple((epoch["epoch"] + 1) * result["steps_per_epoch"] for epoch in known),
        tuple(epoch["valid_accuracy"] for epoch in known),
    )


def mean_learning_curve(courses: Sequence[LearningCurve]) -> tuple[Values, Values] | None:
    """Steps and the mean accuracy over several fits, as far as all of them went; None without a validation split."""
    there = [course for course in courses if course.steps]
    if not there:
        return None
    start, end = max(c.steps[0] for c in there), min(c.steps[-1] for c in there)
    grid = np.linspace(start, max(start, end), POINTS)
    heights = np.mean([np.interp(grid, course.steps, course.accuracy) for course in there], axis=0)
    return grid, np.asarray(heights, np.float64)
