"""`evaluate CARD --faces PATH`: how well a model reads faces, in the terminal, as a page and as JSON."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from recognizer.classify import Classifier
from recognizer.errors import UsageError
from recognizer.invocation import as_typed
from training.commands.shared import say_skipped
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.evaluation.evaluate import ALL, table
from training.fit_recipe import load_recipe
from training.option_types import a_seed, at_least_one, from_zero
from training.report.contents import ROBUSTNESS_FACES, Contents, Wanted, in_one_order, measure
from training.report.document import Origin, Report, document, write_json, write_text
from training.report.machine import machine, versions
from training.report.paired import verdict
from training.report.speed import speeds
from training.report.wording import part

PROGRAM = as_typed("python -m training evaluate")
FACE_SIZES_PX = 16, 512
"""What DataRecipe takes; a model outside is given the nearest and scales it itself."""


def main(argv: Sequence[str]) -> int:
    """Measure one model, or two on the same faces; returns the exit code."""
    options = _parser().parse_args(argv)
    _check_places(options)
    classifiers = [Classifier.load(card, options.threads) for card in (options.card, options.against) if card]
    faces = in_one_order(_faces_for(classifiers, options))
    say_skipped(faces[0])
    whole = bool(options.html or options.json or options.figures)
    wanted = Wanted(options.split, options.seed, options.robustness_faces if whole else 0)
    contents = measure(classifiers, faces, wanted)
    _print(contents)
    if whole:
        _write(_report(contents, argv, options), faces[0], options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROGRAM, description="Measure an exported model, or two on the same faces."
    )
    parser.add_argument("card", type=Path, help="the model's card, such as models/emotion.yaml")
    parser.add_argument("--against", type=Path, metavar="CARD", help="another model to compare it with")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--faces", type=Path, help="cropped faces: fer2013.csv, class folders, or a csv of paths and labels"
    )
    where.add_argument(
        "--recipe", type=Path, help="take the faces, votes and protocol of this recipe's data part"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override in the recipe"
    )
    parser.add_argument(
        "--split",
        choices=[*(split.value for split in Split), ALL],
        default=Split.TEST.value,
        help="the faces to judge on (default: test)",
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    parser.add_argument("--figures", type=Path, metavar="DIR", help="write each figure as an SVG file")
    parser.add_argument("--no-faces", action="store_true", help="leave the misread faces out of the page")
    parser.add_argument(
        "--robustness-faces",
        type=from_zero,
        default=ROBUSTNESS_FACES,
        metavar="N",
        help="try blur, noise and so on, for the report, on this many faces (default: 1000; 0: not at all)",
    )
    parser.add_argument("--no-latency", action="store_true", help="do not measure the time for one face")
    parser.add_argument("--seed", type=a_seed, default=0, help="of intervals and disturbances (default: 0)")
    parser.add_argument(
        "--threads", type=at_least_one, default=1, help="of the model while it is judged (default: 1)"
    )
    return parser


def _check_places(options: argparse.Namespace) -> None:
    """Before minutes of work rather than after: a file's place is no folder, and the folder's no file."""
    for path in (options.html, options.json):
        if path and path.is_dir():
            raise UsageError(f"{path}: is a folder; name a file in it")
    if options.figures and options.figures.is_file():
        raise UsageError(f"{options.figures}: is a file; name a folder for the figures")
    if options.set and not options.recipe:
        raise UsageError("--set changes a recipe; name one with --recipe")


def _faces_for(classifiers: Sequence[Classifier], options: argparse.Namespace) -> list[FaceSet]:
    """The same faces for each model: a recipe's as they are, others at the size and in the colours of its input."""
    if options.recipe:
        return [load_faces(load_recipe(options.recipe, tuple(options.set)).data)] * len(classifiers)
    recipes = [_recipe_for(classifier, options.faces) for classifier in classifiers]
    loaded = {(recipe.size_px, recipe.channels): recipe for recipe in recipes}
    faces = {kind: load_faces(recipe) for kind, recipe in loaded.items()}
    return [faces[recipe.size_px, recipe.channels] for recipe in recipes]


def _recipe_for(classifier: Classifier, faces: Path) -> DataRecipe:
    spec = classifier.card.input
    smallest, largest = FACE_SIZES_PX
    return DataRecipe(
        faces=faces,
        size_px=min(max(smallest, *spec.size_px), largest),
        channels=1 if spec.colour == "grey" else 3,
    )


def _print(contents: Contents) -> None:
    for model in contents.models:
        print(f"{model.title}\n{table(model.parts)}\n" if model.letter else table(model.parts))
    if contents.paired:
        first, second = (model.title for model in contents.models)
        for name, paired in contents.paired.items():
            print(f"{part(name)}: {verdict(paired, first, second)}")


def _report(contents: Contents, argv: Sequence[str], options: argparse.Namespace) -> Report:
    cards = zip(contents.models, (options.card, options.against), strict=False)
    timed = {} if options.no_latency else {model.title: Classifier.load(card) for model, card in cards}
    origin = Origin(
        made=datetime.now(UTC).date().isoformat(),
        command=f"{PROGRAM} {shlex.join(argv)}",
        faces_from=str(options.recipe or options.faces),
        seed=options.seed,
        versions=versions(),
        machine=machine(),
    )
    return Report(contents, speeds(timed) if timed else {}, origin)


def _write(report: Report, faces: FaceSet, options: argparse.Namespace) -> None:
    from training.report.colours import standalone
    from training.report.page import draw, render

    drawn = draw(report.contents)
    if options.json:
        write_json(document(report, faces.names.tolist()), options.json)
    if options.html:
        write_text(render(report, drawn, faces, show_faces=not options.no_faces), options.html)
    for name, figure in drawn.items() if options.figures else ():
        write_text(standalone(figure), options.figures / f"{name}.svg")
    for path in filter(None, (options.html, options.json, options.figures)):
        print(f"written: {path}")
