"""Music files made by the tests: real ones in every format, and broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from player.errors import LibraryError
from player.music.analysis.decode import transcode

RATE_HZ = 48_000


def tone(
    seconds: float, *, hertz: float = 440.0, level: float = 0.3, silence_seconds: float = 0.0
) -> NDArray[np.float32]:
    """A pulsing tone, mono [samples], after some silence."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pulses = 0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 2 * time))
    sound = level * pulses * np.sin(2 * np.pi * hertz * time)
    return np.concatenate([np.zeros(round(silence_seconds * RATE_HZ)), sound]).astype(np.float32)


def write(path: Path, sound: NDArray[np.float32], rate_hz: int = RATE_HZ) -> Path:
    """A file in the format that its ending names; m4a by libVLC, skipping the test where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".m4a":
        return _write_m4a(path, sound, rate_hz)
    if path.suffix == ".opus":
        soundfile.write(path, sound, rate_hz, format="OGG", subtype="OPUS")
    else:
        soundfile.write(path, sound, rate_hz)
    return path


def _write_m4a(path: Path, sound: NDArray[np.float32], rate_hz: int) -> Path:
    wav = path.with_suffix(".source.wav")
    soundfile.write(wav, np.stack([sound, sound], axis=1), rate_hz)
    try:
        transcode(wav, f"transcode{{acodec=mp4a,ab=96,channels=2}}:std{{access=file,mux=mp4,dst={path}}}")
    except LibraryError as error:
        pytest.skip(f"an m4a can only be made with libVLC: {error}")
    finally:
        wav.unlink()
    if not path.exists():
        pytest.skip("this libVLC has no AAC encoder to make an m4a with")
    return path
