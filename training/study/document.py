"""A study's report as JSON: every number that the page shows and those that it only draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from training.report.document import DIGITS, Origin
from training.study.findings import ArmFindings, ComparisonFindings, Findings, SeriesFindings
from training.study.page import aims, verdicts
from training.study.words import best_sentence, limits

FORMAT = 1


def document(findings: Findings, origin: Origin) -> dict[str, Any]:
    """Plain JSON values, rounded to six digits."""
    said = verdicts(findings)
    whole = {
        "format": FORMAT,
        **asdict(origin),
        "study": findings.study,
        "arms": {one.name: _arm(one) for one in findings.arms},
        "comparisons": [
            {"verdict": sentence, **_comparison(one)}
            for sentence, one in zip(said, findings.comparisons, strict=True)
        ],
        "series": [_series(one) for one in findings.series],
        "aims": aims(findings),
        "limits": limits(findings),
    }
    return dict(_plain(whole))


def _arm(one: ArmFindings) -> dict[str, Any]:
    keys = ("trained_on", "tested_on", "steps", "seconds", "figures", "drawn_accuracy", "courses", "curves")
    return {
        "title": one.recipe.title,
        **{key: getattr(one, key) for key in keys},
        "categories": one.categories,
    }


def _comparison(one: ComparisonFindings) -> dict[str, Any]:
    recipe = one.recipe
    return {
        "first": recipe.first,
        "second": recipe.second,
        "judged": recipe.judged,
        "shows_a_difference": one.accuracy.is_clear,
        "differences": one.figures,
        "relative": one.relative,
        "mcnemar_p": one.mcnemar_p,
    }


def _series(one: SeriesFindings) -> dict[str, Any]:
    return {
        "title": one.recipe.title,
        "quantity": one.recipe.quantity,
        "sentence": best_sentence(one),
        "accuracy": one.accuracy,
        "best": one.best,
        "best_interval_95": one.best_interval_95,
        "best_shares": one.best_shares,
    }


def _plain(value: Any) -> Any:
    """Rounded floats, lists and dictionaries, whatever it was before."""
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json"))
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
