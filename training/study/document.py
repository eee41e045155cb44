"""A study's report as JSON: every number that the page shows and those that it only draws."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from training.report.document import ReportProvenance, plain
from training.study.findings import ArmFindings, ComparisonFindings, Findings, SeriesFindings
from training.study.page import aims, verdicts
from training.study.words import best_sentence, limits

FORMAT = 1


def document(findings: Findings, provenance: ReportProvenance) -> dict[str, Any]:
    """Plain JSON values, rounded to six digits."""
    said = verdicts(findings)
    whole = {
        "format": FORMAT,
        **asdict(provenance),
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
    return dict(plain(whole))


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
