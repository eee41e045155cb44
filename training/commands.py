"""The commands fit, export and evaluate: arguments in, one call, a few lines out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from recognizer.card import save_card
from recognizer.classify import Classifier
from training import evaluate as evaluation
from training.data.faces import FaceSet
from training.data.fer2013 import read_fer2013
from training.export import export as export_run
from training.fit import fit as fit_recipe
from training.fit import load_faces
from training.metrics import Scores
from training.parallel import join_team
from training.recipe import load_recipe

SKIPPED_SHOWN = 5


def fit(argv: Sequence[str]) -> int:
    """`fit RECIPE --run DIR`: train, or go on with an interrupted run."""
    parser = argparse.ArgumentParser("python -m training fit", description="Train a recipe.")
    _recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and history")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--threads", type=int, help="threads of this process; with torchrun, 1 for each core")
    options = parser.parse_args(argv)
    if options.threads:
        torch.set_num_threads(options.threads)
    history = fit_recipe(load_recipe(options.recipe, tuple(options.set)), options.run, options.resume)
    if join_team().leads:
        print(
            f"{options.run}: {len(history)} epochs, accuracy on the validation split {history[-1].valid_accuracy:.2%}"
        )
    return 0


def export(argv: Sequence[str]) -> int:
    """`export RECIPE --run DIR --out FILE.onnx`: ONNX, parity, temperature, accuracy, card."""
    parser = argparse.ArgumentParser("python -m training export", description="Write a fitted run as ONNX.")
    _recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="the folder that fit wrote")
    parser.add_argument(
        "--out", type=Path, default=Path("models/emotion.onnx"), help="the file; its card lies beside it"
    )
    parser.add_argument("--trained-on", default="", help="for the card: the data in words")
    parser.add_argument("--data-terms", default="", help="for the card: under which terms the data stands")
    options = parser.parse_args(argv)
    recipe = load_recipe(options.recipe, tuple(options.set))
    faces = load_faces(recipe)
    card = export_run(options.run, recipe, faces, options.out, options.trained_on, options.data_terms)
    card_path = options.out.with_suffix(".yaml")
    results = evaluation.evaluate(Classifier.load(card_path), faces)
    save_card(replace(card, accuracy={name: _summary(scores) for name, scores in results.items()}), card_path)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, temperature {card.temperature:.3f}")
    print(evaluation.table(results))
    return 0


def evaluate(argv: Sequence[str]) -> int:
    """`evaluate CARD --faces PATH`: accuracy with intervals, calibration, each emotion's precision and recall."""
    parser = argparse.ArgumentParser("python -m training evaluate", description="Measure an exported model.")
    parser.add_argument("card", type=Path, help="the model's card, such as models/emotion.yaml")
    parser.add_argument(
        "--faces", type=Path, required=True, help="fer2013.csv or a tree <split>/<class>/<image>"
    )
    parser.add_argument("--json", type=Path, help="write all scores to this file too")
    options = parser.parse_args(argv)
    faces = read_fer2013(options.faces)
    _say_skipped(faces)
    results = evaluation.evaluate(Classifier.load(options.card), faces)
    print(evaluation.table(results))
    if options.json:
        evaluation.write_json(results, options.json)
    return 0


def _recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", type=Path, help="a file such as training/recipes/emotion.yaml")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. fit.epochs=3"
    )


def _summary(scores: Scores) -> dict[str, Any]:
    low, high = scores.interval_95
    return {
        "faces": scores.faces,
        "accuracy": round(scores.accuracy, 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "macro_f1": round(scores.macro_f1, 4),
        "calibration_error": round(scores.calibration_error, 4),
    }


def _say_skipped(faces: FaceSet) -> None:
    if faces.skipped:
        shown = "; ".join(faces.skipped[:SKIPPED_SHOWN])
        more = (
            f"; and {len(faces.skipped) - SKIPPED_SHOWN:,} more" if len(faces.skipped) > SKIPPED_SHOWN else ""
        )
        print(f"{len(faces.skipped):,} skipped: {shown}{more}")
