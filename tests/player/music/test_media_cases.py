"""Music that other programs failed on, through the commands that a listener types."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from player.__main__ import main
from player.music.library.library import Library
from player.music.library.sniff import MUSIC_ENDINGS
from tests.cases import media_case

LENGTHS = {
    "colon.m4a": 15.0,
    "vbr_noxing_quiet_intro.mp3": 30.0,
    "chained.ogg": 75.0,
    "unknown_length.flac": 6.0,
    "theora_first.ogg": 15.0,
    "rf64.wav": 6.0,
    "stream_ripped_midframe.mp3": 15.0,
    "id3_then_junk.mp3": 15.0,
    "double_id3.mp3": 15.0,
    "ape_at_front.mp3": 15.0,
    "adts_named.m4a": 15.0,
    "aiff_named.wav": 6.0,
    "wma_named.mp3": 15.0,
    "cover_badb64.ogg": 15.0,
    "cover_broken.mp3": 15.0,
    "multi_artist_v24.mp3": 15.0,
    "ape_mp3gain.mp3": 15.0,
    "control.mp3": 15.0,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was scanned and measured by the command."""
    folder = tmp_path_factory.mktemp("cases")
    for path in media_case().rglob("*"):
        if path.suffix in MUSIC_ENDINGS:
            target = folder / "music" / path.relative_to(media_case())
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    library = folder / "library.db"
    assert main(["library", "--library", str(library), "scan", str(folder / "music"), "--measure"]) == 0
    return library


@pytest.mark.slow
def test_every_case_is_in_the_library_measured_and_of_its_true_length(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["library", "--library", str(library), "search", "--json"]) == 0
    tracks = {Path(track["path"]).name: track for track in json.loads(capsys.readouterr().out)}
    assert {name: track["duration_seconds"] for name, track in tracks.items()} == pytest.approx(
        LENGTHS, abs=0.1
    )
    assert all(track["valence"] is not None for track in tracks.values())
    assert tracks["ape_mp3gain.mp3"]["gain_db"] == pytest.approx(-9.5)
    with Library(library) as opened:
        assert opened.pending() == ()


@pytest.mark.slow
@pytest.mark.parametrize("words", [["beta", "two"], ["folk"]])
def test_a_second_artist_and_genre_find_a_track(
    library: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    main(["library", "--library", str(library), "search", *words])
    assert "Alpha One, Beta Two - Multi24" in capsys.readouterr().out


@pytest.mark.slow
def test_nothing_that_is_printed_commands_the_terminal(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["library", "--library", str(library), "search"])
    said = capsys.readouterr()
    assert "Bell" in said.out
    assert (said.out + said.err).replace("\n", "").isprintable()


def test_playlists_of_cases_are_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Art" / "Alb").mkdir(parents=True)
    (tmp_path / "lists").mkdir()
    for name in ("01 Song.mp3", "Käse.mp3"):
        shutil.copy(media_case("multi_artist_v24.mp3"), tmp_path / "Art" / "Alb" / name)
    for name, count in (("two_locations.xspf", 2), ("pct_backslash.m3u", 1)):
        shutil.copy(media_case(name), tmp_path / "lists" / name)
        library = tmp_path / f"{name}.db"
        assert main(["library", "--library", str(library), "import", str(tmp_path / "lists" / name)]) == 0
        assert f"{count} track" in capsys.readouterr().out
