"""`fit RECIPE --run DIR`: train, or go on with an interrupted run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from training.commands.shared import add_recipe_arguments
from training.fit import fit
from training.parallel import join_team
from training.recipe import load_recipe


def main(argv: Sequence[str]) -> int:
    """Train a recipe; returns the exit code."""
    parser = argparse.ArgumentParser("python -m training fit", description="Train a recipe.")
    add_recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and history")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--threads", type=int, help="threads of this process; with torchrun, 1 for each core")
    options = parser.parse_args(argv)
    if options.threads:
        torch.set_num_threads(options.threads)
    history = fit(load_recipe(options.recipe, tuple(options.set)), options.run, options.resume)
    if join_team().leads:
        print(
            f"{options.run}: {len(history)} epochs, accuracy on the validation split {history[-1].valid_accuracy:.2%}"
        )
    return 0
