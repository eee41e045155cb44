from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import mean

import pytest

from player.music.analysis.analyse import analyse
from player.music.analysis.bundled_moods import SHIPPED, BundledMoods
from player.music.analysis.mood_model import MoodModel
from player.music.library.bundled_music import default_music, main, measure, sample_tracks
from player.music.library.library import Library
from player.music.track import Track
from tests.player.music.sounds import tone, write


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Track]:
    """The shipped tracks as a listener has them on the very first start, by name."""
    with Library(tmp_path_factory.mktemp("first") / "library.sqlite") as library:
        library.scan(default_music())
        assert library.pending() == ()
        return {track.path.stem: track for track in library.tracks()}


def arousal(tracks: dict[str, Track], start: str) -> list[float]:
    """The ranks in [-1, 1] of all tracks whose name starts so."""
    return [track.mood.arousal for name, track in tracks.items() if name.startswith(start)]


def test_the_first_scan_knows_all_the_music_that_comes_with_the_program(tracks: dict[str, Track]) -> None:
    assert len(tracks) == 28
    assert all(track.mood_known for track in tracks.values())
    assert len({track.mood for track in tracks.values()}) > 20


@pytest.mark.parametrize("name", ["tender_acoustic_1", "energetic_electronic_2"])
def test_what_is_shipped_is_what_an_analysis_finds(tracks: dict[str, Track], name: str) -> None:
    """Another processor may round otherwise, by far less than a listener hears."""
    track = tracks[name]
    fresh = analyse(track.path, MoodModel.load())
    names = ("duration_seconds", "valence", "arousal", "sound_start_seconds", "gain_db")

    assert [getattr(track, name) for name in names] == pytest.approx(
        [getattr(fresh, name) for name in names], abs=0.02
    )


def test_energetic_music_is_livelier_than_calm_music(tracks: dict[str, Track]) -> None:
    """The tracks state their mood in their names; not each of them sounds like it, but the kinds do.

    Without beats to mislead the model, every single pair is in order.
    """
    assert min(arousal(tracks, "energetic_acoustic")) > max(arousal(tracks, "calm_acoustic"))
    assert mean(arousal(tracks, "energetic")) > 0 > mean(arousal(tracks, "calm"))
    in_order = [lively > calm for lively in arousal(tracks, "energetic") for calm in arousal(tracks, "calm")]
    assert mean(in_order) >= 0.75


def test_a_shipped_track_is_known_under_any_name_and_other_music_is_not(tmp_path: Path) -> None:
    original = sample_tracks()[0]
    music = tmp_path / "music"
    music.mkdir()
    shutil.copy(original, music / "mine.opus")
    (music / "same size.opus").write_bytes(original.read_bytes()[:-1] + b"\xff")
    write(music / "own.wav", tone(4))

    with Library(tmp_path / "library.sqlite") as library:
        library.scan(music)

        assert [track.path.name for track in library.tracks() if track.mood_known] == ["mine.opus"]
        assert len(library.pending()) == 2


def test_a_library_that_a_first_start_left_unmeasured_is_completed_by_the_next_scan(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite", BundledMoods(tmp_path / "none.json")) as library:
        library.scan(default_music())
        assert len(library.pending()) == 28

    with Library(tmp_path / "library.sqlite") as library:
        library.scan(default_music())
        assert library.pending() == ()


def test_answers_of_another_mood_model_are_ignored(tmp_path: Path) -> None:
    other = tmp_path / "mood.onnx"
    other.write_bytes(b"another model")
    path = sample_tracks()[0]

    assert BundledMoods().of(path, path.stat().st_size) is not None
    assert BundledMoods(model_path=other).of(path, path.stat().st_size) is None
    assert BundledMoods(model_path=tmp_path / "none.onnx").of(path, path.stat().st_size) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"mood_model_sha256": "", "tracks": [{"name": 1}]}'])
def test_a_damaged_file_of_answers_leaves_the_tracks_to_the_analysis(tmp_path: Path, content: str) -> None:
    damaged = tmp_path / "moods.json"
    damaged.write_text(content)
    path = sample_tracks()[0]

    assert BundledMoods(damaged).of(path, path.stat().st_size) is None


def test_measuring_writes_what_the_library_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One track of our own stands for the 28, which take a minute."""
    path = write(tmp_path / "music" / "one.flac", tone(4))
    monkeypatch.setattr("player.music.library.bundled_music.tracks_dir", lambda: tmp_path / "music")
    monkeypatch.setattr("player.music.library.bundled_music.sample_tracks", lambda: (path,))

    measure(tmp_path / "moods.json")

    found = BundledMoods(tmp_path / "moods.json").of(path, path.stat().st_size)
    assert found == analyse(path, MoodModel.load())


def test_the_command_lists_each_track_with_its_mood(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])

    lines = capsys.readouterr().out.splitlines()
    first = json.loads(SHIPPED.read_text())["tracks"][0]["measured"]
    assert code == 0
    assert len(lines) == 28
    assert lines[0].split() == ["calm_acoustic_1", f"{first['valence']:.2f}", f"{first['arousal']:.2f}"]


def test_the_command_says_where_no_mood_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "none.json")]) == 0
    assert "not known" in capsys.readouterr().out
