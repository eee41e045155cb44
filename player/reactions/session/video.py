"""Keeping the viewer's video, after a second consent: at one rate, so that its time is the clock's."""

from __future__ import annotations

from pathlib import Path

import cv2

from recognizer.errors import OutputError
from recognizer.frames import Image

FRAMES_PER_SECOND = 25.0
XVID = cv2.VideoWriter.fourcc(*"XVID")
"""In AVI: what was written before a crash can be played."""


class ViewerVideo:
    """Writes pictures at a steady rate: one that comes late is preceded by copies of the last one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: cv2.VideoWriter | None = None
        self._first_seconds = 0.0
        self._written = 0
        self._last: Image | None = None

    def write(self, image: Image, seconds: float) -> None:
        """Add the picture of a moment on any rising clock; raises OutputError."""
        if self._writer is None:
            self._open(image, seconds)
        due = int((seconds - self._first_seconds) * FRAMES_PER_SECOND) + 1
        while self._writer is not None and self._written < due:
            late = self._written < due - 1 and self._last is not None
            self._writer.write(self._last if late and self._last is not None else image)
            self._written += 1
        self._last = image

    def close(self) -> None:
        """Finish the file; more than once is fine."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def _open(self, image: Image, seconds: float) -> None:
        size = (image.shape[1], image.shape[0])
        self._writer = cv2.VideoWriter(str(self._path), XVID, FRAMES_PER_SECOND, size)
        if not self._writer.isOpened():
            raise OutputError(f"{self._path}: the video cannot be written; is the disk full?")
        self._first_seconds = seconds
