"""A loudspeaker that can be heard by a program: a PulseAudio of our own with a null sink, and an ear that records it.

What comes out is judged by what a listener would notice: silence, clicks, and a loudness that sags.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
SILENT_AMPLITUDE = 0.001
"""Below -60 dB of full scale a sample counts as silent."""
_FRAME_BYTES = 4
_TONE_AMPLITUDE = 0.3
_PATIENCE_SECONDS = 5.0

Samples = npt.NDArray[np.float64]


class NoLoudspeaker(Exception):
    """PulseAudio is missing or does not start; the text says which."""


@contextmanager
def null_sink() -> Iterator[str]:
    """A sound server with the sink `ear`, for the time of the block; yields its address. Raises NoLoudspeaker."""
    if not all(shutil.which(tool) for tool in ("pulseaudio", "parec")):
        raise NoLoudspeaker("needs PulseAudio (Debian: apt install pulseaudio pulseaudio-utils)")
    with tempfile.TemporaryDirectory(prefix="sonrisa-") as name:
        folder = Path(name)
        socket = folder / "native"
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
        command += ["-L", f"module-null-sink sink_name=ear rate={RATE_HZ} channels=2"]
        environment = os.environ | {"XDG_RUNTIME_DIR": name, "HOME": name}
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            give_up_at = time.monotonic() + _PATIENCE_SECONDS
            while not socket.exists() and server.poll() is None and time.monotonic() < give_up_at:
                time.sleep(0.05)
            if not socket.exists():
                raise NoLoudspeaker("PulseAudio does not start here")
            yield f"unix:{socket}"
        finally:
            server.terminate()
            server.wait(10)


class Ear:
    """Records the sink and knows when, in time.monotonic(), each sample came out (to about 5 ms)."""

    def __init__(self, server: str) -> None:
        command = ["parec", "--server", server, "--raw", "--latency-msec=5", "--device=ear.monitor"]
        command += [f"--rate={RATE_HZ}", "--channels=2", "--format=s16le"]
        self._recorder = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
        self._data = bytearray()
        self._arrivals: list[tuple[float, int]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        while not self._data:  # an idle null sink hands out its first block late
            time.sleep(0.05)
        time.sleep(0.3)

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        while block := self._recorder.stdout.read(65536):
            self._data += block
            self._arrivals.append((time.monotonic(), len(self._data) // _FRAME_BYTES))

    def close(self) -> None:
        """Stop recording; a second call does nothing."""
        if self._recorder.poll() is None:
            self._recorder.terminate()
            self._recorder.wait(10)
            self._thread.join(10)
            assert self._recorder.stdout is not None
            self._recorder.stdout.close()

    def __enter__(self) -> Self:
        """Listen until the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop recording."""
        self.close()

    def between(self, start_seconds: float, end_seconds: float) -> Samples:
        """The left channel, in [-1, 1], from and to a moment of time.monotonic()."""
        whole = len(self._data) // _FRAME_BYTES * _FRAME_BYTES
        left = np.frombuffer(bytes(self._data[:whole]), "<i2")[::2] / 32768.0
        moments, counts = zip(*list(self._arrivals), strict=True)
        first, last = np.interp([start_seconds, end_seconds], moments, counts).astype(int)
        return np.asarray(left[first:last], dtype=np.float64)


def write_tone(path: Path, frequency_hz: float, seconds: float, begins_seconds: float = 0.0) -> Path:
    """A steady tone of amplitude 0.3 as a stereo wav file, cut out of an endless one at `begins_seconds`."""
    time_seconds = begins_seconds + np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    mono = (_TONE_AMPLITUDE * 32767 * np.sin(2 * np.pi * frequency_hz * time_seconds)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.repeat(mono, 2).tobytes())
    return path


def longest_silence_seconds(samples: Samples) -> float:
    """The longest stretch without a sample above SILENT_AMPLITUDE."""
    loud = np.flatnonzero(np.abs(samples) > SILENT_AMPLITUDE)
    edges = np.concatenate(([0], loud, [len(samples)]))
    return float(np.diff(edges).max() / RATE_HZ)


def worst_click(samples: Samples, *frequencies_hz: float) -> float:
    """The largest sample that steady tones of these frequencies leave behind notches of three taps.

    Smooth fades of the tones leave next to nothing; a tone that is cut off leaves about its amplitude.
    """
    for frequency_hz in frequencies_hz:
        turn = 2.0 * np.cos(2.0 * np.pi * frequency_hz / RATE_HZ)
        samples = samples[2:] - turn * samples[1:-1] + samples[:-2]
    return float(np.abs(samples).max())


def levels(samples: Samples, window_seconds: float = 0.1) -> Samples:
    """Root mean square of each window, one after the other."""
    width = int(window_seconds * RATE_HZ)
    windows = samples[: len(samples) // width * width].reshape(-1, width)
    return np.asarray(np.sqrt((windows**2).mean(axis=1)))
