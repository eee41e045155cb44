"""A study's report as one HTML file that needs nothing else, in the style of the other reports."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup

from recognizer.affect import EMOTIONS
from recognizer.resources import package_file
from training.report import wording
from training.report.colours import FIGURE_STYLE
from training.report.document import Origin
from training.report.figures import precision_recall, roc
from training.report.template import page_environment, page_style
from training.study import figures, words
from training.study.findings import ComparisonFindings, Findings, MeanCurves, emotion_figures
from training.study.uncertainty import Estimate


def render(findings: Findings, origin: Origin) -> str:
    """The page's HTML."""
    study = findings.study
    return (
        _environment()
        .get_template("study.html")
        .render(
            f=findings,
            study=study,
            origin=origin,
            emotions=[str(emotion) for emotion in EMOTIONS],
            verdicts=verdicts(findings),
            best=[words.best_sentence(one) for one in findings.series],
            aims=aims(findings),
            limits=words.limits(findings),
            titles={name: arm.title for name, arm in study.arms.items()},
            arms_figure=figures.arms(findings.arms),
            comparisons_figure=_comparisons_figure(findings),
            emotion_figures={
                i: _emotions_figure(findings, one) for i, one in enumerate(findings.comparisons)
            },
            series_figure=figures.series(findings.series) if findings.series else None,
            learning=_learning(findings),
            curves=[(one, _curves(one.curves, one.recipe.title)) for one in findings.arms if one.curves],
            categories=sorted({name for one in findings.arms for name in one.categories}),
            words=words,
            recall=lambda one: emotion_figures(one.figures, "recall"),
            style=page_style(),
            figure_style=Markup(FIGURE_STYLE.read_text(encoding="utf-8")),
        )
    )


def verdicts(findings: Findings) -> list[str]:
    """A sentence for each comparison."""
    titles = {one.name: one.recipe.title for one in findings.arms}
    return [
        words.verdict(one, titles[one.recipe.first], titles[one.recipe.second])
        for one in findings.comparisons
    ]


def aims(findings: Findings) -> list[str]:
    """A sentence for each aim that the study names."""
    titles = {one.name: one.recipe.title for one in findings.arms}
    compared = [
        f"{words.against(titles[one.recipe.first], titles[one.recipe.second])}: {aim}"
        for one in findings.comparisons
        if (aim := words.aim_of(one))
    ]
    return [*compared, *filter(None, map(words.arm_aim, findings.arms))]


def _comparisons_figure(findings: Findings) -> Markup | None:
    if not findings.comparisons:
        return None
    rows = [
        (f"{one.recipe.first} minus {one.recipe.second}", "--a", one.accuracy) for one in findings.comparisons
    ]
    return figures.differences(rows, "Differences between arms in accuracy", "first", "second")


def _emotions_figure(findings: Findings, one: ComparisonFindings) -> Markup:
    rows: list[tuple[str, str, Estimate]] = [
        ("accuracy", "--ink", one.accuracy),
        ("macro-F1", "--ink", one.figures["macro_f1"]),
    ]
    rows += [(f"recall {name}", f"--{name}", e) for name, e in emotion_figures(one.figures, "recall").items()]
    name = f"{one.recipe.first} minus {one.recipe.second} by emotion"
    return figures.differences(rows, name, one.recipe.first, one.recipe.second)


def _learning(findings: Findings) -> list[Markup]:
    """A panel for each pair that is compared, and one for each arm that is in none."""
    arms = {one.name: one for one in findings.arms}
    pairs = list(dict.fromkeys((one.recipe.first, one.recipe.second) for one in findings.comparisons))
    alone = [(name,) for name in arms if not any(name in pair for pair in pairs)]
    drawn = [
        figures.learning(" and ".join(names), {name: arms[name].courses for name in names})
        for names in [*pairs, *alone]
    ]
    return [one for one in drawn if one is not None]


def _curves(one: MeanCurves, title: str) -> tuple[Markup, Markup]:
    drawn = one.curves
    return (
        precision_recall(drawn.grid, drawn.precision_recall, one.precision_recall_areas, title),
        roc(drawn.grid, drawn.roc, one.roc_areas, title),
    )


def _environment() -> Environment:
    environment = page_environment(package_file("training", "study"))
    for written in ("percent", "figure", "signed", "signed_span", "count"):
        environment.filters[written] = getattr(wording, written)
    for written in ("points", "points_span", "interval_text"):
        environment.filters[written] = getattr(words, written)
    return environment
