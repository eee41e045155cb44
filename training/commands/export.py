"""`export RECIPE --run DIR --out FILE.onnx`: ONNX, parity, calibration, accuracy, card; int8 too where asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments
from training.data.data_recipe import DataRecipe
from training.data.load import load_faces
from training.evaluation import evaluate as evaluation
from training.exporting.export import Words, export
from training.exporting.quantise import describe, quantise
from training.fit_recipe import load_recipe
from training.fitting.run_folder import load_net, save_weights


def main(argv: Sequence[str]) -> int:
    """Export a fitted run; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training export"), description="Write a fitted run as ONNX."
    )
    add_recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="the folder that fit wrote")
    parser.add_argument(
        "--out", type=Path, default=Path("models/emotion.onnx"), help="the file; its card lies beside it"
    )
    parser.add_argument("--int8", action="store_true", help="also write FILE_int8.onnx, as quantise does")
    parser.add_argument("--weights", type=Path, help="also write the weights alone, for fit.start_from")
    parser.add_argument("--trained-on", default="", help="for the card: the data in words")
    parser.add_argument("--data-terms", default="", help="for the card: under which terms the data stands")
    parser.add_argument("--licence", default="", help="for the card: under which licence the weights stand")
    parser.add_argument(
        "--also",
        type=Path,
        action="append",
        default=[],
        metavar="FACES",
        help="more cropped faces to measure on for the card, each under its name: fer2013.csv, class folders, a csv",
    )
    options = parser.parse_args(argv)
    recipe = load_recipe(options.recipe, tuple(options.set))
    faces = load_faces(recipe.data)
    words = Words(options.trained_on, options.data_terms, options.licence)
    others = {path.stem: load_faces(_like(recipe.data, path)) for path in options.also}
    exported = export(options.run, recipe, faces, options.out, words, others)
    card = exported.card
    print(f"{options.out}: {card.size_bytes / 1e6:.1f} MB, temperature {card.temperature:.3f}")
    print(evaluation.table(exported.scores))
    if options.weights:
        save_weights(load_net(options.run), options.weights)
    if options.int8 or recipe.export.int8:
        print(f"\n{describe(quantise(options.out, faces))}")
    return 0


def _like(recipe: DataRecipe, faces: Path) -> DataRecipe:
    """Other cropped faces with their own splits, at the size and in the colours of these."""
    return DataRecipe(faces=faces, size_px=recipe.size_px, channels=recipe.channels)
