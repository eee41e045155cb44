"""`quantise CARD --faces PATH`: an int8 copy of any model with a card, measured against the original."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.invocation import as_typed
from training.commands.shared import say_skipped
from training.data.data_recipe import DataRecipe
from training.data.load import load_faces
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
    parser.add_argument("--out", type=Path, help="the copy (default: NAME_int8.onnx beside the original)")
    options = parser.parse_args(argv)
    faces = load_faces(DataRecipe(faces=options.faces))
    say_skipped(faces)
    print(describe(quantise(options.model, faces, options.out)))
    return 0
