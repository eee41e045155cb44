"""`python -m player setup`: fetch the face model beforehand, and say where faces will be read.

Nothing is fetched where the model is there already.
"""

from __future__ import annotations

from collections.abc import Sequence

from player.command_line import command_parser
from recognizer.classify import Classifier
from recognizer.face_model import ensure_face_model
from recognizer.resources import shipped


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. Raises FaceModelError or ModelError."""
    command_parser("setup", __doc__).parse_args(arguments)
    print(f"face model: {ensure_face_model()}")
    classifier = Classifier.load(shipped("models", "emotion.yaml"))
    print(f"emotion model: {classifier.card.name}, on the {classifier.device}")
    return 0
