"""Recorded sound and pictures, decoded: the one way in for every file, and for recordings at an address.

FFmpeg (through PyAV) tells the kind by the content, whatever the name says. What is damaged in the midst is passed
over and counted, as players do.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

Kind: TypeAlias = Literal["video", "audio"]

NETWORK_TIMEOUT_SECONDS = 5.0
MOST_FAILURES_IN_A_ROW = 1000
"""After so many packets without one good among them the rest counts as damaged throughout."""
LARGE_PICTURE_PX = 1280 * 720
"""Pictures beyond this are decoded by several threads; for small ones that costs more than it brings."""

_NETWORK_OPTIONS = {
    "rtsp_flags": "prefer_tcp",
    "multiple_requests": "1",  # without it a server that keeps its connections open is not understood after a jump
    "reconnect": "1",
    "reconnect_delay_max": "2",
}
_KIND_BY_ENDING = {
    **dict.fromkeys((".mp3", ".mp2", ".mp1", ".mpga"), "mp3"),
    **dict.fromkeys((".aac", ".adts"), "aac"),
    **{f".{kind}": kind for kind in ("ac3", "eac3", "dts", "flac", "ape", "tta", "wv")},
}
"""What is tried where something before the first frame hides the kind."""


class Undecodable(ValueError):
    """The content is not what was wanted; `str(error)` is the reason alone, for instance "it holds no sound"."""


class MediaFile:
    """The sound or the pictures of one recording, frame by frame; a context manager.

    `where` is a file of any name, or an address. Raises Undecodable where the content is of no use, and OSError where
    the disk or the network is in trouble. `damaged` counts the places that were passed over; `format_name` is FFmpeg's,
    for instance "mov,mp4,m4a,3gp,3g2,mj2".
    """

    def __init__(self, where: Path | str, kind: Kind) -> None:
        self._where = where
        self._kind = kind
        self.damaged = 0
        self._container, self.stream = _opened(where, kind)
        self.format_name = str(self._container.format.name)
        if isinstance(self.stream, VideoStream):
            large = self.stream.width * self.stream.height > LARGE_PICTURE_PX
            self.stream.thread_type = "AUTO" if large else "SLICE"
            self.stream.thread_count = 0 if large else 1

    @property
    def duration_seconds(self) -> float | None:
        """The length that the container states, right or wrong; None where it states none."""
        length = self._container.duration
        return length / av.time_base if length and length > 0 else None

    @property
    def start_seconds(self) -> float:
        """The stated time at which the recording begins: its media time 0."""
        return max(self._container.start_time or 0, 0) / av.time_base

    @property
    def has_end(self) -> bool:
        """True for a recording; False for what is sent on and on."""
        return self.duration_seconds is not None or self._container.size > 0

    @property
    def metadata(self) -> dict[str, str]:
        """What the file, and in it the stream, says about itself."""
        return {**self.stream.metadata, **self._container.metadata}

    @property
    def has_attached_pictures(self) -> bool:
        """Whether there is a cover or the like inside."""
        return any(stream.disposition & Disposition.attached_pic for stream in self._container.streams.video)

    def attached_pictures(self) -> Iterator[bytes]:
        """The contents of the pictures inside, undecoded."""
        pictures = [
            each for each in self._container.streams.video if each.disposition & Disposition.attached_pic
        ]
        if pictures:
            packets = self._container.demux(*pictures)
            yield from (bytes(next(packets, b"") or b"") for _ in pictures)

    def frames(self) -> Iterator[VideoFrame | AudioFrame]:
        """Every frame that can be decoded, in order; raises OSError where the disk or the network fails."""
        failures = 0
        for packet in self._packets():
            frames = _decoded(packet)
            if frames is None:
                self.damaged += 1
                failures += 1
                if failures > MOST_FAILURES_IN_A_ROW:
                    return
                continue
            for frame in frames:
                failures = 0
                self.damaged += frame.is_corrupt
                yield frame

    def seek(self, seconds: float) -> None:
        """Let the next `frames()` begin about there; raises Undecodable where that is not possible."""
        try:
            self._container.seek(round((self.start_seconds + seconds) * av.time_base))
        except FFmpegError as error:
            raise Undecodable("it cannot be sought in") from error

    def counted_seconds(self) -> float:
        """The length of all packets that are left, undecoded; 0 where they tell none. Raises OSError."""
        ticks, base, failures = 0, self.stream.time_base, 0
        for packet in self._packets():
            failures = failures + 1 if packet is None else 0
            if failures > MOST_FAILURES_IN_A_ROW:
                break
            ticks += (packet.duration or 0) if packet is not None else 0
        return float(ticks * base) if base else 0.0

    def close(self) -> None:
        """Let go of the file; more than once is fine."""
        self._container.close()

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _packets(self) -> Iterator[Packet[Any] | None]:
        """Each packet of the stream, the empty one that ends it included; None for a place that cannot be read."""
        packets = self._container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError as error:
                _check_trouble(error, self._where)
                yield None
                packets = self._container.demux(self.stream)
                continue
            yield packet


def _decoded(packet: Packet[Any] | None) -> Sequence[VideoFrame | AudioFrame] | None:
    """The frames that a packet completes; None where it is damaged."""
    if packet is None:
        return None
    try:
        frames: Sequence[VideoFrame | AudioFrame] = packet.decode()
        return frames
    except FFmpegError:
        return None


def _opened(where: Path | str, kind: Kind) -> tuple[InputContainer, VideoStream | AudioStream]:
    """The container and its best stream of the kind: by the content, else by the name's ending."""
    try:
        return _opened_as(where, kind, None)
    except Undecodable:
        name = where.suffix.lower() if isinstance(where, Path) and kind == "audio" else ""
        if name not in _KIND_BY_ENDING:
            raise
        return _opened_as(where, kind, _KIND_BY_ENDING[name])


