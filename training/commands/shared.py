"""What several commands share: types of options, the recipe's arguments, and saying what a reader skipped."""

from __future__ import annotations

import argparse
from pathlib import Path

from recognizer.affect import EMOTIONS
from training.data.faces import FaceSet
from training.recipe_file import LARGEST_SEED


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


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """RECIPE and any number of --set KEY=VALUE."""
    parser.add_argument("recipe", type=Path, help="a file such as training/recipes/emotion.yaml")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. fit.epochs=3"
    )


def say_skipped(faces: FaceSet) -> None:
    """One line with the count of skipped items and the first of them with their reasons; silent when there are none."""
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
