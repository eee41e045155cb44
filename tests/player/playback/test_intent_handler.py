"""Every intent about the music reaches the director."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.messages.intents import (
    ChoosePolicy,
    CorrectMood,
    Intent,
    Like,
    NextPolicy,
    Pause,
    PlayTrack,
    Quit,
    Rate,
    Resume,
    SetGoal,
    SetVolume,
    ShowView,
    Skip,
    TogglePause,
    VolumeStep,
)
from player.messages.view_state import ViewName
from player.playback.intent_handler import handle_intent
from recognizer.affect import Affect
from tests.player.rig import Rig, rig


def ask(evening: Rig, *intents: Intent) -> None:
    for intent in intents:
        assert handle_intent(intent, evening.director, evening.now)


def test_playing_is_paused_resumed_and_gone_on_with(tmp_path: Path) -> None:
    with rig(tmp_path) as evening:
        evening.begin()
        heard: list[bool] = []
        for intent in (Pause(), Pause(), Resume(), TogglePause()):
            ask(evening, intent)
            heard.append(not evening.director.paused)
        assert heard == [False, False, True, False]
        before = len(evening.titles)
        ask(evening, Skip())
        assert len(evening.titles) == before + 1


def test_the_volume_stays_within_its_ends(tmp_path: Path) -> None:
    with rig(tmp_path) as evening:
        evening.begin()
        ask(evening, SetVolume(0.97), VolumeStep(0.05))
        assert evening.director.volume == 1.0
        ask(evening, SetVolume(-3.0))
        assert evening.director.volume == 0.0
        ask(evening, VolumeStep(0.25))
        assert evening.director.volume == pytest.approx(0.25)


def test_a_track_is_liked_rated_corrected_and_picked(tmp_path: Path) -> None:
    with rig(tmp_path) as evening:
        evening.begin()
        playing = evening.director.current
        assert playing is not None
        track_id = playing.track.id
        ask(evening, Like(), Rate(track_id, 4), CorrectMood(track_id, Affect(0.5, -0.5)))
        track = evening.selector.track(track_id)
        assert track is not None
        assert (track.rating, track.mood, track.corrected) == (4, Affect(0.5, -0.5), True)
        assert evening.selector.likes(track_id)
        other = next(track for track in evening.library.tracks() if track.id != track_id)
        ask(evening, PlayTrack(other.id))
        assert evening.titles[-1] == other.path.stem


def test_whoever_sets_a_goal_is_led_there(tmp_path: Path) -> None:
    with rig(tmp_path) as evening:
        evening.begin()
        ask(evening, ChoosePolicy("hold"), NextPolicy())
        assert evening.director.policy == "match"
        ask(evening, SetGoal(Affect(-0.5, -0.5)))
        assert (evening.director.policy, evening.director.goal) == ("iso", Affect(-0.5, -0.5))
        ask(evening, ChoosePolicy("calm"), SetGoal(None))
        assert evening.director.policy == "calm"
        assert evening.director.goal != Affect(-0.5, -0.5)


def test_other_intents_are_left_to_others(tmp_path: Path) -> None:
    with rig(tmp_path) as evening:
        assert not handle_intent(Quit(), evening.director, evening.now)
        assert not handle_intent(ShowView(ViewName.LIBRARY), evening.director, evening.now)
