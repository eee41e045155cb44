"""`quantise CARD --faces PATH`: an int8 copy of any model with a card, measured against the original."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.classify import find_card
from recognizer.invocation import as_typed
from training.commands.shared import load_shown, recipe_for_card, say_skipped
from training.data.stored_split import stored_split
from training.exporting.quantise import describe, quantise


def main(argv: Sequence[str]) -> int:
    """Quantise a model; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training quantise"), description="Write an int8 copy of a model."
    )
    parser.add_argument("model", type=Path, help="the model's card (.yaml) or file (.onnx)")
    parser.add_argument(
        "--faces", type=Path, required=True, help="labelled faces with a training and a validation split"
    )
    parser.add_argument("--votes", type=Path, help="FER+'s csv, where the model answers what most people see")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="how to read them: data.crop=aligned"
    )
    parser.add_argument("--out", type=Path, help="the copy (default: NAME_int8.onnx beside the original)")
    options = parser.parse_args(argv)
    card, _ = find_card(options.model)
    recipe = recipe_for_card(card.input, options.faces, options.votes, options.set)
    faces = load_shown(recipe, stored_split(options.model.parent))
    say_skipped(faces)
    print(describe(quantise(options.model, faces, options.out)))
    return 0
