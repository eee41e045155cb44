"""`evaluate CARD --faces PATH`: how well a model reads faces, in the terminal, as a page and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.classify import Classifier
from recognizer.errors import UsageError
from recognizer.invocation import as_typed
from training.commands.shared import (
    a_seed,
    at_least_one,
    from_zero,
    load_shown,
    recipe_for_card,
    say_skipped,
    shares_of_emotions,
)
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.faces import FaceSet, Split
from training.data.load import finished
from training.data.stored_split import stored_split
from training.errors import DataError
from training.evaluation.cost import speeds
from training.evaluation.evaluate import ALL, table
from training.fit_recipe import Recipe
from training.report.contents import ROBUSTNESS_FACES, Contents, MeasureOptions, in_one_order, measure
from training.report.document import Report, ReportProvenance, document, write_json, write_text
from training.report.paired import verdict
from training.report.wording import part

PROGRAM = as_typed("python -m training evaluate")


def main(argv: Sequence[str]) -> int:
    """Measure one model, or two on the same faces; returns the exit code."""
    options = _parser().parse_args(argv)
    _check_places(options)
    classifiers = [
        Classifier.load(card, options.threads, options.shares)
        for card in (options.card, options.against)
        if card
    ]
    faces = in_one_order(_faces_for(classifiers, options))
    say_skipped(faces[0])
    whole = bool(options.html or options.json or options.figures)
    wanted = MeasureOptions(options.split, options.seed, options.robustness_faces if whole else 0)
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
        "--votes", type=Path, metavar="CSV", help="what people saw in these faces: FER+'s fer2013new.csv"
    )
    parser.add_argument(
        "--shares",
        type=shares_of_emotions,
        metavar="SHARES",
        help="how common the emotions are where the model is used, such as happy=3,neutral=5,sad=1,angry=1,...",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override in the recipe, or how to read --faces, such as data.crop=aligned",
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
    parser.add_argument("--seed", type=a_seed, default=0, help="of intervals and corruptions (default: 0)")
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
    if options.votes and options.recipe:
        raise UsageError("--votes belongs to --faces; a recipe names its own (--set data.votes=CSV)")


def _faces_for(classifiers: Sequence[Classifier], options: argparse.Namespace) -> list[FaceSet]:
    """The same faces for each model: a recipe's as they are, others at the size and in the colours of its input.

    The splits are those that a run kept, of the recipe or the card that lies in its folder.
    """
    if options.recipe:
        recipe = Recipe.load(options.recipe, tuple(options.set)).data
        return [load_shown(recipe, stored_split(options.recipe.parent))] * len(classifiers)
    recipes = [
        recipe_for_card(classifier.card.input, options.faces, options.votes, options.set)
        for classifier in classifiers
    ]
    loaded: dict[str, FaceSet] = {}
    for recipe in recipes:
        key = recipe.model_dump_json()
        loaded[key] = loaded[key] if key in loaded else _placed(recipe, options)
    return [loaded[recipe.model_dump_json()] for recipe in recipes]


def _placed(recipe: DataRecipe, options: argparse.Namespace) -> FaceSet:
    """Every face where all are asked for; else with the splits of the set, of --set, or of the card's own run."""
    if options.split == ALL:
        return load_shown(recipe, placed=False)
    if recipe.protocol != ProtocolRecipe():
        return load_shown(recipe)
    faces = load_shown(recipe, placed=False)
    if (faces.splits != "").any():
        return finished(faces, recipe)
    if (stored := stored_split(options.card.parent)) is not None:
        return finished(faces, recipe, stored)
    raise DataError(
        f"{recipe.faces}: the set has no splits: --split all judges on every face, --set data.protocol.kind=random "
        "draws some, and --recipe RUN/recipe.yaml takes those of a run"
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
    source = options.recipe or options.faces
    provenance = ReportProvenance.now(PROGRAM, argv, source, options.seed)
    return Report(contents, speeds(timed) if timed else {}, provenance)


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
