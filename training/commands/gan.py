"""`gan RECIPE --run DIR`: train the two-stage GAN on faces of one's own, or go on with an interrupted run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments
from training.option_types import at_least_one
from training.synthesis.gan.gan_recipe import load_gan_recipe
from training.synthesis.gan.metrics import said
from training.synthesis.gan.train import train


def main(argv: Sequence[str]) -> int:
    """Train a GAN recipe; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training gan"), description="Train the two-stage GAN."
    )
    add_recipe_arguments(parser)
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints, samples and history")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument(
        "--first-stage-of",
        type=Path,
        metavar="RUN",
        help="take the people of another run, train expressions only",
    )
    parser.add_argument("--threads", type=at_least_one, help="threads of this process")
    options = parser.parse_args(argv)
    if options.threads:
        torch.set_num_threads(options.threads)
    recipe = load_gan_recipe(options.recipe, tuple(options.set))
    history = train(recipe, options.run, options.resume, options.first_stage_of)
    for name in ("identity", "expression"):
        row = [row for row in history if row.stage == name][-1]
        print(f"{name}: {row.step:,} steps, {said(row.measures)}")
    print(f"{options.run}: samples in {options.run / 'samples'}, weights in {options.run / 'weights.pt'}")
    return 0
