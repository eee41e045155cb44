"""Frames of clips as rows: sampled at the recipe's rate, the face in each to be found and cut out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from recognizer.capture import VideoSource
from recognizer.errors import SourceError
from recognizer.frames import Frame
from training.data.rows import Row, UnusableRow

VIDEO_ENDINGS = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".flv", ".wmv", ".mpg", ".mpeg"})

TOLERANCE_SECONDS = 0.001
"""Times in files are rounded to milliseconds."""


def clip_rows(
    clip: Row, per_second: float, start_seconds: float = 0.0, end_seconds: float = math.inf
) -> Iterator[Row]:
    """The sampled frames of a row whose picture is a video file, each named by the clip and its time.

    Raises UnusableRow where the video is missing, broken or too short.
    """
    assert isinstance(clip.picture, Path)
    if not clip.picture.is_file():
        raise UnusableRow("no such file")
    found = False
    try:
        with VideoSource(clip.picture) as video:
            for frame in sampled(video, per_second, start_seconds, end_seconds):
                found = True
                name = f"{clip.name} at {frame.time_seconds:.2f} s"
                yield replace(clip, picture=frame.image, name=name, is_frame=True)
    except SourceError as error:
        raise UnusableRow("not a readable video; it is damaged or of another kind") from error
    if not found:
        raise UnusableRow(f"no frame from {start_seconds:g} s to {end_seconds:g} s; the clip is shorter")


def sampled(frames: Iterable[Frame], per_second: float, start: float, end: float) -> Iterator[Frame]:
    """The first frame at or after each of start, start + 1/per_second, ... up to and without `end` (seconds)."""
    taken = 0
    for frame in frames:
        seconds = frame.time_seconds + TOLERANCE_SECONDS
        if seconds >= end:
            return
        if seconds >= start + taken / per_second:
            yield frame
            # A clip with fewer frames than asked for gives each of its frames once.
            taken = math.floor((seconds - start) * per_second) + 1
