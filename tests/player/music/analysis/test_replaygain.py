from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.config import Loudness
from player.music.analysis.replaygain import LOUDEST_GAIN_DB, QUIETEST_GAIN_DB, album_gain_db, stated_gain_db
from player.music.library.library import Library
from player.music.library.tags import read_tags
from player.music.track import Measured
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import tag_flac, tag_mp3


@pytest.mark.parametrize(
    ("tags", "gain"),
    [
        ({"replaygain_track_gain": ["-7.03 dB"]}, -7.03),
        ({"replaygain_track_gain": ["-7,03 dB"]}, -7.03),
        ({"replaygain_track_gain": ["  +2.5"]}, 2.5),
        ({"replaygain_track_gain": ["+6 dB"], "replaygain_track_peak": ["0.7079"]}, 3.0),
        ({"replaygain_track_gain": ["+6 dB"], "replaygain_track_peak": ["1.3"]}, 0.0),
        ({"replaygain_track_gain": ["+6 dB"], "replaygain_track_peak": ["0"]}, 6.0),
        ({"replaygain_track_gain": ["-40 dB"]}, QUIETEST_GAIN_DB),
        ({"r128_track_gain": ["-2560"]}, -5.0),
        ({"r128_track_gain": ["256"], "replaygain_track_gain": ["-1 dB"]}, -1.0),
        ({"replaygain_track_gain": ["-.50 dB"]}, -0.5),
        ({"replaygain_track_gain": ["6."], "replaygain_track_peak": ["9.5e-01"]}, 0.45),
        ({"replaygain_track_gain": ["\u22123.5 dB"]}, -3.5),
        ({"replaygain_track_gain": ["51.00 dB"]}, None),
        ({"replaygain_track_gain": ["1e999"]}, None),
        ({"replaygain_track_gain": ["99999"]}, None),
        ({"replaygain_track_gain": ["loud"]}, None),
        ({"replaygain_track_gain": []}, None),
        ({"replaygain_album_gain": ["-3 dB"]}, None),
        ({}, None),
    ],
)
def test_a_stated_gain_is_read_however_it_is_written(tags: dict[str, list[str]], gain: float | None) -> None:
    found = stated_gain_db(tags, "track")

    assert found == (None if gain is None else pytest.approx(gain, abs=0.01))


@given(
    st.dictionaries(
        st.sampled_from(["replaygain_track_gain", "replaygain_track_peak", "r128_track_gain"]),
        st.lists(st.text(), max_size=1),
    )
)
def test_whatever_a_tag_holds_the_gain_is_one_that_can_be_played(tags: dict[str, list[str]]) -> None:
    gain = stated_gain_db(tags, "track")

    assert gain is None or QUIETEST_GAIN_DB <= gain <= LOUDEST_GAIN_DB


def test_an_album_of_equal_tracks_has_their_gain_and_a_loud_one_counts_most() -> None:
    assert album_gain_db([(-6.0, 100.0), (-6.0, 300.0)]) == pytest.approx(-6.0)
    assert album_gain_db([(-6.0, 100.0), (6.0, 100.0)]) == pytest.approx(-3.3, abs=0.1)
    assert album_gain_db([]) == 0.0


def test_gains_in_files_are_found(tmp_path: Path) -> None:
    flac = tag_flac(
        write(tmp_path / "a.flac", tone(2)),
        {"REPLAYGAIN_TRACK_GAIN": "-4.10 dB", "REPLAYGAIN_ALBUM_GAIN": "-5.20 dB"},
    )
    mp3 = tag_mp3(write(tmp_path / "a.mp3", tone(2)), {}, {"REPLAYGAIN_TRACK_GAIN": "-4.10 dB"})

    assert (read_tags(flac).replaygain_track_db, read_tags(flac).replaygain_album_db) == (-4.1, -5.2)
    assert (read_tags(mp3).replaygain_track_db, read_tags(mp3).replaygain_album_db) == (-4.1, None)


@pytest.mark.parametrize(
    ("loudness", "gains"),
    [
        ("track", {"stated.flac": -4.1, "one.flac": -2.0, "two.flac": -8.0, "alone.flac": -1.0}),
        ("album", {"stated.flac": -5.2, "one.flac": -6.0, "two.flac": -6.0, "alone.flac": -1.0}),
        ("off", {"stated.flac": 0.0, "one.flac": 0.0, "two.flac": 0.0, "alone.flac": 0.0}),
    ],
)
def test_the_listener_chooses_whose_loudness_counts(
    tmp_path: Path, loudness: Loudness, gains: dict[str, float]
) -> None:
    """What a file states goes before what was measured; an album that states nothing is measured as a whole."""
    music = tmp_path / "music"
    stated = {"ALBUM": "S", "REPLAYGAIN_TRACK_GAIN": "-4.1 dB", "REPLAYGAIN_ALBUM_GAIN": "-5.2 dB"}
    tag_flac(write(music / "stated.flac", tone(2)), stated)
    tag_flac(write(music / "one.flac", tone(2, hertz=300)), {"ALBUM": "M"})
    tag_flac(write(music / "two.flac", tone(2, hertz=600)), {"ALBUM": "M"})
    tag_flac(write(music / "alone.flac", tone(2, hertz=900)), {})
    measured = {"stated.flac": -9.0, "one.flac": -2.0, "two.flac": -8.0, "alone.flac": -1.0}

    with Library(tmp_path / "library.db", loudness=loudness) as library:
        library.scan(music)
        for pending in library.pending():
            gain = measured[pending.path.name]
            library.store(pending.track_id, Measured(60.0, 5.0, 5.0, 0.0, gain))
        library.scan(music)

        found = {track.path.name: track.gain_db for track in library.tracks()}
    assert found == {name: pytest.approx(gain, abs=0.05) for name, gain in gains.items()}
