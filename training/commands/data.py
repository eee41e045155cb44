"""`data PATH`: what is there, before anything is fitted to it: counts, quality, copies, a sheet of faces."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from recognizer.errors import OutputError, UsageError
from recognizer.invocation import as_typed
from training.data.advice import advice
from training.data.copies import NearCopies, near_copies
from training.data.data_recipe import DataRecipe, Strict
from training.data.faces import FaceSet
from training.data.gather import Gathered, gather
from training.data.load import finished
from training.data.page import page
from training.data.sheet import contact_sheet
from training.data.show import show
from training.data.summary import Summary, split_names, splits_of, summarise
from training.fit_recipe import load_recipe
from training.recipe_file import checked_model

PROGRAM = as_typed("python -m training data")
PIPED_WIDTH = 100


class _Data(Strict):
    """What --set may change where no recipe is named: the same keys."""

    data: DataRecipe


def main(argv: Sequence[str]) -> int:
    """Look at a set of faces; returns the exit code."""
    options = _parser().parse_args(argv)
    _check_places(options)
    recipe = _recipe(options)
    with _progress() as progress:
        gathered = _gathered(recipe, as_fitted=bool(options.recipe), progress=progress)
        near = None if options.no_near else _near(gathered.faces, progress)
    summary = summarise(str(recipe.faces), gathered, near)
    sentences = advice(summary)
    _show(summary, sentences)
    _write(options, argv, summary, sentences, gathered.faces)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(PROGRAM, description="Look at a set of labelled faces.")
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        help="fer2013.csv, <split>/<class>/<image>, <class>/<image>, a csv of paths and labels, or of clips",
    )
    parser.add_argument(
        "--recipe", type=Path, help="look at the faces as this recipe's fit would: votes, protocol, filter"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. data.crop=aligned"
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report as one page")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="write a contact sheet (PNG)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers")
    parser.add_argument("--no-near", action="store_true", help="look for identical images only: quicker")
    return parser


def _check_places(options: argparse.Namespace) -> None:
    """Before minutes of work rather than after."""
    if options.path is None and options.recipe is None:
        raise UsageError(f"name a path, or a recipe with --recipe; {PROGRAM} --help says more")
    for path in (options.html, options.sheet, options.json):
        if path and path.is_dir():
            raise UsageError(f"{path}: is a folder; name a file in it")


def _recipe(options: argparse.Namespace) -> DataRecipe:
    overrides = tuple(options.set)
    if options.recipe is None:
        raw: dict[str, Any] = {"data": {"faces": str(options.path)}}
        return checked_model(_Data, raw, overrides, "--set").data
    data = load_recipe(options.recipe, overrides).data
    return data.model_copy(update={"faces": options.path}) if options.path else data


def _gathered(recipe: DataRecipe, as_fitted: bool, progress: Progress) -> Gathered:
    """The set as it lies there or, where a recipe is named, as its fit would get it."""
    gathered = gather(recipe, lambda items, count: progress.track(items, count, description="reading"))
    return replace(gathered, faces=finished(gathered.faces, recipe)) if as_fitted else gathered


def _near(faces: FaceSet, progress: Progress) -> NearCopies:
    def watch(pairs: list[tuple[range, range]]) -> Any:
        return progress.track(pairs, description="comparing")

    return near_copies(faces.images, split_names(faces), splits_of(faces), watch)


def _progress() -> Progress:
    """On standard error, so that the summary alone can be kept in a file; gone when it is done."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show(summary: Summary, sentences: Sequence[str]) -> None:
    console = Console(highlight=False)
    show(summary, sentences, console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH))


def _write(
    options: argparse.Namespace,
    argv: Sequence[str],
    summary: Summary,
    sentences: Sequence[str],
    faces: FaceSet,
) -> None:
    if options.json:
        numbers = {**asdict(summary), "advice": list(sentences)}
        _write_text(json.dumps(numbers, indent=1, allow_nan=False) + "\n", options.json)
    if not (options.sheet or options.html):
        return
    sheet = contact_sheet(faces, summary.path)
    if options.sheet:
        with _writing(options.sheet):
            sheet.save(options.sheet, "PNG")
    if options.html:
        made = f"{datetime.now(UTC):%d %B %Y}"
        command = f"{PROGRAM} {shlex.join(argv)}"
        _write_text(page(summary, sentences, sheet, faces.images, made, command), options.html)


def _write_text(text: str, path: Path) -> None:
    with _writing(path):
        path.write_text(text, encoding="utf-8")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Makes the file's folder; raises OutputError where something stands in the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}); name another place"
        ) from error
