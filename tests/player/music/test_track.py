from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.track import UNKNOWN_MOOD, next_on_album, ranked_moods
from recognizer.affect import Affect
from tests.player.music.tracks import track

ratings = st.floats(1, 9)
SECOND = replace(track(1), album="Harbour", album_artist="Clara Vento", track_number=2, disc_number=1)


def test_the_brightest_track_ranks_above_all_others() -> None:
    moods = ranked_moods([(4.9, 5.0), (5.2, 4.0), (5.0, 6.0)])

    assert moods[1].valence == max(mood.valence for mood in moods)
    assert moods[2].arousal == max(mood.arousal for mood in moods)


def test_moods_spread_over_the_plane_however_close_the_estimates_are() -> None:
    moods = ranked_moods([(5 + index / 1000, 5 - index / 1000) for index in range(100)])

    assert moods[0] == Affect(-0.99, 0.99)
    assert moods[-1] == Affect(0.99, -0.99)


def test_tracks_that_were_not_analysed_stand_in_the_middle_and_move_no_other() -> None:
    alone = ranked_moods([(4.0, 4.0), (6.0, 6.0)])
    beside_unknown = ranked_moods([(4.0, 4.0), (None, None), (6.0, 6.0)])

    assert beside_unknown == [alone[0], UNKNOWN_MOOD, alone[1]]


@given(st.lists(st.one_of(st.none(), st.tuples(ratings, ratings)), max_size=30))
def test_ranks_stay_in_range_and_keep_the_order(raw: list[tuple[float, float] | None]) -> None:
    moods = ranked_moods([pair or (None, None) for pair in raw])

    known = sorted((pair[0], mood.valence) for pair, mood in zip(raw, moods, strict=True) if pair)
    assert all(-1 <= mood.valence <= 1 and -1 <= mood.arousal <= 1 for mood in moods)
    assert [mood for _, mood in known] == sorted(mood for _, mood in known)


def test_a_track_without_an_artist_is_named_by_its_title_alone() -> None:
    assert track(3).label == "Song 3"


@pytest.mark.parametrize(
    ("changes", "joins"),
    [
        ({"track_number": 3}, True),
        ({"track_number": 3, "artist": "a guest"}, True),
        ({"track_number": 3, "disc_number": None}, True),
        ({"track_number": 1, "disc_number": 2}, True),
        ({"track_number": 4}, False),
        ({"track_number": 1}, False),
        ({"track_number": 3, "disc_number": 2}, False),
        ({"track_number": 3, "album": "Breakwater"}, False),
        ({"track_number": 3, "album_artist": "Somebody Else"}, False),
        ({"track_number": None}, False),
    ],
)
def test_only_the_next_track_of_the_same_album_joins(changes: dict[str, object], joins: bool) -> None:
    assert next_on_album(SECOND, replace(SECOND, **changes)) is joins  # type: ignore[arg-type]


def test_two_tracks_without_an_album_are_no_neighbours() -> None:
    single = replace(SECOND, album="")
    assert not next_on_album(single, replace(single, track_number=3))
