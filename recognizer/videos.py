"""Videos: recorded ones, wherever they lie, and live streams (`recognizer.addresses` tells which)."""

from __future__ import annotations

import logging
import math
import struct
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from recognizer.errors import SourceError, SourceStopped
from recognizer.frames import Frame, Image, RecordedSource, ReopenableSource
from recognizer.media_file import MediaFile, Undecodable
from recognizer.words import counted

LOG = logging.getLogger(__name__)
ASSUMED_FRAMES_PER_SECOND = 25.0
LONGEST_PIXEL = 4.0
"""How many times longer than wide a pixel may be: beyond that the file is wrong about it."""
NEW_CLOCK_SECONDS = 1.0
"""A frame's time that is earlier than the last one's by more begins a new count, as in recordings that were joined."""


class VideoSource(RecordedSource):
    """A recorded video in a file or at an address: every frame in order, upright, with square pixels.

    `shown` is how messages call it (the path or address by default).

    Times are those that the recording states. Damaged places are passed over, and counted in a warning at the end.
    """

    def __init__(self, where: Path | str, shown: str | None = None) -> None:
        self._where = where
        self._shown = shown or str(where)
        self._video = _Video(where)

    def rewind(self) -> None:
        """Open it anew (seeking is not exact in every format)."""
        self._video.close()
        self._video = _Video(self._where)

    @property
    def name(self) -> str:
        """The file's name, or the address."""
        return self._where.name if isinstance(self._where, Path) else self._where

    @property
    def frames_per_second(self) -> float | None:
        """The mean rate that the recording states."""
        return self._video.frames_per_second

    @property
    def frame_count(self) -> int | None:
        """The number of frames that the recording states, or what its length and rate make likely."""
        if self._video.stated_count:
            return self._video.stated_count
        rate, seconds = self.frames_per_second, self._video.file.duration_seconds
        return round(rate * seconds) if rate and seconds else None

    @property
    def duration_seconds(self) -> float | None:
        """The length that the recording states."""
        return self._video.file.duration_seconds

    @property
    def damaged(self) -> int:
        """How many damaged places were passed over so far."""
        return self._video.file.damaged

    def read(self) -> Frame | None:
        """The next frame; raises SourceError when there is none at all, or the disk or the network fails."""
        try:
            frame = self._video.next_frame()
        except OSError as error:
            raise SourceError(
                f"{self._shown}: cannot be read on after {counted(self._video.count, 'frame')} "
                f"({error.strerror or error}); check the disk or the network"
            ) from error
        if frame is None:
            self._check_end()
        return frame

    def close(self) -> None:
        """Close it."""
        self._video.close()

    def _check_end(self) -> None:
        read, stated = self._video.count, self._video.stated_count
        if read == 0:
            raise SourceError(
                f"{self._shown}: no frame in this video can be read; it is damaged or holds only sound"
            )
        if self._video.end_was_told:
            return
        self._video.end_was_told = True
        if self.damaged:
            LOG.warning(
                "%s: %s passed over; %s read",
                self._shown,
                counted(self.damaged, "damaged place"),
                counted(read, "frame"),
            )
        elif stated and read < 0.9 * stated:
            LOG.warning("%s: ends after %d of %d frames; the rest is damaged", self._shown, read, stated)


