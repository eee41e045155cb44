from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.listeners import Liking, evenings, library, liking
from benchmarks.taste import POLICIES, SHIPPED, STAGES, Chooser, main, recorded, replay, simulated
from player.errors import LibraryError
from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.history import HistoryStore
from player.music.library.library import Library
from recognizer.affect import Affect
from tests.player.rig import fill, write_music

NOW = 1_800_000_000.0


def single_minded(tracks: int) -> Liking:
    """Somebody who hears every second track to its end and skips the others, whatever the mood."""
    own = np.where(np.arange(tracks) % 2 == 0, 8.0, -8.0)
    return Liking(0.0, 0.0, 0.0, 0.0, np.zeros(8), own)


def test_the_history_holds_one_of_each_pool_drawn_evenly() -> None:
    random = np.random.default_rng(0)
    matrix, styles = library(random, 30)
    events = list(evenings(random, matrix, styles, liking(random, 30), 2000, pool=4))
    places = [int(np.flatnonzero(event.pool == event.logged)[0]) for event in events]

    assert all(len(set(event.pool.tolist())) == 4 for event in events)
    assert np.bincount(places, minlength=4).min() > 400


def test_a_policy_is_told_only_of_the_playings_that_it_would_have_chosen() -> None:
    random = np.random.default_rng(1)
    matrix, styles = library(random, 20)
    events = list(evenings(random, matrix, styles, liking(random, 20), 600, pool=5))
    learn, draw = POLICIES[SHIPPED]
    chooser = Chooser(matrix, learn, draw)
    counted = replay(events, chooser)

    assert chooser.told == len(counted)
    assert 60 < len(counted) < 200


def test_a_clear_taste_is_found_out_long_before_the_last_unwanted_track_was_disliked() -> None:
    random = np.random.default_rng(2)
    matrix, styles = library(random, 20)
    events = list(evenings(random, matrix, styles, single_minded(20), 1200, pool=5))
    late = {
        name: np.mean(replay(events, Chooser(matrix, *policy))[100:]) for name, policy in POLICIES.items()
    }

    assert late["learned, nothing tried"] > 0.9
    assert late[SHIPPED] > 0.9
    assert late["mood only"] < 0.85


def test_the_result_names_every_policy_with_an_interval_around_its_gain() -> None:
    result = simulated(listeners=3, events=300, seed=5)

    assert set(result["kept_share"]) == set(POLICIES)
    for gain in result["gain_over_mood_only"].values():
        assert {"all", "first 50"} <= set(gain) <= {"all", *STAGES}
        assert gain["all"]["low"] <= gain["all"]["mean"] <= gain["all"]["high"]


def test_a_recorded_history_is_foretold_better_once_the_habits_are_known(tmp_path: Path) -> None:
    """Somebody keeps one of two tracks and skips the other, evening after evening."""
    write_music(tmp_path / "music")
    path = tmp_path / "library.db"
    with Library(path) as kept:
        fill(kept, tmp_path / "music")
        store, (one, other, *_) = HistoryStore(kept.database), kept.tracks()
        for number in range(40):
            track, kind = (one, FeedbackKind.FINISH) if number % 2 else (other, FeedbackKind.SKIP)
            for act in (FeedbackKind.PLAY, kind):
                store.record(Feedback(track.id, act, NOW + 100 * number, wanted=Affect(0.0, 0.0), hour=20))

    found = recorded(path)
    assert found["playings"] == 40
    assert found["roc_area"]["learned"] > 0.85
    assert found["gain"]["low"] <= found["gain"]["mean"] <= found["gain"]["high"]


def test_a_history_that_says_nothing_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library(tmp_path / "library.db"):
        pass
    with pytest.raises(LibraryError, match="too few tracks"):
        recorded(tmp_path / "library.db")
    assert main(["--listeners", "1", "--events", "30", "--library", str(tmp_path / "none.db")]) == 1
    assert "there is no such library" in capsys.readouterr().err
