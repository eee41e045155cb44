"""What every backend promises, and which one is taken."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from player.errors import SoundError
from player.sound import open_backend
from player.sound.backend import Audible, AudioBackend, Ended, Failed, Finished, SoundEvent, Started
from player.sound.mixer import Mixer
from tests.player.sound.conftest import hear

Tone = Callable[[float, float], Path]


def test_a_track_starts_moves_on_and_says_when(backend: AudioBackend, calm: Path) -> None:
    deck = backend.open(calm, 2.0)
    assert deck.position_seconds == pytest.approx(2.0, abs=0.5)
    asked_at = time.monotonic()
    deck.play()
    started = hear(deck, Started)
    assert isinstance(started, Started)
    assert asked_at <= started.at_seconds <= time.monotonic()
    before = deck.position_seconds
    time.sleep(1.2)
    assert deck.position_seconds > before
    deck.stop()


def test_an_opened_track_stays_silent_until_it_is_played(backend: AudioBackend, calm: Path) -> None:
    deck = backend.open(calm, 1.0)
    for _ in range(120):
        assert deck.poll() == ()
        time.sleep(0.01)
    deck.play()
    hear(deck, Started)
    deck.stop()


def test_pause_holds_the_position_and_resume_goes_on_to_the_end(backend: AudioBackend, tone: Tone) -> None:
    deck = backend.open(tone(330.0, 2.5), 0.0)
    deck.set_volume(0.5)
    deck.play()
    hear(deck, Started)
    time.sleep(0.4)
    deck.pause()
    time.sleep(0.3)
    held = deck.position_seconds
    time.sleep(0.6)
    assert deck.position_seconds == pytest.approx(held, abs=0.01)
    assert deck.poll() == ()
    deck.resume()
    hear(deck, Finished)
    deck.stop()


def test_every_volume_is_taken_before_and_while_it_plays(backend: AudioBackend, tone: Tone) -> None:
    deck = backend.open(tone(330.0, 2.5), 0.0)
    for amplitude in (0.0, 0.001, 0.5, 1.0, 7.0, -1.0):
        deck.set_volume(amplitude)
    deck.play()
    hear(deck, Started)
    for amplitude in (0.0, 0.5, 1.0):
        deck.set_volume(amplitude)
    deck.stop()


def test_a_stopped_track_reports_nothing_more(backend: AudioBackend, tone: Tone) -> None:
    # Without a sound device VLC ends a track up to a second early: a shorter one might end before it is heard.
    deck = backend.open(tone(330.0, 1.8), 0.0)
    deck.play()
    hear(deck, Started)
    deck.stop()
    deck.stop()
    time.sleep(2.0)
    assert deck.poll() == ()


def test_it_tells_how_long_the_track_still_sounds(backend: AudioBackend, tone: Tone) -> None:
    deck = backend.open(tone(330.0, 2.5), 0.5)
    deck.play()
    hear(deck, Started)
    left = deck.left_seconds
    assert left is not None
    assert left == pytest.approx(2.0, abs=0.3)
    time.sleep(0.5)
    later = deck.left_seconds
    assert later is not None
    assert 0.0 <= later < left
    hear(deck, Finished)
    deck.stop()


def test_a_deck_is_ready_soon_and_then_wants_no_more_polling(backend: AudioBackend, tone: Tone) -> None:
    deck = backend.open(tone(330.0, 2.5), 0.0)
    give_up_at = time.monotonic() + 15.0
    while deck.opening and time.monotonic() < give_up_at:
        assert deck.poll() == ()
        time.sleep(0.01)
    assert not deck.opening
    assert deck.position_seconds == pytest.approx(0.0, abs=0.5)
    deck.stop()


def test_a_track_follows_another_without_the_end_being_news(backend: AudioBackend, tone: Tone) -> None:
    """The crossfader's promise of gapless play, on every backend: what sounds next is told, and never a silence."""
    first, second = tone(330.0, 2.5), tone(550.0, 2.5)
    told: list[SoundEvent] = []
    backend.post = told.append
    mixer = Mixer(backend.open, backend.post, backend.overlap_seconds)

    def tick_until(done: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + 20.0
        while not done() and time.monotonic() < give_up_at:
            mixer.tick(time.monotonic())
            time.sleep(0.01)
        assert done(), told

    mixer.play(first, 0.0, 0.0, 0.0)
    tick_until(lambda: len(told) == 1)
    mixer.follow(second, 0.0, 0.0)
    tick_until(lambda: len(told) == 2)
    assert mixer.playing == second
    tick_until(lambda: len(told) == 3)
    mixer.close()
    assert [type(event) for event in told] == [Audible, Audible, Ended]
    assert [event.path for event in told] == [first, second, second]
    heard = [event.at_seconds for event in told if isinstance(event, Audible)]
    assert heard[1] - heard[0] < 4.0


def test_two_tracks_sound_at_once(backend: AudioBackend, calm: Path, happy: Path) -> None:
    decks = [backend.open(calm, 1.0), backend.open(happy, 1.0)]
    for deck in decks:
        deck.play()
    for deck in decks:
        hear(deck, Started)
    for deck in decks:
        deck.stop()


@pytest.mark.parametrize(("name", "content"), [("text.ogg", b"no music\n" * 500), ("empty.mp3", b"")])
def test_a_broken_file_is_reported(backend: AudioBackend, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    deck = backend.open(path)
    deck.play()
    failed = hear(deck, Failed)
    assert isinstance(failed, Failed)
    assert failed.reason
    deck.stop()


def test_a_missing_file_is_reported(backend: AudioBackend, tmp_path: Path) -> None:
    deck = backend.open(tmp_path / "gone.mp3")
    deck.play()
    assert hear(deck, Failed) == Failed("there is no such file")
    deck.stop()


def test_without_a_sound_device_it_goes_on_in_silence_and_says_why(tmp_path: Path) -> None:
    code = "from player.sound import open_backend; print(open_backend('vlc', print).name)"
    quiet = {
        key: value for key, value in os.environ.items() if key not in ("PULSE_SERVER", "SDL_AUDIODRIVER")
    }
    nowhere = {
        "PULSE_SERVER": f"unix:{tmp_path}/none",
        "SDL_AUDIODRIVER": "alsa",
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    if Path("/proc/asound/cards").exists() and "no soundcards" not in Path("/proc/asound/cards").read_text():
        pytest.skip("this machine has a sound card")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=quiet | nowhere,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "silent"
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2, done.stderr
    assert lines[0].startswith("sound: VLC cannot be used:")
    assert lines[1].startswith("sound: pygame's mixer cannot be used:")
    assert lines[1].endswith("going on with silence")


def test_an_unknown_backend_is_named_with_those_there_are() -> None:
    with pytest.raises(SoundError, match="'drums'; there are vlc, mixer, silent"):
        open_backend("drums", lambda event: None)
