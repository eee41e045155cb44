"""Which track goes on from another one, as far as their tags tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.music.library.albums import next_on_album
from tests.player.music.tracks import track

SECOND = replace(track(1), album="Harbour", album_artist="Clara Vento", track_number=2, disc_number=1)


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
