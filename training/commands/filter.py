"""`filter DIR RECIPE`: rectify the labels of synthetic faces, and drop the doubtful ones, each with its reason."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments
from training.synthesis.filters.filter_recipe import load_filter_recipe
from training.synthesis.filters.pipeline import filter_faces
from training.synthesis.filters.result import KEPT, REJECTED, SHEET


def main(argv: Sequence[str]) -> int:
    """Filter a synthetic data set; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training filter"), description="Filter synthetic faces."
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the data set: the --out of synthesize")
    add_recipe_arguments(parser)
    parser.add_argument(
        "--each", action="store_true", help="also write kept_FILTER.csv: what each filter alone would keep"
    )
    options = parser.parse_args(argv)
    recipe = load_filter_recipe(options.recipe, tuple(options.set))
    result = filter_faces(options.folder, recipe, each=options.each)
    print(result.table())
    told = result.measured.get("told_from_real")
    if told is not None:
        print(
            f"a discriminator tells synthetic from real with an area of {told:.3f} (0.5: not at all, 1: always)"
        )
    print(f"{options.folder}: {KEPT} to train on, {REJECTED} with the reasons, {SHEET} to look at")
    return 0
