"""What several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from player.reactions.observe import EMOTION_MODEL, Models
from player.reactions.quality import WORST, WORST_USED
from recognizer.errors import UsageError
from recognizer.face_model import FACE_MODEL_PATH


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


def command_parser(name: str, description: str | None) -> Parser:
    """A parser for `python -m player NAME`."""
    return Parser(prog=f"python -m player {name}", description=description, allow_abbrev=False)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """--model and --face-model."""
    parser.add_argument(
        "--model", type=Path, default=EMOTION_MODEL, metavar="CARD", help="card of the emotion model (.yaml)"
    )
    parser.add_argument(
        "--face-model", type=Path, default=FACE_MODEL_PATH, metavar="FILE", help="face_landmarker.task"
    )


def add_worst_grade(parser: argparse.ArgumentParser) -> None:
    """--worst-grade."""
    parser.add_argument(
        "--worst-grade",
        type=int,
        choices=range(1, WORST + 1),
        default=WORST_USED,
        help=f"viewings with a worse grade are left out (default: {WORST_USED})",
    )


def models_of(options: argparse.Namespace) -> Models:
    """The models that were named."""
    return Models(options.model, options.face_model)


def counted(number: int, thing: str) -> str:
    """For instance "1 film", "2 films"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
