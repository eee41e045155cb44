"""What several commands share: the recipe's arguments, and saying what a reader skipped."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.data.faces import FaceSet

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
