"""Export a fitted run to ONNX with its card: compared with torch, calibrated, measured, and only then put in place."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, ModelCard, metadata_of, save_card
from recognizer.classify import Classifier
from recognizer.crop import to_input
from recognizer.whole_file import replacing
from training.data.faces import FaceSet, Split
from training.errors import ExportError
from training.evaluation import evaluate as evaluation
from training.evaluation.cost import latency_of
from training.evaluation.metrics import Scores
from training.exporting.calibrate import fit_calibration
from training.exporting.onnx_file import MirrorAveraged, to_onnx, with_float16_weights, with_metadata
from training.exporting.parity import PARITY_FACES, Parity, check_parity
from training.fit_recipe import Recipe
from training.fitting.fit import load_net
from training.fitting.provenance import revision_of
from training.nets.face_net import FaceNet, input_of

log = logging.getLogger(__name__)


NO_OTHERS: Mapping[str, FaceSet] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Words:
    """What only a person can say of a model: its data, their terms, its own licence."""

    trained_on: str = ""
    data_terms: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """A model that was measured and is now in place."""

    card: ModelCard
    path: Path
    scores: dict[str, Scores]


def export(
    run: Path,
    recipe: Recipe,
    faces: FaceSet,
    out: Path,
    words: Words,
    others: Mapping[str, FaceSet] = NO_OTHERS,
) -> Exported:
    """Write the run's net to `out` and its card beside it; on failure what was there stays.

    `others` are sets by name that the card's accuracy tells about too, such as photographs for a net of rendered faces.

    Raises:
        ExportError: the file disagrees with the net, there is no validation split to calibrate on, or it cannot be
            written.
    """
    valid = validation(faces, recipe.data.faces)
    net = load_net(run)
    spec = input_of(net, recipe)
    model, parity = _graph(net, recipe.export.mirror, spec, valid)
    card = ModelCard(
        name=recipe.name,
        file=out.name,
        sha256="0" * 64,
        labels=tuple(map(str, EMOTIONS)),
        input=spec,
        created=datetime.now(UTC).date().isoformat(),
        recipe=recipe.name,
        revision=revision_of(run),
        trained_on=words.trained_on or _described(recipe, faces),
        data_terms=words.data_terms,
        licence=words.licence,
        parity=_parity_figures(parity),
        notes="Reads the face and its mirror image." if recipe.export.mirror else "",
    )
    return measured_and_placed(model, card, faces, out, others)


def measured_and_placed(
    model: onnx.ModelProto,
    card: ModelCard,
    faces: FaceSet,
    out: Path,
    others: Mapping[str, FaceSet] = NO_OTHERS,
) -> Exported:
    """Calibrate a model on the validation split, measure it as the recognizer runs it, and put it in place.

    `card` says all but calibration, accuracy, latency, hash and size. Raises as `export` does.
    """
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / out.name
        content = model.SerializeToString()
        trial.write_bytes(content)
        card = replace(card, sha256=hashlib.sha256(content).hexdigest())
        card = calibrated_card(card, trial, validation(faces, trial))
        classifier = Classifier(card, trial)
        scores = evaluation.evaluate(classifier, faces)
        for name, other in others.items():
            scores |= {f"{name}_{part}": s for part, s in evaluation.evaluate(classifier, other).items()}
        card = replace(card, accuracy=evaluation.summary(scores), latency=latency_of(classifier))
    return Exported(place(model, card, out), out, scores)


def calibrated_card(card: ModelCard, model_path: Path, valid: FaceSet) -> ModelCard:
    """The card with the calibration that the validation faces ask for."""
    classifier = Classifier(card, model_path)
    batches = range(0, len(valid), evaluation.BATCH)
    parts = [classifier.logits(valid.images[i : i + evaluation.BATCH]) for i in batches]
    return fit_calibration(np.concatenate(parts)[:, card.columns], valid.labels).apply_to(card)


def place(model: onnx.ModelProto, card: ModelCard, out: Path) -> ModelCard:
    """Write the model with its card inside, and the card beside it, by way of other names; returns the final card.

    Raises ExportError where the folder cannot be written to.
    """
    content = with_metadata(model, metadata_of(card))
    card = replace(card, file=out.name, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as file:
            file.write(content)
        save_card(card, out.with_suffix(".yaml"))
    except OSError as error:
        raise ExportError(f"{out}: cannot be written ({error.strerror}); choose another --out") from error
    return card


def validation(faces: FaceSet, source: Path) -> FaceSet:
    """The validation split; raises ExportError where there is none."""
    valid = faces.split(Split.VALID)
    if not len(valid):
        raise ExportError(f"{source}: no validation split; the model cannot be calibrated without one")
    return valid


def _graph(net: FaceNet, mirror: bool, spec: InputSpec, valid: FaceSet) -> tuple[onnx.ModelProto, Parity]:
    """The model to ship, with float16 weights where these answer the same, and how near it is to torch."""
    whole = to_onnx(net, mirror)
    half = with_float16_weights(whole)
    rows = np.linspace(0, len(valid) - 1, min(PARITY_FACES, len(valid))).astype(int)
    pixels = to_input(valid.images[rows], spec)
    parity = check_parity(MirrorAveraged(net).eval() if mirror else net, whole, half, pixels)
    if not parity.float16_is_fine:
        log.warning("float16 weights would change a probability by %.3f; float32 is kept", parity.float16)
    return (half if parity.float16_is_fine else whole), parity


def _parity_figures(parity: Parity) -> dict[str, float | int | str]:
    figures: dict[str, float | int | str] = {"faces": parity.faces, "float32": round(parity.float32, 6)}
    if parity.float16_is_fine:
        figures["float16"] = round(parity.float16, 6)
    return {**figures, "weights": "float16" if parity.float16_is_fine else "float32"}


def _described(recipe: Recipe, faces: FaceSet) -> str:
    votes = f" with the votes of {recipe.data.votes.name}" if recipe.data.votes else ""
    return f"{recipe.data.faces.name}: {len(faces.split(Split.TRAIN)):,} training faces{votes}"
