"""A video inside a page, as a data address that every browser plays: as it is where it can be, else as small WebM."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from recognizer.capture import VideoSource
from recognizer.errors import SourceError
from recognizer.frames import Image

LARGEST_AS_IT_IS = 40_000_000
"""In bytes; a larger file is made smaller."""
KINDS = {".mp4": "mp4", ".m4v": "mp4", ".webm": "webm"}
PLAYED = frozenset({"avc1", "h264", "vp80", "vp90", "vp09", "av01"})
"""Codecs that browsers play."""
FRAMES_PER_SECOND = 25
"""What the codec plans for; every picture keeps its own time."""
WIDEST_PX = 640
_MILLISECOND = Fraction(1, 1000)
_FAST = {"deadline": "realtime", "cpu-used": "8", "b": "1M", "g": "25"}


def clip_of(file: str) -> str:
    """A video as a data address; empty where there is none, or it cannot be read."""
    path = Path(file)
    if not file or not path.is_file():
        return ""
    if _is_played(path):
        return _data(KINDS[path.suffix.lower()], path.read_bytes())
    try:
        return _data("webm", _as_webm(path))
    except (SourceError, av.FFmpegError):
        return ""


def _is_played(path: Path) -> bool:
    if path.suffix.lower() not in KINDS or path.stat().st_size > LARGEST_AS_IT_IS:
        return False
    video = cv2.VideoCapture(str(path))
    code = int(video.get(cv2.CAP_PROP_FOURCC))
    video.release()
    return (code & 0xFFFFFFFF).to_bytes(4, "little").decode("latin-1").lower() in PLAYED


def _as_webm(path: Path) -> bytes:
    """The pictures, at most WIDEST_PX wide, with the sound; raises SourceError."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container, VideoSource(path) as source:
        frame = source.read()
        if frame is None:
            raise SourceError(f"{path}: holds no picture")
        height, width = _small(frame.image).shape[:2]
        stream = container.add_stream("libvpx", rate=FRAMES_PER_SECOND, options=_FAST)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = _MILLISECOND
        sound = _sound(path, container)
        before = -1
        while frame is not None:
            picture = av.VideoFrame.from_ndarray(_small(frame.image), format="bgr24")
            before = max(before + 1, round(1000 * frame.time_seconds))
            picture.pts, picture.time_base = before, _MILLISECOND
            container.mux(stream.encode(picture))
            frame = source.read()
        container.mux(stream.encode(None))
        for packet in sound:
            container.mux(packet)
    return out.getvalue()


def _sound(path: Path, container: Any) -> Iterator[Any]:
    """The packets of a file's sound as Opus; none where it has none."""
    with av.open(str(path)) as source:
        if not source.streams.audio:
            return iter(())
    stream = container.add_stream("libopus", rate=48_000)
    return _opus(path, stream)


def _opus(path: Path, stream: Any) -> Iterator[Any]:
    with av.open(str(path)) as source:
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=48_000)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                part.pts = None
                yield from stream.encode(part)
        yield from stream.encode(None)


def _small(image: Image) -> Image:
    scale = min(1.0, WIDEST_PX / image.shape[1])
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (image.shape[1], image.shape[0]))
    return np.ascontiguousarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def _data(kind: str, content: bytes) -> str:
    return f"data:video/{kind};base64,{base64.b64encode(content).decode()}"
