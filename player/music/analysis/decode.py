"""Sound out of music files, block by block: what is played can be measured, and nothing is ever unpacked whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from recognizer.media_file import MediaFile, Undecodable

Block: TypeAlias = NDArray[np.float32]
"""Samples [samples, channels], full scale at 1."""

BLOCK_SECONDS = 5

_FULL_SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2.0**31, "flt": 1.0, "dbl": 1.0}
"""By FFmpeg's names of sample formats, without the "p" of the planar ones; others are resampled to floats."""
GUESSED_LENGTHS = frozenset({"mp3", "aac", "ac3", "eac3", "dts"})
"""Containers without an index, whose stated length is a guess from a few frames."""
_CHAINED = "ogg"
"""Only the samples tell how long all links of a chain are together."""


class SoundFile:
    """The sound of a music file, ready to be decoded; a context manager.

    `rate_hz` and `channels` are those of its beginning; what comes otherwise later, as in chained Ogg files, is brought
    to them. Raises Undecodable where there is no sound that can be decoded, and OSError where the disk fails.
    """

    def __init__(self, path: Path) -> None:
        self._file = MediaFile(path, "audio")
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    @property
    def stated_seconds(self) -> float | None:
        """The length that the file states, true or not; None where it states none."""
        return self._file.duration_seconds

    def blocks(self) -> Iterator[Block]:
        """What is left of the sound, a few seconds at a time, across damaged places; raises OSError."""
        length = BLOCK_SECONDS * self.rate_hz
        waiting, kind = AudioFifo(), ""
        for frame in self._in_line():
            if frame.format.name != kind and waiting.samples:
                yield _as_floats(_taken(waiting))
                waiting = AudioFifo()
            kind = frame.format.name
            frame.pts = None  # parts of a chain count time anew
            waiting.write(frame)
            if waiting.samples >= length:
                yield _as_floats(_taken(waiting, length))
        if waiting.samples:
            yield _as_floats(_taken(waiting))

    def seek(self, seconds: float) -> None:
        """Go on from about there; raises Undecodable where the file cannot be sought in."""
        self._file.seek(seconds)
        self._frames = self._audio_frames()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """The sound itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _begin(self) -> None:
        """The first frame tells what the stream's head may have wrong (AAC states half its rate there)."""
        frames = self._audio_frames()
        first = next(frames, None)
        if first is None:
            raise Undecodable("no sound in it can be decoded")
        self.rate_hz, self.channels = int(first.sample_rate), first.layout.nb_channels
        self._layout = first.layout.name
        self._resampler: AudioResampler | None = None
        self._source = (0, "", "")
        self._frames = chain([first], frames)

    def _audio_frames(self) -> Iterator[AudioFrame]:
        for frame in self._file.frames():
            assert isinstance(frame, AudioFrame)
            if frame.samples:
                yield frame

    def _in_line(self) -> Iterator[AudioFrame]:
        """All frames that are left, at the rate and with the channels of the first, in a kind that NumPy knows."""
        for frame in self._frames:
            same = frame.sample_rate == self.rate_hz and frame.layout.nb_channels == self.channels
            if same and frame.format.name.removesuffix("p") in _FULL_SCALE:
                yield frame
            else:
                yield from self._brought_into_line(frame)

    def _brought_into_line(self, frame: AudioFrame) -> list[AudioFrame]:
        """A frame of another part of the file, at the rate and with the channels of the first."""
        if self._resampler is None or self._source != (
            frame.sample_rate,
            frame.layout.name,
            frame.format.name,
        ):
            self._resampler = AudioResampler("fltp", self._layout, self.rate_hz)
            self._source = (frame.sample_rate, frame.layout.name, frame.format.name)
        frame.pts = None
        return self._resampler.resample(frame)


def true_seconds(path: Path, *, links_too: bool = True) -> float | None:
    """How long the sound of a file lasts, without believing what it states; None where that cannot be told.

    Packets are counted without decoding them. Only Ogg, which may be a chain, is decoded, unless `links_too` is False:
    then its first link's length is the answer. Raises Undecodable and OSError as SoundFile does.
    """
    with MediaFile(path, "audio") as file:
        if file.format_name != _CHAINED or not links_too:
            guessed = file.duration_seconds is None or file.format_name in GUESSED_LENGTHS
            return (file.counted_seconds() if guessed else 0.0) or file.duration_seconds
    with SoundFile(path) as sound:
        return sum(map(len, sound.blocks())) / sound.rate_hz


def _taken(waiting: AudioFifo, samples: int = 0) -> AudioFrame:
    """So many samples of a queue that has them; 0: all."""
    frame = waiting.read(samples)
    assert frame is not None
    return frame


def _as_floats(frame: AudioFrame) -> Block:
    """The frame's samples [samples, channels], full scale at 1."""
    samples = frame.to_ndarray()
    samples = samples.T if frame.format.is_planar else samples.reshape(-1, frame.layout.nb_channels)
    kind = frame.format.name.removesuffix("p")
    if kind in ("flt", "dbl"):
        return np.asarray(samples, np.float32)
    floats = samples.astype(np.float32)
    if kind == "u8":
        floats -= _FULL_SCALE[kind]
    floats *= 1 / _FULL_SCALE[kind]
    return floats
