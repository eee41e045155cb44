from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from player.errors import LibraryError
from player.music.analysis.mood_curve import RawCurve
from player.music.library.library import Library
from player.music.track import Measured
from recognizer.affect import Affect
from tests.player.music.sounds import tone, write

NAMES = ("dark.wav", "middle.wav", "bright.wav")
RAW = {"dark.wav": 3.0, "middle.wav": 5.0, "bright.wav": 7.0}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three measured tracks; the one in the middle goes from dark to bright, with a pause between."""
    for name in NAMES:
        write(tmp_path / "music" / name, tone(0.2))
    library = Library(tmp_path / "library.sqlite")
    library.scan(tmp_path / "music")
    for track in library.tracks():
        raw = RAW[track.path.name]
        way = RawCurve(5.0, (raw - 2, None, raw, raw + 2), (raw, None, raw, raw))
        library.store(track.id, Measured(20.0, raw, raw, 0.0, 0.0, way))
    return library


def id_of(library: Library, name: str) -> int:
    return next(track.id for track in library.tracks() if track.path.name == name)


def test_a_curve_is_told_on_the_scale_of_the_library(library: Library) -> None:
    places = {track.path.name: track.mood for track in library.tracks()}

    curve = library.moods.curve(id_of(library, "middle.wav"))

    assert curve is not None
    assert curve.step_seconds == 5.0
    between = (places["dark.wav"].valence + places["middle.wav"].valence) / 2
    assert list(curve.valence) == pytest.approx(
        [places["dark.wav"].valence, between, places["middle.wav"].valence, places["bright.wav"].valence]
    )
    assert curve.arousal == (0.0,) * 4
    assert curve.silent == {1}


def test_the_listeners_word_wins_moves_the_curve_and_can_be_taken_back(library: Library) -> None:
    track_id = id_of(library, "middle.wav")
    before = library.moods.curve(track_id)
    assert before is not None

    library.correct_mood(track_id, Affect(0.2, -0.5), at_seconds=100.0)

    (track,) = (track for track in library.tracks() if track.id == track_id)
    assert (track.mood, track.corrected) == (Affect(0.2, -0.5), True)
    assert library.moods.correction(track_id) == Affect(0.2, -0.5)
    assert library.moods.curve(track_id) == before.moved(0.2, -0.5)

    library.correct_mood(track_id, None, at_seconds=200.0)

    (track,) = (track for track in library.tracks() if track.id == track_id)
    assert (track.mood, track.corrected) == (Affect(0.0, 0.0), False)
    assert library.moods.correction(track_id) is None
    assert library.moods.curve(track_id) == before


def test_a_word_outlives_a_new_measurement_and_the_program(library: Library, tmp_path: Path) -> None:
    track_id = id_of(library, "dark.wav")
    library.correct_mood(track_id, Affect(0.9, 0.9), at_seconds=100.0)
    library.store(track_id, Measured(20.0, 2.0, 2.0, 0.0, 0.0))
    library.close()

    with Library(tmp_path / "library.sqlite") as again:
        again.scan(tmp_path / "music")

        assert next(track for track in again.tracks() if track.id == track_id).mood == Affect(0.9, 0.9)


def test_a_word_beyond_the_plane_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError):
        library.correct_mood(id_of(library, "dark.wav"), Affect(2.0, 0.0), at_seconds=0.0)

    assert library.moods.correction(id_of(library, "dark.wav")) is None


def test_a_track_without_a_curve_has_none(library: Library) -> None:
    track_id = id_of(library, "dark.wav")
    library.store(track_id, replace(Measured(20.0, 5.0, 5.0, 0.0, 0.0), curve=None))

    assert library.moods.curve(track_id) is None
    assert library.moods.curve(999) is None


def test_what_another_model_estimated_is_measured_again_and_counts_until_then(
    library: Library, tmp_path: Path
) -> None:
    library.moods.renew("another model")

    assert len(library.pending()) == 3
    assert all(track.mood_known for track in library.tracks())
    assert library.moods.curve(id_of(library, "dark.wav")) is not None


def test_a_scan_by_the_same_model_measures_nothing_again(library: Library, tmp_path: Path) -> None:
    library.scan(tmp_path / "music")

    assert library.pending() == ()
