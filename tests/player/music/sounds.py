"""Music files made by the tests: real ones in every format, and broken ones."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

RATE_HZ = 48_000

CODECS = {
    "mp3": ("mp3", "libmp3lame"),
    "flac": ("flac", "flac"),
    "ogg": ("ogg", "vorbis"),
    "oga": ("ogg", "flac"),
    "opus": ("ogg", "libopus"),
    "wav": ("wav", "pcm_s16le"),
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "wma": ("asf", "wmav2"),
    "aiff": ("aiff", "pcm_s16be"),
    "wv": ("wv", "wavpack"),
    "mka": ("matroska", "flac"),
    "webm": ("webm", "libopus"),
    "ac3": ("ac3", "ac3"),
    "tta": ("tta", "tta"),
    "au": ("au", "pcm_s16be"),
    "caf": ("caf", "pcm_s16le"),
    "ts": ("mpegts", "mp2"),
    "flv": ("flv", "aac"),
}
"""Container and encoder by a file's ending."""


def tone(
    seconds: float, *, hertz: float = 440.0, level: float = 0.3, silence_seconds: float = 0.0
) -> NDArray[np.float32]:
    """A pulsing tone, mono [samples], after some silence."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pulses = 0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 2 * time))
    sound = level * pulses * np.sin(2 * np.pi * hertz * time)
    return np.concatenate([np.zeros(round(silence_seconds * RATE_HZ)), sound]).astype(np.float32)


def write(
    path: Path,
    sound: NDArray[np.float32],
    rate_hz: int = RATE_HZ,
    *,
    kind: str = "",
    options: dict[str, str] | None = None,
) -> Path:
    """A file of mono [samples] or [samples, channels] in the format that its ending names, or `kind` in its place.

    `options` are for the container, such as write_xing=0.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    container_name, codec = CODECS[kind or path.suffix[1:]]
    if codec == "vorbis" and sound.ndim == 1:
        sound = np.stack([sound, sound], axis=1)  # FFmpeg's own encoder knows no mono
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    options = {"id3v2_version": "0", **(options or {})} if container_name == "mp3" else options or {}
    with av.open(f"file:{path}", "w", format=container_name, container_options=options) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="mono" if channels == 1 else "stereo")
        assert isinstance(stream, AudioStream)
        if codec in ("libmp3lame", "aac", "libopus", "wmav2", "ac3"):
            stream.bit_rate = 96_000
        if codec == "vorbis":
            stream.codec_context.options = {"strict": "experimental"}
        size = stream.codec_context.frame_size or 4096
        formats = stream.codec_context.codec.audio_formats
        resampler = av.AudioResampler(
            formats[0].name if formats else "s16", stream.layout.name, rate_hz, size
        )
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.reshape(len(sound), -1).T), format="fltp", layout=stream.layout.name
        )
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path
