"""Writes frames into a small clip, and only puts it in place when it is whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from recognizer.errors import OutputError
from recognizer.video_writer import VideoWriter
from recognizer.whole_file import placing
from training.synthesis.rendered.engine.shading import Image


def check_target(out: Path) -> None:
    """Raise OutputError where a clip cannot be written to `out`, before minutes of work are spent on it."""
    if out.suffix != ".mp4":
        raise OutputError(f"{out}: the clip is MPEG-4; give it a name that ends in .mp4")
    if not out.parent.is_dir():
        raise OutputError(f"{out.parent}: no such folder; make it first")


def write_clip(out: Path, images: Iterable[Image], frames_per_second: float) -> None:
    """Encode BGR `images`, all of one size, as MPEG-4; raises OutputError where `out` cannot be written."""
    check_target(out)
    try:
        with placing(out, out.suffix) as partial, VideoWriter(partial, frames_per_second, shown=out) as video:
            for index, image in enumerate(images):
                video.write(image, index / frames_per_second)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror})") from error
