"""Crossfades as a listener would describe them, on silent decks whose clock and volumes the test can see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from player.sound.backend import Audible, Broken, Ended, SoundEvent
from player.sound.mixer import Mixer
from player.sound.silent_backend import SilentDeck

Tone = Callable[[float, float], Path]


class SeenDeck(SilentDeck):
    """A silent deck that shows its volume and whether it was stopped."""

    amplitude = 0.0
    stopped = False

    def set_volume(self, amplitude: float) -> None:
        self.amplitude = amplitude

    def stop(self) -> None:
        self.stopped = True
        super().stop()


class MixerRig:
    """A desk, its decks and a clock that only the test turns."""

    def __init__(self) -> None:
        self.now_seconds = 100.0
        self.decks: list[SeenDeck] = []
        self.events: list[SoundEvent] = []
        self.mixer = Mixer(self._open, self.events.append)

    def _open(self, path: Path, start_seconds: float) -> SeenDeck:
        self.decks.append(SeenDeck(path, start_seconds, lambda: self.now_seconds))
        return self.decks[-1]

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.now_seconds += 0.01
            self.mixer.tick(self.now_seconds)

    def play(self, path: Path, fade_seconds: float = 1.0, gain_db: float = 0.0) -> SeenDeck:
        self.mixer.play(path, 0.0, fade_seconds, gain_db)
        return self.decks[-1]

    @property
    def power(self) -> float:
        return sum(deck.amplitude**2 for deck in self.decks if not deck.stopped)


@pytest.fixture
def rig() -> MixerRig:
    return MixerRig()


def test_the_first_track_is_heard_at_once(rig: MixerRig, tone: Tone) -> None:
    track = tone(440.0, 10.0)
    deck = rig.play(track, fade_seconds=5.0)
    rig.wait(0.1)
    assert deck.amplitude == 1.0
    assert [type(event) for event in rig.events] == [Audible]


def test_power_stays_constant_through_a_crossfade(rig: MixerRig, tone: Tone) -> None:
    first = rig.play(tone(440.0, 10.0))
    rig.wait(1.0)
    second = rig.play(tone(660.0, 10.0), fade_seconds=1.0)
    for _ in range(95):
        rig.wait(0.01)
        assert rig.power == pytest.approx(1.0, abs=1e-6)
    rig.wait(0.2)
    assert first.stopped
    assert second.amplitude == 1.0


def test_audible_is_told_when_the_new_track_can_be_heard_under_the_old_one(rig: MixerRig, tone: Tone) -> None:
    rig.play(tone(440.0, 10.0))
    rig.wait(1.0)
    asked_at = rig.now_seconds
    rig.play(tone(660.0, 10.0), fade_seconds=1.0)
    rig.wait(2.0)
    last = rig.events[-1]
    assert isinstance(last, Audible)
    assert 0.05 <= last.at_seconds - asked_at <= 0.1
    assert len(rig.events) == 2


def test_a_broken_next_track_leaves_the_current_one_alone(rig: MixerRig, tone: Tone, tmp_path: Path) -> None:
    current = rig.play(tone(440.0, 10.0))
    rig.wait(0.5)
    gone = tmp_path / "gone.ogg"
    rig.play(gone)
    rig.wait(1.0)
    assert current.amplitude == 1.0
    assert rig.mixer.playing == current.path
    assert rig.events[-1] == Broken(gone, "there is no such file")


def test_a_third_track_during_a_fade_takes_over_without_a_jump(rig: MixerRig, tone: Tone) -> None:
    decks = [rig.play(tone(440.0, 10.0))]
    rig.wait(0.5)
    decks.append(rig.play(tone(660.0, 10.0)))
    rig.wait(0.4)
    before = [deck.amplitude for deck in decks]
    decks.append(rig.play(tone(880.0, 10.0)))
    rig.wait(0.01)
    for deck, amplitude in zip(decks, before, strict=False):
        assert deck.amplitude == pytest.approx(amplitude, abs=0.12)
    rig.wait(1.1)
    assert [deck.stopped for deck in decks] == [True, True, False]
    assert decks[2].amplitude == 1.0


def test_pause_freezes_a_fade_and_resume_finishes_it(rig: MixerRig, tone: Tone) -> None:
    first = rig.play(tone(440.0, 10.0))
    rig.wait(0.5)
    second = rig.play(tone(660.0, 10.0))
    rig.wait(0.5)
    halfway = second.amplitude
    rig.mixer.pause()
    rig.wait(0.1)
    assert rig.power == 0.0
    held = (first.position_seconds, second.position_seconds)
    rig.wait(5.0)
    assert (first.position_seconds, second.position_seconds) == held
    rig.mixer.resume()
    rig.wait(0.05)
    assert second.amplitude == pytest.approx(halfway, abs=0.1)
    rig.wait(1.0)
    assert (first.stopped, second.amplitude) == (True, 1.0)


def test_the_end_of_the_old_track_during_a_fade_is_no_news(rig: MixerRig, tone: Tone) -> None:
    first = rig.play(tone(440.0, 1.0))
    rig.wait(0.7)
    second = rig.play(tone(660.0, 10.0))
    rig.wait(1.5)
    assert (first.stopped, second.amplitude) == (True, 1.0)
    assert not any(isinstance(event, Ended) for event in rig.events)


def test_the_end_of_the_playing_track_is_told_once(rig: MixerRig, tone: Tone) -> None:
    track = tone(440.0, 1.0)
    rig.play(track)
    rig.wait(2.0)
    assert [event for event in rig.events if isinstance(event, Ended)] == [Ended(track)]
    assert rig.mixer.playing is None


def test_a_new_track_while_paused_plays_alone(rig: MixerRig, tone: Tone) -> None:
    first = rig.play(tone(440.0, 10.0))
    rig.wait(0.5)
    rig.mixer.pause()
    rig.wait(0.2)
    second = rig.play(tone(660.0, 10.0))
    rig.wait(0.2)
    assert (first.stopped, second.amplitude, rig.mixer.paused) == (True, 1.0, False)


def test_a_prepared_track_is_not_opened_again_and_old_wishes_are_dropped(rig: MixerRig, tone: Tone) -> None:
    likely = [tone(100.0 * number, 2.0) for number in range(1, 6)]
    for track in likely:
        rig.mixer.prepare(track, 0.0)
    assert [deck.stopped for deck in rig.decks] == [True, True, False, False, False]
    rig.mixer.play(likely[3], 0.0, 1.0, 0.0)
    rig.wait(0.2)
    assert len(rig.decks) == 5
    assert rig.mixer.playing == likely[3]
    rig.mixer.close()
    assert all(deck.stopped for deck in rig.decks)


def test_gain_and_volume_multiply_and_stay_within_full_amplitude(rig: MixerRig, tone: Tone) -> None:
    deck = rig.play(tone(440.0, 10.0), gain_db=-20.0)
    rig.mixer.set_volume(0.5)
    rig.wait(0.2)
    assert deck.amplitude == pytest.approx(0.05)
    loud = rig.play(tone(660.0, 10.0), gain_db=12.0)
    rig.wait(2.0)
    assert loud.amplitude == 1.0


def test_stop_fades_out_and_reports_no_end(rig: MixerRig, tone: Tone) -> None:
    deck = rig.play(tone(440.0, 10.0))
    rig.wait(0.5)
    rig.mixer.stop(0.03)
    rig.wait(0.1)
    assert deck.stopped
    assert not any(isinstance(event, Ended) for event in rig.events)


def test_a_track_follows_as_the_playing_one_ends(rig: MixerRig, tone: Tone) -> None:
    first, second = tone(440.0, 2.0), tone(660.0, 3.0)
    rig.play(first)
    rig.wait(0.5)
    rig.mixer.follow(second, 0.0, 0.0)
    rig.wait(1.3)
    assert rig.mixer.playing == first
    lowest = 1.0
    for _ in range(40):
        rig.wait(0.01)
        lowest = min(lowest, rig.power)
    assert rig.mixer.playing == second
    assert lowest > 0.9
    assert [type(event) for event in rig.events] == [Audible, Audible]


def test_a_pause_before_the_end_holds_the_follower_back(rig: MixerRig, tone: Tone) -> None:
    first, second = tone(440.0, 1.0), tone(660.0, 3.0)
    rig.play(first)
    rig.wait(0.9)
    rig.mixer.follow(second, 0.0, 0.0)
    rig.mixer.pause()
    rig.wait(3.0)
    assert (rig.mixer.playing, rig.power) == (first, 0.0)
    rig.mixer.resume()
    rig.wait(0.5)
    assert rig.mixer.playing == second


def test_another_wish_takes_the_follower_back(rig: MixerRig, tone: Tone) -> None:
    rig.play(tone(440.0, 1.0))
    rig.wait(0.5)
    rig.mixer.follow(tone(660.0, 3.0), 0.0, 0.0)
    third = tone(880.0, 5.0)
    rig.play(third, fade_seconds=0.1)
    rig.wait(2.0)
    assert rig.mixer.playing == third
    assert not rig.mixer.busy


def test_a_broken_follower_leaves_the_playing_track_alone(rig: MixerRig, tone: Tone, tmp_path: Path) -> None:
    current = rig.play(tone(440.0, 3.0))
    rig.wait(0.5)
    gone = tmp_path / "gone.ogg"
    rig.mixer.follow(gone, 0.0, 0.0)
    rig.wait(0.5)
    assert current.amplitude == 1.0
    assert rig.events[-1] == Broken(gone, "there is no such file")


def test_a_follower_begins_at_once_where_nothing_plays(rig: MixerRig, tone: Tone) -> None:
    track = tone(440.0, 2.0)
    rig.mixer.follow(track, 0.0, 0.0)
    rig.wait(0.1)
    assert rig.mixer.playing == track
