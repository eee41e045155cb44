"""Writes frames into a small clip, and only puts it in place when it is whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2

from recognizer.errors import OutputError
from recognizer.whole_file import placing
from training.synthesis.rendered.engine.shading import Image


def check_target(out: Path) -> None:
    """Raise OutputError where a clip cannot be written to `out`, before minutes of work are spent on it."""
    if out.suffix != ".mp4":
        raise OutputError(f"{out}: the clip is MPEG-4; give it a name that ends in .mp4")
    if not out.parent.is_dir():
        raise OutputError(f"{out.parent}: no such folder; make it first")


def write_clip(
    out: Path, images: Iterable[Image], frames_per_second: float, size_px: tuple[int, int]
) -> None:
    """Encode BGR `images` of `size_px` as MPEG-4; raises OutputError where `out` cannot be written."""
    check_target(out)
    with placing(out, out.suffix) as partial:
        writer = cv2.VideoWriter(str(partial), cv2.VideoWriter.fourcc(*"mp4v"), frames_per_second, size_px)
        if not writer.isOpened():
            raise OutputError(f"{out}: cannot be written; choose a folder in which you may write")
        try:
            for image in images:
                writer.write(image)
        finally:
            writer.release()
