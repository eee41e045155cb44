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
from recognizer.card import InputSpec, ModelCard, Prior, metadata_of, save_card
from recognizer.classify import Classifier
from recognizer.crop import to_input
from recognizer.whole_file import replacing
from training.data.faces import UNDECIDED, FaceSet, Split
from training.data.targets import truth_of
from training.errors import ExportError
from training.evaluation import evaluate as evaluation
from training.evaluation.cost import latency_of
from training.evaluation.metrics import Scores
from training.evaluation.operating_point import with_best_tau
from training.exporting.calibrate import fit_calibration
from training.exporting.descent import ancestors, inherited, trained_on
from training.exporting.onnx_file import MirrorAveraged, to_onnx, with_float16_weights, with_metadata
from training.exporting.parity import PARITY_FACES, Parity, check_parity
from training.exporting.prior import training_shares
from training.fit_recipe import Recipe
from training.fitting.provenance import revision_of
from training.fitting.run_folder import FittedRun
from training.nets.face_net import FaceNet, input_of

log = logging.getLogger(__name__)


NO_OTHERS: Mapping[str, FaceSet] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CardStatements:
    """What only a person can state of a model: its data, their terms, its own licence."""

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
    run: FittedRun,
    faces: FaceSet,
    out: Path,
    stated: CardStatements,
    others: Mapping[str, FaceSet] = NO_OTHERS,
) -> Exported:
    """Write the run's net to `out` and its card beside it; on failure what was there stays.

    `others` are sets by name that the card's accuracy tells about too, such as photographs for a net of rendered faces.

    Raises:
        ExportError: the file disagrees with the net, there is no validation split to calibrate on, or it cannot be
            written.
    """
    recipe, line = run.recipe, ancestors(run.recipe)
    valid = validation(faces, recipe.data.faces)
    run.net.answers = recipe.export.head
    spec = input_of(run.net, recipe)
    model, parity = _graph(run.net, recipe.export.mirror, spec, valid)
    answers = "votes" if run.net.answers == "votes" and faces.votes.any() else "label"
    card = ModelCard(
        name=recipe.name,
        file=out.name,
        sha256="0" * 64,
        labels=tuple(map(str, EMOTIONS)),
        input=spec,
        prior=Prior(0.0, training_shares(faces, recipe.fit.class_weights, answers)),
        answers=answers,
        created=datetime.now(UTC).date().isoformat(),
        recipe=recipe.name,
        revision=revision_of(run.folder),
        trained_on=trained_on(stated.trained_on or _described(recipe, faces), line),
        data_terms=inherited("data_terms", line, stated.data_terms),
        licence=stated.licence or inherited("licence", line),
        parity=_parity_figures(parity),
        notes=_notes(answers, mirror=recipe.export.mirror),
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
    """The card with the calibration and the prior that the validation faces ask for, judged by what it `answers`."""
    classifier = Classifier(card, model_path)
    truth = truth_of(valid, card.answers)
    rows = np.flatnonzero(truth != UNDECIDED)
    batches = (rows[i : i + evaluation.BATCH] for i in range(0, len(rows), evaluation.BATCH))
    logits = np.concatenate([classifier.logits(valid.images[batch]) for batch in batches])
    fitted = fit_calibration(logits[:, card.columns], truth[rows]).apply_to(card)
    return with_best_tau(fitted, logits, truth[rows])


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
    """The validation split; raises ExportError where there is none, or nobody agreed on any of its faces."""
    valid = faces.split(Split.VALID)
    if not (truth_of(valid, "votes") != UNDECIDED).any():
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


def _notes(answers: str, *, mirror: bool) -> str:
    """What the answers mean and how the graph comes to them, in plain words."""
    said = {"votes": "Answers what most people would see; votes for contempt are left out.", "label": ""}
    return " ".join(filter(None, (said[answers], "Reads the face and its mirror image." if mirror else "")))


def _described(recipe: Recipe, faces: FaceSet) -> str:
    votes = f" with the votes of {recipe.data.votes.name}" if recipe.data.votes else ""
    return f"{recipe.data.faces.name}: {(faces.splits == Split.TRAIN).sum():,} training faces{votes}"
