"""A report as JSON: every number that the page shows and those that it only draws. Keys: docs/evaluation.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recognizer.errors import OutputError
from training.evaluation.cost import Speed
from training.report.contents import Contents, ModelResult
from training.report.curves import Curves
from training.report.paired import Paired, verdict

FORMAT = 1
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report comes from: the day, the command line, where the faces were, the seed, versions and machine."""

    made: str
    command: str
    faces_from: str
    seed: int
    versions: Mapping[str, str]
    machine: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown: what was measured, how fast the models are ({} where not asked for), and its origin."""

    contents: Contents
    speeds: Mapping[str, Speed]
    origin: Origin


def document(report: Report, names: Sequence[str]) -> dict[str, Any]:
    """The report as plain JSON values, rounded to six digits; `names` (one per face) tell which faces were misread."""
    contents = report.contents
    whole = {
        "format": FORMAT,
        **asdict(report.origin),
        "part": contents.main,
        "data": asdict(contents.data),
        "models": [_model(model, names) for model in contents.models],
        "robustness_faces": contents.robustness_faces,
        "speed": {name: asdict(speed) for name, speed in report.speeds.items()},
        "comparison": {name: _paired(contents, paired) for name, paired in contents.paired.items()},
    }
    return dict(_plain(whole))


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write it, its folder too; raises OutputError."""
    write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write a file and the folder that it lies in; raises OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); name another place") from error


def _model(model: ModelResult, names: Sequence[str]) -> dict[str, Any]:
    card = model.card
    return {
        "letter": model.letter or "A",
        "name": card.name,
        "sha256": card.sha256,
        "card": {
            name: getattr(card, name)
            for name in ("created", "trained_on", "data_terms", "licence", "temperature", "answers")
        }
        | {"prior": asdict(card.prior) if card.prior else None},
        "parts": {name: asdict(scores) for name, scores in model.parts.items()},
        "curves": _curves(model.curves),
        "reliability": [asdict(one) for one in model.bins],
        "categories": [asdict(one) for one in model.categories],
        "subjects": [asdict(one) for one in model.subjects],
        "robustness": [asdict(one) for one in model.robustness],
        "operating": [asdict(one) for one in model.operating],
        "most_wrong": [{"face": str(names[one.row]), **asdict(one)} for one in model.mistakes],
    }


def _curves(curves: Curves) -> dict[str, Any]:
    kinds = {"precision_recall": curves.precision_recall, "roc": curves.roc}
    return {"grid": curves.grid.tolist()} | {
        kind: {emotion: heights.tolist() for emotion, heights in drawn.items()}
        for kind, drawn in kinds.items()
    }


def _paired(contents: Contents, paired: Paired) -> dict[str, Any]:
    a, b = (model.title for model in contents.models)
    return {
        "verdict": verdict(paired, a, b),
        "shows_a_difference": paired.shows_a_difference,
        **asdict(paired),
    }


def _plain(value: Any) -> Any:
    """Rounded floats, lists for tuples, dictionaries for mappings."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
