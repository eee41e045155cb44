from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from player.clock import VirtualClock
from player.config import MusicSettings
from player.errors import LibraryError
from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.history import HistoryStore
from player.music.library.library import Library
from player.playback.policy_state import MoodTarget
from player.playback.track_selector import FeedbackContext, TrackSelector
from recognizer.affect import Affect
from tests.player.rig import EVENING_SECONDS, fill, write_music

BRIGHT = MoodTarget(Affect(0.5, 0.5))
DARING, CAUTIOUS = MusicSettings(daring=2.0), MusicSettings(daring=0.0)
DAY_SECONDS = 24 * 3600.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as made:
        fill(made, write_music(tmp_path / "music"))
        yield made


def selector(
    library: Library, music: MusicSettings, seed: int = 0, later_seconds: float = 0.0
) -> TrackSelector:
    clock = VirtualClock(0.0, EVENING_SECONDS + later_seconds)
    made = TrackSelector(library, print, clock, music, seed)
    made.reload()
    return made


def picks(library: Library, music: MusicSettings, sure: bool = False) -> list[str]:
    """What is chosen first with many seeds."""
    found = [selector(library, music, seed).best(BRIGHT, sure=sure) for seed in range(40)]
    return [choice.track.title for choice in found if choice is not None]


def test_choices_differ_by_seed_repeat_for_one_and_are_always_the_same_where_they_must_be_sure(
    library: Library,
) -> None:
    tried = picks(library, DARING)

    assert len(set(tried)) > 1
    assert tried == picks(library, DARING)
    assert len(set(picks(library, DARING, sure=True))) == 1
    assert len(set(picks(library, CAUTIOUS))) == 1
    assert len(set(picks(library, MusicSettings(daring=2.0, learn_taste=False)))) == 1


def test_what_was_learned_is_there_the_next_evening_unless_learning_is_off(library: Library) -> None:
    first = selector(library, CAUTIOUS)
    usual = first.best(BRIGHT)
    assert usual is not None
    for _ in range(5):
        first.record(usual.track, FeedbackKind.PLAY, FeedbackContext(wanted=BRIGHT.aim))
        first.record(usual.track, FeedbackKind.SKIP, FeedbackContext(heard_share=0.05))

    found = selector(library, CAUTIOUS, later_seconds=DAY_SECONDS).best(BRIGHT)
    plain = selector(library, MusicSettings(learn_taste=False), later_seconds=DAY_SECONDS).best(BRIGHT)
    assert found is not None
    assert plain is not None
    assert found.track.id != usual.track.id
    assert plain.track.id == usual.track.id
    assert "last played 24 h ago" in plain.reasons


def test_a_like_of_long_ago_is_known_however_much_was_done_since(library: Library) -> None:
    store, (liked, other, *_) = HistoryStore(library.database), library.tracks()
    store.record(Feedback(liked.id, FeedbackKind.LIKE, EVENING_SECONDS - 1e8))
    with library.database.transaction() as connection:
        connection.executemany(
            "INSERT INTO feedback (track_id, kind, at_seconds) VALUES (?, 'play', ?)",
            [(other.id, EVENING_SECONDS - 1e6 + number) for number in range(10_500)],
        )

    known = selector(library, CAUTIOUS)
    assert known.likes(liked.id)
    assert not known.likes(other.id)


def test_a_library_that_cannot_be_written_is_said_once_and_the_session_goes_on_learning(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LibraryError("library.db: another program holds the music library; close it and try again")

    said: list[str] = []
    known = TrackSelector(library, said.append)
    monkeypatch.setattr(HistoryStore, "record", refuse)
    track = library.tracks()[0]
    known.record(track, FeedbackKind.LIKE, FeedbackContext())
    known.record(track, FeedbackKind.FINISH, FeedbackContext())

    assert len(said) == 1
    assert "for this session only" in said[0]
    assert known.likes(track.id)


def test_everything_about_the_listener_can_be_forgotten(library: Library) -> None:
    known = selector(library, CAUTIOUS)
    before = known.best(BRIGHT)
    assert before is not None
    known.record(before.track, FeedbackKind.PLAY, FeedbackContext())
    known.record(before.track, FeedbackKind.DISLIKE, FeedbackContext())
    assert known.best(BRIGHT) != before
    known.forget_listener()
    assert known.best(BRIGHT) == before


def test_a_track_that_was_gone_and_is_back_is_played_again(library: Library, tmp_path: Path) -> None:
    music, away = tmp_path / "music", tmp_path / "away"
    known = selector(library, CAUTIOUS)
    path = music / "middle.wav"
    track = known.of_path(path)
    assert track is not None
    path.rename(away)
    known.leave_out(track)
    library.scan(music)
    known.reload()
    away.rename(path)
    library.scan(music)
    known.reload()
    assert known.of_path(path) is not None


def test_a_track_that_is_there_but_broken_is_left_out_for_the_evening(
    library: Library, tmp_path: Path
) -> None:
    known = selector(library, CAUTIOUS)
    path = tmp_path / "music" / "middle.wav"
    track = known.of_path(path)
    assert track is not None
    known.leave_out(track)
    known.reload()
    assert known.of_path(path) is None
