"""What several commands share: types of options, the recipe's arguments, and saying what a reader skipped."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from tqdm import tqdm

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec
from training.data.advice import MUCH_SHARE
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, Split
from training.data.gather import Items
from training.data.load import load_faces
from training.data.stored_split import StoredSplit
from training.recipe_file import LARGEST_SEED, Strict, checked_model


def at_least_one(text: str) -> int:
    """A number from 1 on; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on, such as 4")
    return int(text)


def from_zero(text: str) -> int:
    """A number from 0 on; raises ArgumentTypeError for anything else."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 on, such as 4")
    return int(text)


def a_seed(text: str) -> int:
    """A number that every random generator takes; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to {LARGEST_SEED}, such as 7")
    return int(text)


SKIPPED_SHOWN = 5
FACE_SIZES_PX = 16, 512
"""What DataRecipe takes; a model outside is given the nearest and scales it itself."""


class OnlyData(Strict):
    """What --set may change where no recipe is named: the same keys."""

    data: DataRecipe


def data_recipe(faces: Path, overrides: Sequence[str] = (), **settings: Any) -> DataRecipe:
    """How to read `faces`: `settings`, and --set data.KEY=VALUE over them; raises RecipeError."""
    raw: dict[str, Any] = {"data": {"faces": str(faces), **settings}}
    return checked_model(OnlyData, raw, tuple(overrides), "--set").data


def recipe_for_card(
    spec: InputSpec, faces: Path, votes: Path | None = None, overrides: Sequence[str] = ()
) -> DataRecipe:
    """Faces as a card says that its model takes them: at its size, in its colours, and framed as it wants them.

    A card with a framing of its own has its faces found and cut out of the pictures. Raises RecipeError.
    """
    smallest, largest = FACE_SIZES_PX
    framing = {"anchors": [list(point) for point in spec.anchors], "crop": "aligned"} if spec.anchors else {}
    return data_recipe(
        faces,
        overrides,
        votes=None if votes is None else str(votes),
        size_px=min(max(smallest, *spec.size_px), largest),
        channels=1 if spec.colour == "grey" else 3,
        **framing,
    )


def load_shown(recipe: DataRecipe, stored: StoredSplit | None = None, *, placed: bool = True) -> FaceSet:
    """`load_faces` with a bar on standard error, where a person looks on and no other process shows one."""
    leads = os.environ.get("RANK", "0") == "0"

    def watch(items: Items, count: int | None) -> Items:
        bar = tqdm(items, "reading", count, leave=False, disable=None if leads else True, unit=" faces")
        return cast("Items", bar)

    return load_faces(recipe, watch, stored, placed=placed)


def all_as_test(faces: FaceSet) -> FaceSet:
    """Faces of a set without any splits as those of a test; others as they are."""
    if (faces.splits != "").any():
        return faces
    return replace(faces, splits=np.full(len(faces), Split.TEST.value))


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """RECIPE and any number of --set KEY=VALUE."""
    parser.add_argument("recipe", type=Path, help="a file such as training/recipes/emotion.yaml")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. fit.epochs=3"
    )


def say_skipped(faces: FaceSet) -> None:
    """One line with the count of skipped items and the first of them with their reasons; silent when there are none.

    A loss of a quarter of the set is said first, and on standard error.
    """
    share = len(faces.skipped) / max(len(faces.skipped) + len(faces), 1)
    if share >= MUCH_SHARE:
        print(
            f"WARNING: {share:.0%} of the set is left out; only {len(faces):,} faces are used",
            file=sys.stderr,
        )
    if faces.skipped:
        shown = "; ".join(faces.skipped[:SKIPPED_SHOWN])
        more = (
            f"; and {len(faces.skipped) - SKIPPED_SHOWN:,} more" if len(faces.skipped) > SKIPPED_SHOWN else ""
        )
        print(f"{len(faces.skipped):,} skipped: {shown}{more}")


def shares_of_emotions(text: str) -> dict[str, float]:
    """Shares such as "happy=3,neutral=5,..." of all seven emotions; raises ArgumentTypeError for anything else."""
    try:
        shares = {name.strip(): float(number) for name, number in (one.split("=") for one in text.split(","))}
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not like happy=3,neutral=5,...") from error
    if set(shares) != set(EMOTIONS) or not all(0 < share < float("inf") for share in shares.values()):
        raise argparse.ArgumentTypeError(f"give a number above 0 to each of {', '.join(EMOTIONS)}")
    return shares
