"""`synthesize RECIPE --out DIR`: draw a data set of synthetic faces, or go on with one."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments
from training.errors import RecipeError
from training.option_types import at_least_one
from training.synthesis.dataset import synthesize
from training.synthesis.dataset_recipe import load_synthesis_recipe
from training.synthesis.plan import Shard
from training.synthesis.workers import take_one_core


def main(argv: Sequence[str]) -> int:
    """Draw a recipe's faces; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training synthesize"),
        description="Draw a data set of synthetic faces. Run the same command again to go on after a stop.",
    )
    add_recipe_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, help="the data set's folder")
    parser.add_argument(
        "--processes", type=at_least_one, help="drawing processes; default: one for each core"
    )
    parser.add_argument(
        "--shard",
        metavar="K/N",
        help="draw only part K of N, such as 2/8; the processes of a torchrun share it out among themselves",
    )
    parser.add_argument(
        "--merge",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="take over the faces of other shards first",
    )
    options = parser.parse_args(argv)
    recipe = load_synthesis_recipe(options.recipe, tuple(options.set))
    whole = shard_named(options.shard) if options.shard else Shard()
    shard = whole.part(shard_of_torchrun(os.environ))
    if shares_the_machine(os.environ):
        take_one_core()
    # torchrun has started as many processes as are wanted.
    processes = options.processes or (1 if "WORLD_SIZE" in os.environ else None)
    result = synthesize(
        recipe, options.out, shard, processes, options.merge, show_progress=_shows_progress(os.environ)
    )
    print(f"{options.out}: {result.drawn:,} faces drawn, {result.kept:,} were there")
    if result.missing:
        print(
            f"{options.out}: {result.missing:,} faces of other shards are still to be drawn;"
            " the last to finish writes faces.csv"
        )
    return 0


def shard_named(text: str) -> Shard:
    """The shard that "2/8" means: the second of eight; raises RecipeError for anything else."""
    part, _, count = text.partition("/")
    if not (part.isdecimal() and count.isdecimal()):
        raise RecipeError(f"--shard {text}: write the part and their number, such as 2/8")
    return Shard(int(part) - 1, int(count))


def shard_of_torchrun(environment: Mapping[str, str]) -> Shard:
    """The share of a process that torchrun started (it sets RANK and WORLD_SIZE); alone everything."""
    return Shard(int(environment.get("RANK", "0")), int(environment.get("WORLD_SIZE", "1")))


def shares_the_machine(environment: Mapping[str, str]) -> bool:
    """Whether torchrun has started other processes beside this one on the same machine."""
    return int(environment.get("LOCAL_WORLD_SIZE", environment.get("WORLD_SIZE", "1"))) > 1


def _shows_progress(environment: Mapping[str, str]) -> bool:
    return environment.get("RANK", "0") == "0"
