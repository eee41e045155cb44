"""A report as one HTML file that needs nothing else: styles, figures and faces are inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from recognizer.affect import EMOTIONS
from training.data.copies import NEAR_COPY_CORRELATION
from training.data.faces import FaceSet
from training.evaluation.cost import REFERENCE
from training.evaluation.evaluate import WITHOUT_COPIES
from training.report import figures, wording
from training.report.colours import FIGURE_STYLE
from training.report.contents import Contents, ModelResult
from training.report.curves import MACRO
from training.report.document import Report
from training.report.groups import GroupScore
from training.report.mistakes import thumbnail
from training.report.paired import p_text, verdict
from training.report.robustness import CORRUPTIONS, CorruptedAccuracy, Corruption
from training.report.template import FOLDER, page_environment, page_style

SHOWN_SKIPPED = 20
SHOWN_PEOPLE = 20


def render(report: Report, drawn: Mapping[str, Markup], faces: FaceSet, *, show_faces: bool = True) -> str:
    """The page's HTML; `drawn` are the figures by `draw`, `faces` those that the first model was given."""
    contents = report.contents
    parts = contents.models[0].parts
    verdicts = _verdicts(contents)
    return (
        _environment()
        .get_template("page.html")
        .render(
            r=report,
            c=contents,
            title=_title(contents),
            main=parts[contents.main],
            unseen=parts.get(contents.main + WITHOUT_COPIES),
            verdicts=_lead(verdicts),
            verdicts_by_part=verdicts,
            sections=_sections(report),
            drawn=drawn,
            thumbnails=_thumbnails(contents, faces) if show_faces else None,
            names=faces.names,
            style=page_style(),
            figure_style=Markup(FIGURE_STYLE.read_text(encoding="utf-8")),
            kinds=CORRUPTIONS,
            units={kind.name: kind.unit for kind in CORRUPTIONS} | {"as they are": ""},
            strengths={kind.name: len(kind.strengths) for kind in CORRUPTIONS},
            **_words(),
        )
    )


def draw(contents: Contents) -> dict[str, Markup]:
    """Every figure of a report by its name, such as "confusion", or "confusion-a" where two models are compared."""
    drawn: dict[str, Markup] = {}
    for model in contents.models:
        for name, figure in _draw_model(model, contents.main).items():
            drawn[name + model.suffix] = figure
    for kind in CORRUPTIONS if contents.models[0].robustness else ():
        runs = [(model.letter, _run(model, kind)) for model in contents.models]
        drawn[f"robustness-{kind.name}"] = figures.robustness(kind.name, kind.unit, runs)
    if contents.paired:
        drawn["differences"] = figures.differences(contents.paired[contents.main])
    return drawn


def _draw_model(model: ModelResult, main: str) -> dict[str, Markup]:
    scores, name, curves = model.parts[main], model.title, model.curves
    pr_areas = {e: one.pr_auc for e, one in scores.per_class.items()} | {MACRO: scores.pr_auc}
    roc_areas = {e: one.roc_auc for e, one in scores.per_class.items()} | {MACRO: scores.roc_auc}
    return {
        "confusion": figures.confusion(scores, name),
        "precision-recall": figures.precision_recall(
            curves.grid, curves.precision_recall, _known(pr_areas), name
        ),
        "roc": figures.roc(curves.grid, curves.roc, _known(roc_areas), name),
        "reliability": figures.reliability(model.bins, name),
    }


def _known(areas: Mapping[str, float | None]) -> dict[str, float]:
    return {name: area for name, area in areas.items() if area is not None}


def _run(model: ModelResult, kind: Corruption) -> list[CorruptedAccuracy]:
    """The undisturbed faces, then the strengths of one disturbance."""
    return [one for one in model.robustness if one.strength == 0 or one.name == kind.name]


def _thumbnails(contents: Contents, faces: FaceSet) -> dict[int, str]:
    rows = {mistake.row for model in contents.models for mistake in model.mistakes}
    return {row: thumbnail(faces.images[row]) for row in rows}


def _title(contents: Contents) -> str:
    names = [model.title for model in contents.models]
    return f"How well the model “{names[0]}” reads faces" if len(names) == 1 else " against ".join(names)


def _verdicts(contents: Contents) -> dict[str, str]:
    titles = [model.title for model in contents.models]
    return {name: verdict(paired, titles[0], titles[1]) for name, paired in contents.paired.items()}


def _lead(verdicts: Mapping[str, str]) -> list[str]:
    return [
        f"{wording.part(name).capitalize()}: {words}" if i else words
        for i, (name, words) in enumerate(verdicts.items())
    ]


def _sections(report: Report) -> list[tuple[str, str]]:
    """The page's sections that this report has, by anchor."""
    contents = report.contents
    first = contents.models[0]
    sections = (
        ("glance", "At a glance", True),
        ("comparison", "Side by side", bool(contents.paired)),
        ("emotions", "Each emotion", True),
        ("confusion", "What is taken for what", True),
        ("curves", "Curves", True),
        ("calibration", "Confidence", True),
        ("categories", "Each category", bool(first.categories)),
        ("people", "Each person", bool(first.subjects)),
        ("mistakes", "Most wrong", True),
        ("robustness", "Worse conditions", bool(first.robustness)),
        ("speed", "Speed", bool(report.speeds)),
        ("data", "The faces", True),
        ("model", "The model", True),
        ("method", "Method", True),
        ("origin", "How it was made", True),
    )
    return [(anchor, name) for anchor, name, there in sections if there]


def _words() -> dict[str, Any]:
    return {
        "headline_names": wording.HEADLINE_NAMES,
        "compared_names": wording.COMPARED_NAMES,
        "definitions": wording.DEFINITIONS,
        "sources": wording.SOURCES,
        "card_facts": wording.card_facts,
        "p_text": p_text,
        "copy_limit": NEAR_COPY_CORRELATION,
        "emotions": EMOTIONS,
        "reference": REFERENCE,
        "shown_skipped": SHOWN_SKIPPED,
        "shown_people": SHOWN_PEOPLE,
    }


def _environment() -> Environment:
    environment = page_environment(FOLDER)
    for written in (
        "part",
        "percent",
        "whole_percent",
        "ends",
        "figure",
        "span",
        "signed",
        "signed_span",
        "count",
    ):
        environment.filters[written] = getattr(wording, written)
    environment.filters["spread"] = _spread
    environment.filters["lowest"] = _lowest
    return environment


def _spread(groups: Sequence[GroupScore]) -> dict[str, float]:
    accuracies = [group.accuracy for group in groups]
    return {"low": min(accuracies), "middle": median(accuracies), "high": max(accuracies)}


def _lowest(groups: Sequence[GroupScore]) -> list[GroupScore]:
    return sorted(groups, key=lambda group: group.accuracy)[:SHOWN_PEOPLE]
