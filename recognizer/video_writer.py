"""Writing videos whose frames keep their own times."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.codec.context import Flags
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from recognizer.errors import OutputError
from recognizer.frames import Image

TICKS_PER_SECOND = 60_000
"""MPEG-4 counts time in at most 65,535 parts of a second; this one holds 24, 25, 30 and 29.97 frames exactly."""
QUANTISER = 3
"""MPEG-4's: 1 is the best picture and the largest file, 31 the worst."""
LAMBDA_PER_QUANTISER = 118
NTSC_DENOMINATOR = 1001


class VideoWriter:
    """Writes BGR pictures uint8 [height, width, 3], all of the first one's size, as MPEG-4; a context manager.

    The container is that of the path's ending. The last picture is shown for `1 / frames_per_second`.
    Raises OutputError where the file cannot be written; `shown` is how messages call it (the path by default).
    """

    def __init__(self, path: Path, frames_per_second: float, shown: Path | None = None) -> None:
        self._path = path
        self._shown = shown or path
        self._rate = Fraction(frames_per_second).limit_denominator(NTSC_DENOMINATOR)
        self._container: OutputContainer | None = None
        self._first_seconds = 0.0
        self._last_ticks = -1

    def write(self, image: Image, seconds: float) -> None:
        """Add the picture of a moment; times count from the first one's, and each is later than the one before."""
        try:
            if self._container is None:
                self._container, self._stream = self._open(image)
                self._first_seconds = seconds
            ticks = round((seconds - self._first_seconds) * TICKS_PER_SECOND)
            self._last_ticks = max(ticks, self._last_ticks + 1)
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")
            frame.pts, frame.time_base = self._last_ticks, Fraction(1, TICKS_PER_SECOND)
            self._container.mux(self._stream.encode(frame))
        except (FFmpegError, OSError) as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Finish the file; more than once is fine. Without a picture there is none."""
        container, self._container = self._container, None
        if container is None:
            return
        try:
            container.mux(self._stream.encode(None))
            container.close()
        except (FFmpegError, OSError) as error:
            raise self._fault(error) from error

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it: what was written is kept."""
        self.close()

    def _open(self, image: Image) -> tuple[OutputContainer, VideoStream]:
        # Marked as a file: FFmpeg would take "out:1.mp4" for an address.
        container = av.open(f"file:{self._path}", "w")
        stream = container.add_stream("mpeg4", rate=self._rate)
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_SECOND)
        stream.codec_context.flags |= Flags.qscale
        stream.codec_context.global_quality = QUANTISER * LAMBDA_PER_QUANTISER
        return container, stream

    def _fault(self, error: FFmpegError | OSError) -> OutputError:
        return OutputError(
            f"{self._shown}: the video cannot be written ({error.strerror}); is the disk full, the folder there?"
        )
