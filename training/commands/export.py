"""`export RECIPE --run DIR --out FILE.onnx`: ONNX, parity, temperature, accuracy, card."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from recognizer.card import save_card
from recognizer.classify import Classifier
from training import evaluate as evaluation
from training.commands.shared import add_recipe_arguments
from training.export import export
from training.fit import load_faces
from training.metrics import Scores
from training.recipe import load_recipe


def main(argv: Sequence[str]) -> int:
    """Export a fitted run; returns the exit code."""
    parser = argparse.ArgumentParser("python -m training export", description="Write a fitted run as ONNX.")
    add_recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="the folder that fit wrote")
    parser.add_argument(
        "--out", type=Path, default=Path("models/emotion.onnx"), help="the file; its card lies beside it"
    )
    parser.add_argument("--trained-on", default="", help="for the card: the data in words")
    parser.add_argument("--data-terms", default="", help="for the card: under which terms the data stands")
    options = parser.parse_args(argv)
    recipe = load_recipe(options.recipe, tuple(options.set))
    faces = load_faces(recipe)
    card = export(options.run, recipe, faces, options.out, options.trained_on, options.data_terms)
    card_path = options.out.with_suffix(".yaml")
    results = evaluation.evaluate(Classifier.load(card_path), faces)
    save_card(replace(card, accuracy={name: _summary(scores) for name, scores in results.items()}), card_path)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, temperature {card.temperature:.3f}")
    print(evaluation.table(results))
    return 0


def _summary(scores: Scores) -> dict[str, Any]:
    low, high = scores.interval_95
    return {
        "faces": scores.faces,
        "accuracy": round(scores.accuracy, 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "macro_f1": round(scores.macro_f1, 4),
        "calibration_error": round(scores.calibration_error, 4),
    }
