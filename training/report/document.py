"""A report as JSON: every number that the page shows and those that it only draws. Keys: docs/evaluation.md."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from recognizer.errors import OutputError
from training.evaluation.cost import Speed
from training.machine import machine, versions
from training.report.contents import Contents, ModelResult
from training.report.curves import Curves
from training.report.paired import Paired, verdict

FORMAT = 1
DIGITS = 6
PACKAGES = ("sonrisa", "numpy", "onnxruntime", "opencv-python", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class ReportProvenance:
    """Where a report comes from: the day, the command line, where the faces were, the seed, versions and machine."""

    made: str
    command: str
    faces_from: str
    seed: int
    versions: Mapping[str, str]
    machine: Mapping[str, Any]

    @classmethod
    def now(cls, program: str, argv: Sequence[str], faces_from: Path, seed: int) -> Self:
        """That of a report that this process makes today."""
        return cls(
            made=datetime.now(UTC).date().isoformat(),
            command=f"{program} {shlex.join(argv)}",
            faces_from=str(faces_from),
            seed=seed,
            versions=versions(PACKAGES),
            machine=machine(),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown: what was measured, how fast the models are ({} where not asked for), and its provenance."""

    contents: Contents
    speeds: Mapping[str, Speed]
    provenance: ReportProvenance


def document(report: Report, names: Sequence[str]) -> dict[str, Any]:
    """The report as plain JSON values, rounded to six digits; `names` (one per face) tell which faces were misread."""
    contents = report.contents
    whole = {
        "format": FORMAT,
        **asdict(report.provenance),
        "part": contents.main,
        "data": contents.data,
        "models": [_model(model, names) for model in contents.models],
        "robustness_faces": contents.robustness_faces,
        "speed": report.speeds,
        "comparison": {name: _paired(contents, paired) for name, paired in contents.paired.items()},
    }
    return dict(plain(whole))


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
        | {"prior": card.prior},
        "parts": model.parts,
        "curves": _curves(model.curves),
        "reliability": model.bins,
        "categories": model.categories,
        "subjects": model.subjects,
        "robustness": model.robustness,
        "operating": model.operating,
        "most_wrong": [{"face": str(names[one.row]), **asdict(one)} for one in model.mistakes],
    }


def _curves(curves: Curves) -> dict[str, Any]:
    return {"grid": curves.grid, "precision_recall": curves.precision_recall, "roc": curves.roc}


def _paired(contents: Contents, paired: Paired) -> dict[str, Any]:
    a, b = (model.title for model in contents.models)
    return {
        "verdict": verdict(paired, a, b),
        "shows_a_difference": paired.shows_a_difference,
        **asdict(paired),
    }


def plain(value: Any) -> Any:
    """JSON values with floats rounded to DIGITS, of models, dataclasses, mappings, sequences and arrays."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return round(value, DIGITS) if isinstance(value, float) else value
