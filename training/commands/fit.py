"""`fit RECIPE --run DIR`: train, or go on with an interrupted run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import torch

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments, say_skipped
from training.data.load import load_faces
from training.fit_recipe import load_recipe
from training.fitting.fit import fit
from training.fitting.history import best_epoch
from training.option_types import at_least_one


def main(argv: Sequence[str]) -> int:
    """Train a recipe; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training fit"),
        description="Train a recipe. Several processes: torchrun --nproc_per_node 2 -m -- training fit ...",
    )
    add_recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and history")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument(
        "--threads", type=at_least_one, help="threads of this process; with torchrun, 1 for each core"
    )
    options = parser.parse_args(argv)
    if options.threads:
        torch.set_num_threads(options.threads)
    leads = os.environ.get("RANK", "0") == "0"
    recipe = load_recipe(options.recipe, tuple(options.set))
    faces = load_faces(recipe.data)
    if leads:
        say_skipped(faces)
    history = fit(recipe, faces, options.run, options.resume)
    if leads:
        best = best_epoch(history, recipe.fit.watch)
        shown = history[best if best is not None and recipe.fit.patience else -1].valid_accuracy
        accuracy = "" if shown is None else f", accuracy on the validation split {shown:.2%}"
        print(
            as_typed(
                f"{options.run}: {len(history)} epochs{accuracy}; `python -m training export` makes a model of it"
            )
        )
    return 0
