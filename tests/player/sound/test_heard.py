"""What comes out of the loudspeaker: VLC plays to a sound server whose output is recorded and examined."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.loudspeaker import RATE_HZ, Ear, levels, longest_silence_seconds, worst_click, write_tone
from player.sound import Audible, Broken, Crossfader, SoundEvent, open_backend

pytestmark = pytest.mark.slow

Tone = Callable[[float, float], Path]


@pytest.fixture
def ear(sound_server: str) -> Iterator[Ear]:
    with Ear(sound_server) as listening:
        yield listening


class Listener:
    """A crossfader on VLC, and the events it posts."""

    def __init__(self) -> None:
        self.events: list[SoundEvent] = []
        self.crossfader = Crossfader(open_backend("vlc", self.events.append))
        assert self.crossfader.backend.name == "vlc"

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
    assert worst_click(heard, 440.0, 660.0) < 0.1
    assert levels(heard) == pytest.approx(0.3 / np.sqrt(2.0), rel=0.1)


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


def test_tracks_of_an_album_follow_each_other_without_a_gap(
    ear: Ear, listener: Listener, tmp_path: Path
) -> None:
    """One tone in two files, as on a live album: where they meet it goes on."""
    halves = [
        write_tone(tmp_path / f"{part}.wav", 440.0, 3.0, begins_seconds=3.0 * part) for part in range(2)
    ]
    listener.crossfader.play(halves[0])
    began_at = listener.wait_for(halves[0]).at_seconds
    listener.crossfader.follow(halves[1])
    joined_at = listener.wait_for(halves[1]).at_seconds
    time.sleep(1.0)
    heard = ear.between(joined_at - 1.0, joined_at + 0.8)
    assert joined_at - began_at > 2.5
    assert longest_silence_seconds(heard) < 0.05


@pytest.mark.parametrize(("ending", "subtype"), [("ogg", "VORBIS"), ("opus", "OPUS"), ("flac", "PCM_16")])
def test_a_track_begins_where_it_was_asked_to(
    ear: Ear, listener: Listener, tmp_path: Path, ending: str, subtype: str
) -> None:
    """The tone's pitch rises by 50 Hz a second, so what is heard first tells where in the track it is."""
    seconds = np.arange(30 * RATE_HZ) / RATE_HZ
    sweep = 0.3 * np.sin(2 * np.pi * (200.0 * seconds + 25.0 * seconds**2))
    path = tmp_path / f"sweep.{ending}"
    with soundfile.SoundFile(
        path, "w", RATE_HZ, 1, subtype, format="FLAC" if ending == "flac" else "OGG"
    ) as file:
        for start in range(0, len(sweep), RATE_HZ):
            file.write(sweep[start : start + RATE_HZ])
    listener.crossfader.prepare(path, 12.0)
    time.sleep(1.5)
    listener.crossfader.play(path, 12.0)
    heard_at = listener.wait_for(path).at_seconds
    time.sleep(1.0)
    part = ear.between(heard_at + 0.3, heard_at + 0.5)
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    pitch_hz = float(np.fft.rfftfreq(len(part), 1 / RATE_HZ)[spectrum.argmax()])
    assert (pitch_hz - 200.0) / 50.0 == pytest.approx(12.4, abs=0.3)


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
    assert first_sound_at == pytest.approx(told_at, abs=0.1)
