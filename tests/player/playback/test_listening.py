from __future__ import annotations

import pytest

from player.music.choice.feedback import FeedbackKind
from player.music.choice.ranking import Choice
from player.playback.listening import (
    MOOD_WINDOW_SECONDS,
    SETTLED_SECONDS,
    ListeningRecord,
    RecentMood,
    VolumeChange,
)
from recognizer.affect import Affect
from tests.player.music.tracks import track


def listening() -> ListeningRecord:
    return ListeningRecord(Choice(track(1), (), "", 0.0, 0.0), None, until_seconds=100.0)


def test_pauses_are_not_heard() -> None:
    heard = listening().up_to(145.0, paused=False).up_to(500.0, paused=True).up_to(545.0, paused=False)

    assert heard.heard_seconds == 90.0
    assert heard.share == 0.5


def test_the_mood_is_the_mean_over_the_last_seconds_and_unknown_once_nobody_was_seen_for_long() -> None:
    recent_mood = RecentMood()
    assert recent_mood.mean(0.0) is None
    for step in range(100):
        recent_mood.add(Affect(1.0 if step % 2 else 0.0, -0.5), step / 2)

    mean = recent_mood.mean(49.5)
    assert mean is not None
    assert mean.valence == pytest.approx(0.5, abs=0.05)
    assert mean.arousal == pytest.approx(-0.5)
    recent_mood.add(None, 51.0)
    assert recent_mood.latest is None
    assert recent_mood.mean(50.0) is not None
    assert recent_mood.mean(50.0 + 2 * MOOD_WINDOW_SECONDS) is None


def test_a_turn_of_the_volume_is_judged_by_where_it_comes_to_rest() -> None:
    turn = VolumeChange(from_level=0.5, level=0.6, at_seconds=10.0)
    assert not turn.over(10.0 + SETTLED_SECONDS / 2)
    assert turn.over(10.0 + SETTLED_SECONDS)
    assert turn.kind is FeedbackKind.LOUDER
    assert VolumeChange(0.5, 0.4, 0.0).kind is FeedbackKind.QUIETER
    assert VolumeChange(0.5, 0.51, 0.0).kind is None
