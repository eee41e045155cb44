"""What several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from player.reactions.observe import EMOTION_MODEL, Models
from player.reactions.quality import WORST, WORST_USED
from player.reactions.selection import Selection, selection_of
from recognizer.face_model import FACE_MODEL_PATH


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


def add_selection(parser: argparse.ArgumentParser) -> None:
    """--where, --split and --weights."""
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE[,VALUE]",
        help="only viewers with this attribute; several times: all of them",
    )
    parser.add_argument(
        "--split",
        action="append",
        default=[],
        metavar="NAME",
        help="compare viewers by this attribute; several times: by each (default: group)",
    )
    parser.add_argument(
        "--weights", default="", metavar="NAME", help="the attribute that says how much a viewer counts"
    )


def selected(options: argparse.Namespace) -> Selection:
    """The viewers that were named; raises UsageError."""
    return selection_of(options.where, options.split, options.weights)


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """--overwrite."""
    parser.add_argument(
        "--overwrite", action="store_true", help="write also over a file that was not made by this command"
    )


def models_of(options: argparse.Namespace) -> Models:
    """The models that were named."""
    return Models(options.model, options.face_model)
