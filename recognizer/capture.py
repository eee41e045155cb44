"""Sources of frames by what the user wrote: a camera, a stream, a video file, a folder of images.

Recorded sources are read whole and give the same frames on every run. Live ones are read eagerly by a thread of
their own (see `recognizer.pipeline`); what nobody took in time is dropped there, not here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from recognizer.addresses import open_address
from recognizer.errors import SourceError, SourceStopped
from recognizer.frames import Frame, FrameSource, Image, RecordedSource, ReopenableSource
from recognizer.recordings import IMAGE_ENDINGS, FolderSource, PacedSource
from recognizer.videos import StreamSource, VideoSource

__all__ = [
    "FRAME_SOURCES",
    "CameraSource",
    "FolderSource",
    "Frame",
    "FrameSource",
    "Image",
    "PacedSource",
    "RecordedSource",
    "ReopenableSource",
    "StreamSource",
    "VideoSource",
    "kind_of",
    "open_source",
]

CAMERA = re.compile(r"(?:/dev/video)?(\d{1,4})")
ADDRESS = re.compile(r"(\w+)://")
STREAM_SCHEMES = ("http", "https", "rtsp", "rtmp", "udp", "tcp")

# What OpenCV prints about a broken camera is of no use to anybody: our errors say it in one line.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class CameraSource(ReopenableSource):
    """A camera of this computer, by its index."""

    def __init__(self, index: int) -> None:
        self._camera_index = index
        self._index = 0
        self._camera = cv2.VideoCapture()
        self.reopen()

    def reopen(self) -> None:
        """Open the camera (again); raises SourceError while it is not there or another program holds it."""
        # The old handle first: it would keep the device busy.
        self.close()
        self._camera.open(self._camera_index)
        if not self._camera.isOpened():
            raise SourceError(
                f"{self.name}: cannot be opened; is it plugged in, allowed, and free of other programs?"
            )
        self._camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    @property
    def name(self) -> str:
        """For instance "camera 0"."""
        return f"camera {self._camera_index}"

    @property
    def frames_per_second(self) -> float | None:
        """The rate that the driver states."""
        return self._camera.get(cv2.CAP_PROP_FPS) or None

    def read(self) -> Frame | None:
        """The next frame; raises SourceStopped when the camera gives no more."""
        image = _next_image(self._camera)
        if image is None:
            raise SourceStopped(f"{self.name}: gives no more pictures; was it unplugged?")
        self._index += 1
        now = time.monotonic()
        return Frame(image, self._index - 1, now, now)

    def close(self) -> None:
        """Switch the camera off."""
        self._camera.release()


FRAME_SOURCES: dict[str, Callable[[str], FrameSource]] = {
    "camera": lambda spec: CameraSource(_camera_index(spec)),
    "stream": open_address,
    "images": lambda spec: FolderSource(Path(spec)),
    "video": lambda spec: VideoSource(Path(spec)),
}
"""Extension point: the constructor of each kind of source, from what the user wrote."""


def kind_of(spec: str) -> str:
    """Key of FRAME_SOURCES that a specification means; raises SourceError for an address of an unknown scheme."""
    address = ADDRESS.match(spec)
    if address:
        if address[1].lower() in STREAM_SCHEMES:
            return "stream"
        raise SourceError(f"{spec}: addresses may start with {', '.join(STREAM_SCHEMES)}")
    if CAMERA.fullmatch(spec):
        return "camera"
    path = Path(spec)
    return "images" if path.is_dir() or path.suffix.lower() in IMAGE_ENDINGS else "video"


def open_source(spec: str) -> FrameSource:
    """Frame source for what the user wrote: "0" or "/dev/video0" (a camera), an address, a video, an image or a folder.

    Raises SourceError with one line that says what is wrong.
    """
    if not spec.strip():
        raise SourceError(
            "no source was named: give a camera index, a video, an address or a folder of images"
        )
    return FRAME_SOURCES[kind_of(spec)](spec)


def _camera_index(spec: str) -> int:
    match = CAMERA.fullmatch(spec)
    if match is None:
        raise SourceError(f"{spec}: a camera is named by its index, for instance 0")
    return int(match[1])


def _next_image(capture: cv2.VideoCapture) -> Image | None:
    """Next picture in BGR; None when there is none, or when OpenCV raises, as it rarely does for lost devices."""
    try:
        there, image = capture.read()
    except cv2.error:
        return None
    return np.asarray(image, np.uint8) if there else None
