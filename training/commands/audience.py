"""`audience RECIPE --out DIR`: rendered viewers watch films; their recordings, and what every face did."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import add_recipe_arguments
from training.option_types import at_least_one
from training.synthesis.clips.audience import load_audience_recipe
from training.synthesis.clips.recordings import REACTIONS, RECORDINGS, record_audience


def main(argv: Sequence[str]) -> int:
    """Record a recipe's audience; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training audience"),
        description="Record rendered viewers of films. Run the same command again to go on after a stop.",
    )
    add_recipe_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, help="the audience's folder")
    parser.add_argument(
        "--processes", type=at_least_one, help="drawing processes; default: one for each core"
    )
    options = parser.parse_args(argv)
    recipe = load_audience_recipe(options.recipe, tuple(options.set))
    made = record_audience(recipe, options.out, options.processes)
    print(f"{options.out}: {made:,} recordings made; {RECORDINGS} is for the ad lab, {REACTIONS} for studies")
    return 0