def _opened_as(
    where: Path | str, kind: Kind, format_name: str | None
) -> tuple[InputContainer, VideoStream | AudioStream]:
    container = _container(where, format_name)
    try:
        stream = container.streams.best(kind)
        if stream is None or stream.disposition & Disposition.attached_pic:
            raise Undecodable(f"it holds no {'sound' if kind == 'audio' else 'moving pictures'}")
        if stream.codec_context is None:
            raise Undecodable(f"there is no decoder here for its {kind}")
        assert isinstance(stream, VideoStream | AudioStream)
        return container, stream
    except BaseException:
        container.close()
        raise


def _container(where: Path | str, format_name: str | None) -> InputContainer:
    """The open container. A path is marked as one: FFmpeg would take "clip:1.mp4" for an address."""
    local = isinstance(where, Path)
    try:
        if isinstance(where, Path):
            where.stat()
        return av.open(
            f"file:{where}" if local else str(where),
            format=format_name,
            metadata_errors="replace",
            options={} if local else _NETWORK_OPTIONS,
            timeout=None if local else NETWORK_TIMEOUT_SECONDS,
        )
    except FFmpegError as error:
        _check_trouble(error, where)
        raise Undecodable("its content is damaged or of a kind that cannot be decoded") from error


def _check_trouble(error: FFmpegError, where: Path | str) -> None:
    """Raise OSError where the disk or the network is to blame and not the content.

    FFmpeg says "input/output error" of files that merely end early too, so a file is read once more to find out.
    """
    if not isinstance(error, OSError):
        if not isinstance(where, Path) and not isinstance(error, ValueError):
            raise OSError(error.errno, error.strerror or str(error)) from error
        return
    if isinstance(where, Path) and error.errno == errno.EIO:
        with where.open("rb") as file:
            while file.read(1 << 20):
                pass
        return
    raise OSError(error.errno, error.strerror or str(error)) from error
