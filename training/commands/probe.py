"""`probe CARD --faces PATH`: find out what in a card is wrong, by trying the usual other readings of the model."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import say_skipped
from training.data.data_recipe import DataRecipe
from training.data.load import load_faces
from training.exporting.probe import describe, probe
from training.option_types import at_least_one


def main(argv: Sequence[str]) -> int:
    """Try a card's model in several ways; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training probe"), description="Find out what in a card is wrong."
    )
    parser.add_argument(
        "card", type=Path, help="the model's card, perhaps one from python -m recognizer.draft"
    )
    parser.add_argument(
        "--faces", type=Path, required=True, help="some labelled faces, cut out as for training"
    )
    parser.add_argument(
        "--count", type=at_least_one, default=700, help="how many faces at most (default: 700)"
    )
    options = parser.parse_args(argv)
    faces = load_faces(DataRecipe(faces=options.faces))
    say_skipped(faces)
    print(describe(probe(options.card, faces, options.count)))
    return 0
