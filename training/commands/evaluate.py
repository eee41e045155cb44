"""`evaluate CARD --faces PATH`: accuracy with intervals, calibration, each emotion's precision and recall."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.classify import Classifier
from training import evaluate as evaluation
from training.commands.shared import say_skipped
from training.data.load import load_faces
from training.data.recipe import DataRecipe


def main(argv: Sequence[str]) -> int:
    """Measure an exported model; returns the exit code."""
    parser = argparse.ArgumentParser("python -m training evaluate", description="Measure an exported model.")
    parser.add_argument("card", type=Path, help="the model's card, such as models/emotion.yaml")
    parser.add_argument(
        "--faces", type=Path, required=True, help="fer2013.csv or a tree <split>/<class>/<image>"
    )
    parser.add_argument("--json", type=Path, help="write all scores to this file too")
    options = parser.parse_args(argv)
    faces = load_faces(DataRecipe(faces=options.faces))
    say_skipped(faces)
    results = evaluation.evaluate(Classifier.load(options.card), faces)
    print(evaluation.table(results))
    if options.json:
        evaluation.write_json(results, options.json)
    return 0
