"""Reaction clips cut from real and rendered faces, with onsets that are known."""

from __future__ import annotations

from pathlib import Path

import cv2

from player.sources import DEMO_CLIP
from recognizer.capture import VideoSource

DEMO_SMILE_SECONDS = 4.6
"""In the demo clip a smile begins here and is complete 0.4 s later; see player/assets/demo.yaml."""


def cut(source: Path, out: Path, start: float, end: float, every: int = 1, scale: float = 1.0) -> Path:
    """The part of a video from `start` to `end`, with only every n-th frame."""
    with VideoSource(source) as video:
        rate = (video.frames_per_second or 25.0) / every
        writer: cv2.VideoWriter | None = None
        for frame in video:
            if frame.time_seconds >= end:
                break
            if frame.time_seconds < start or frame.index % every:
                continue
            image = cv2.resize(frame.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if writer is None:
                size = (image.shape[1], image.shape[0])
                writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
            writer.write(image)
    assert writer is not None
    writer.release()
    return out


def demo_smile(out: Path, before: float = 1.4, after: float = 1.6) -> Path:
    """The rendered face: `before` seconds neutral, then its smile, at 12.5 frames per second."""
    return cut(DEMO_CLIP, out, DEMO_SMILE_SECONDS - before, DEMO_SMILE_SECONDS + after, every=2, scale=0.5)
