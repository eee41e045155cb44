"""`export --run DIR [--out FILE.onnx]`: ONNX, parity, calibration, accuracy, card; int8 too where asked for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from recognizer.card import ModelCard
from recognizer.errors import UsageError
from recognizer.invocation import as_typed
from training.commands.shared import all_as_test, load_shown, say_skipped
from training.data.data_recipe import DataRecipe
from training.data.stored_split import stored_split
from training.evaluation import evaluate as evaluation
from training.exporting.export import CardStatements, export
from training.exporting.quantise import describe, int8_path, quantise
from training.fitting.run_folder import RECIPE, load_run, save_weights


def main(argv: Sequence[str]) -> int:
    """Export a fitted run by the recipe that it was fitted with; returns the exit code."""
    options = _parser().parse_args(argv)
    run = load_run(options.run, tuple(options.set))
    out = options.out or options.run / f"{run.recipe.name.replace('/', '_')}.onnx"
    int8 = options.int8 or run.recipe.export.int8
    models = [out, int8_path(out)] if int8 else [out]
    _check_places([*models, *(model.with_suffix(".yaml") for model in models), options.weights], options)
    faces = load_shown(run.recipe.data, stored_split(options.run))
    say_skipped(faces)
    stated = CardStatements(options.trained_on, options.data_terms, options.licence)
    others = {
        path.stem: all_as_test(load_shown(_like(run.recipe.data, path), placed=False))
        for path in options.also
    }
    exported = export(run, faces, out, stated, others)
    card = exported.card
    print(f"{out}: {card.size_bytes / 1e6:.1f} MB, temperature {card.temperature:.3f}{_tau(card)}")
    print(evaluation.table(exported.scores))
    if options.weights:
        save_weights(run.net, options.weights)
    if int8:
        print(f"\n{describe(quantise(out, faces))}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        as_typed("python -m training export"), description="Write a fitted run as ONNX."
    )
    parser.add_argument("--run", type=Path, required=True, help="the folder that fit wrote, with its recipe")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="export.mirror, export.int8, or where files lie now: data.faces, data.votes",
    )
    parser.add_argument("--out", type=Path, help="the file; its card lies beside it (default: RUN/NAME.onnx)")
    parser.add_argument("--overwrite", action="store_true", help="replace files that lie outside of RUN")
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
    return parser


def _check_places(places: Iterable[Path | None], options: argparse.Namespace) -> None:
    """Before minutes of work: nothing but what this run wrote before is replaced unasked, its recipe never."""
    run = options.run.resolve()
    for place in filter(None, places):
        if place.resolve() == run / RECIPE:
            raise UsageError(f"{place}: is the run's recipe; choose another --out")
        if place.exists() and place.resolve().parent != run and not options.overwrite:
            raise UsageError(
                f"{place}: is there already, and may be another run's; --overwrite replaces it, or choose another --out"
            )


def _tau(card: ModelCard) -> str:
    return f", tau {card.prior.tau:g}" if card.prior else ""


def _like(recipe: DataRecipe, faces: Path) -> DataRecipe:
    """Other cropped faces with their own splits, at the size and in the colours of these."""
    return DataRecipe(faces=faces, size_px=recipe.size_px, channels=recipe.channels)
