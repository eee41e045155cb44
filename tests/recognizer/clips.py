"""Small videos and pictures, made on the spot, whose frames tell their own number by their brightness."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from recognizer.frames import Frame, Image

STEP = 20
"""Grey values between one frame and the next: more than compression blurs."""


def numbered(number: int) -> Image:
    """A plain picture that says its number."""
    return np.full((48, 64, 3), number * STEP, np.uint8)


def number_of(frame: Frame) -> int:
    """The number that a picture says."""
    return round(float(frame.image.mean()) / STEP)


def write_video(path: Path, frames: int = 10, frames_per_second: float = 25.0) -> Path:
    """An mp4 of plain pictures 0, 1, 2 ..."""
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), frames_per_second, (64, 48))
    for number in range(frames):
        video.write(numbered(number))
    video.release()
    return path


def write_pictures(folder: Path, count: int = 5) -> Path:
    """A folder of pictures 0, 1, 2 ... named in this order, and a file that is no picture."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        cv2.imwrite(str(folder / f"{number:03}.png"), numbered(number))
    (folder / "notes.txt").write_text("not a picture")
    return folder