class StreamSource(ReopenableSource):
    """Live video from an address (MJPEG over http, rtsp, udp); `opened` is a connection that is there already."""

    def __init__(self, address: str, opened: MediaFile | None = None) -> None:
        self._address = address
        self._index = 0
        self._video = _Video(address, opened)

    def reopen(self) -> None:
        """Connect (again); raises SourceError while nothing answers."""
        self.close()
        self._video = _Video(self._address)

    @property
    def name(self) -> str:
        """The address."""
        return self._address

    def read(self) -> Frame | None:
        """The next frame; raises SourceStopped when no more come."""
        try:
            picture = self._video.next_image()
        except OSError:
            picture = None
        if picture is None:
            raise SourceStopped(f"{self._address}: the stream stopped; is its sender still running?")
        self._index += 1
        now = time.monotonic()
        return Frame(picture.image, self._index - 1, now, now)

    def close(self) -> None:
        """Disconnect."""
        self._video.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A decoded picture, BGR, and its stated time, None where it has none."""

    image: Image
    seconds: float | None


class _Video:
    """An open video on its way from the first frame to the last."""

    def __init__(self, where: Path | str, opened: MediaFile | None = None) -> None:
        self.file = opened or _opened(where)
        assert isinstance(self.file.stream, VideoStream)
        self._stream = self.file.stream
        self._frames = self.file.frames()
        self._upright = _Upright(self._stream)
        self._clock = _MediaClock(self.frames_per_second or ASSUMED_FRAMES_PER_SECOND)
        self.count = 0
        self.end_was_told = False

    @property
    def frames_per_second(self) -> float | None:
        rate = float(self._stream.average_rate or self._stream.guessed_rate or 0)
        return rate if 0 < rate < math.inf else None

    @property
    def stated_count(self) -> int:
        return int(self._stream.frames)

    def next_image(self) -> _Picture | None:
        """The next picture; None at the end. Raises OSError."""
        for frame in self._frames:
            assert isinstance(frame, VideoFrame)
            seconds = None if frame.time is None else float(frame.time) - self.file.start_seconds
            return _Picture(self._upright(frame), seconds)
        return None

    def next_frame(self) -> Frame | None:
        picture = self.next_image()
        if picture is None:
            return None
        seconds = self._clock.seconds_of(picture.seconds)
        self.count += 1
        return Frame(picture.image, self.count - 1, seconds, time.monotonic(), seconds)

    def close(self) -> None:
        self._frames = iter(())
        self.file.close()


class _MediaClock:
    """Times that never go back: a frame without a usable time counts on from the one before."""

    def __init__(self, frames_per_second: float) -> None:
        self._step_seconds = 1 / frames_per_second
        self._last_seconds: float | None = None
        self._shift_seconds = 0.0

    def seconds_of(self, stated_seconds: float | None) -> float:
        """The media time of the next frame."""
        last = self._last_seconds
        if last is None:
            seconds = max(stated_seconds or 0.0, 0.0)
        else:
            seconds = last + self._step_seconds
            if stated_seconds is not None:
                shifted = stated_seconds + self._shift_seconds
                if shifted < last - NEW_CLOCK_SECONDS:
                    self._shift_seconds = seconds - stated_seconds
                elif shifted > last:
                    seconds = shifted
        self._last_seconds = seconds
        return seconds


class _Upright:
    """Turns decoded frames into BGR pictures as they are meant to be seen: square pixels, upright, not mirrored."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._reformatter = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> Image:
        width, height = self._square_size(frame)
        picture = self._reformatter.reformat(
            frame, width, height, "bgr24", interpolation="BICUBIC", threads=1
        )
        image = np.asarray(picture.to_ndarray(), np.uint8)
        quarters, mirrored = _orientation(frame)
        if quarters:
            image = np.rot90(image, quarters)
        if mirrored:
            image = image[:, ::-1]
        return np.ascontiguousarray(image)

    def _square_size(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height with square pixels; the shorter side of a pixel grows, so that nothing is lost."""
        ratio = float(self._stream.sample_aspect_ratio or 1)
        if not 1 / LONGEST_PIXEL <= ratio <= LONGEST_PIXEL:
            ratio = 1.0
        if ratio >= 1:
            return round(frame.width * ratio), frame.height
        return frame.width, round(frame.height / ratio)


def _orientation(frame: VideoFrame) -> tuple[int, bool]:
    """How many quarter turns against the clock make a frame upright, and whether it is mirrored after that."""
    side_data = frame.side_data.get(SideData.DISPLAYMATRIX)  # type: ignore[call-overload]  # stub says names
    if side_data is None:
        return 0, False
    a, b, _, c, d, *_ = struct.unpack("9i", bytes(side_data))
    mirrored = a * d - b * c < 0
    if mirrored:
        a = -a
    return round(-math.atan2(b, a) / (math.pi / 2)) % 4, mirrored


def _opened(where: Path | str) -> MediaFile:
    if isinstance(where, Path) and not where.exists():
        raise SourceError(f"{where}: there is no such video; check the path")
    try:
        return MediaFile(where, "video")
    except Undecodable as reason:
        raise SourceError(f"{where}: not a video that can be read: {reason}") from reason
    except OSError as error:
        if isinstance(where, Path):
            raise SourceError(f"{where}: cannot be read ({error.strerror or error})") from error
        raise SourceError(f"{where}: no video comes from this address; check it and the network") from error
