"""What comes out of the loudspeaker: VLC plays to a sound server whose output is recorded and examined."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from player.sound import Audible, Broken, Crossfader, SoundEvent, open_stage
from tests.player.sound.conftest import RATE_HZ

pytestmark = pytest.mark.slow

Samples = npt.NDArray[np.float64]
Tone = Callable[[float, float], Path]
FRAME_BYTES = 4


class Ear:
    """Records the sound server's output and knows when, in time.monotonic(), each sample came out (to about 5 ms)."""

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
            self._arrivals.append((time.monotonic(), len(self._data) // FRAME_BYTES))

    def close(self) -> None:
        self._recorder.terminate()
        self._recorder.wait(10)
        self._thread.join(10)
        assert self._recorder.stdout is not None
        self._recorder.stdout.close()

    def between(self, start_seconds: float, end_seconds: float) -> Samples:
        """The left channel, in [-1, 1], from and to a moment of time.monotonic()."""
        whole = len(self._data) // FRAME_BYTES * FRAME_BYTES
        left = np.frombuffer(bytes(self._data[:whole]), "<i2")[::2] / 32768.0
        moments, counts = zip(*list(self._arrivals), strict=True)
        first, last = np.interp([start_seconds, end_seconds], moments, counts).astype(int)
        return np.asarray(left[first:last], dtype=np.float64)


@pytest.fixture
def ear(sound_server: str) -> Iterator[Ear]:
    listening = Ear(sound_server)
    yield listening
    listening.close()


class Listener:
    """A crossfader on VLC, and the events it posts."""

    def __init__(self) -> None:
        self.events: list[SoundEvent] = []
        self.crossfader = Crossfader(open_stage("vlc", self.events.append))
        assert self.crossfader.stage.name == "vlc"

    def wait_for(self, path: Path) -> Audible:
        give_up_at = time.monotonic() + 20.0
        while time.monotonic() < give_up_at:
            for event in list(self.events):
                if isinstance(event, Audible) and event.path == path:
                    return event
            time.sleep(0.01)
        raise AssertionError(f"{path.name} was not heard; {self.events}")


@pytest.fixture
def listener(ear: Ear, sound_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv("PULSE_SERVER", sound_server)
    listening = Listener()
    yield listening
    listening.crossfader.close()


def longest_silence_seconds(samples: Samples, threshold: float = 0.001) -> float:
    loud = np.flatnonzero(np.abs(samples) > threshold)
    edges = np.concatenate(([0], loud, [len(samples)]))
    return float(np.diff(edges).max() / RATE_HZ)


def without_tone(samples: Samples, frequency_hz: float) -> Samples:
    """What a steady tone leaves behind a notch of three taps: nothing; a click stays in."""
    turn = 2.0 * np.cos(2.0 * np.pi * frequency_hz / RATE_HZ)
    return np.asarray(samples[2:] - turn * samples[1:-1] + samples[:-2])


def clicks(samples: Samples) -> float:
    """The worst deviation from two steady tones; cutting a tone off measures 0.3 or more."""
    return float(np.abs(without_tone(without_tone(samples, 440.0), 660.0)).max())


def test_a_crossfade_of_tones_has_no_gap_no_click_and_no_dip(
    ear: Ear, listener: Listener, tone: Tone
) -> None:
    low, high = tone(440.0, 20.0), tone(660.0, 20.0)
    crossfader = listener.crossfader
    crossfader.play(low)
    listener.wait_for(low)
    crossfader.prepare(high)
    time.sleep(1.5)
    asked_at = time.monotonic()
    crossfader.play(high, fade_seconds=1.5)
    listener.wait_for(high)
    time.sleep(2.0)
    heard = ear.between(asked_at - 0.5, asked_at + 2.0)
    assert longest_silence_seconds(heard) < 0.05
    assert clicks(heard) < 0.1
    tenths = heard[: len(heard) // 4800 * 4800].reshape(-1, 4800)
    assert np.sqrt((tenths**2).mean(axis=1)) == pytest.approx(0.3 / np.sqrt(2.0), rel=0.1)


def test_a_pause_is_silent_and_the_music_comes_back_as_loud_as_it_was(
    ear: Ear, listener: Listener, tone: Tone
) -> None:
    low = tone(440.0, 20.0)
    listener.crossfader.play(low)
    listener.wait_for(low)
    time.sleep(0.5)
    paused_at = time.monotonic()
    listener.crossfader.pause()
    time.sleep(0.6)
    listener.crossfader.resume()
    time.sleep(0.6)
    assert not ear.between(paused_at + 0.3, paused_at + 0.5).any()
    assert np.abs(ear.between(paused_at + 0.9, paused_at + 1.1)).max() == pytest.approx(0.3, rel=0.05)


def test_real_tracks_follow_each_other_without_silence(
    ear: Ear, listener: Listener, calm: Path, happy: Path, tmp_path: Path
) -> None:
    crossfader = listener.crossfader
    crossfader.play(calm, 2.0)
    listener.wait_for(calm)
    began_at = time.monotonic() + 0.2
    time.sleep(1.0)
    broken = tmp_path / "broken.ogg"
    broken.write_bytes(b"no music\n" * 500)
    crossfader.play(broken)
    crossfader.prepare(happy, 2.0)
    time.sleep(2.0)
    assert any(isinstance(event, Broken) and event.path == broken for event in listener.events)
    crossfader.play(happy, 2.0, fade_seconds=1.0)
    listener.wait_for(happy)
    time.sleep(1.5)
    assert longest_silence_seconds(ear.between(began_at, time.monotonic() - 0.3)) < 0.05


def test_audible_is_told_when_the_first_sound_came_out(
    ear: Ear, listener: Listener, tone: Tone, record_property: Callable[[str, object], None]
) -> None:
    track = tone(440.0, 20.0)
    listener.crossfader.prepare(track)
    time.sleep(2.0)
    asked_at = time.monotonic()
    listener.crossfader.play(track)
    told_at = listener.wait_for(track).at_seconds
    time.sleep(0.5)
    heard = np.abs(ear.between(asked_at, told_at + 0.4))
    first_sound_at = asked_at + float(np.argmax(heard > 0.003)) / RATE_HZ
    record_property("first_sound_after_play_seconds", first_sound_at - asked_at)
    record_property("audible_bias_seconds", told_at - first_sound_at)
    print(
        f"first sound {first_sound_at - asked_at:.3f} s after play(), told {told_at - first_sound_at:+.3f} s off"
    )
    assert heard.max() > 0.1
    assert first_sound_at == pytest.approx(told_at, abs=0.3)
