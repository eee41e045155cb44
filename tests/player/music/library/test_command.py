"""The library looked after from the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from player.__main__ import main
from player.music.library.library import Library
from tests.data import REPOSITORY
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import tag_flac

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    for number, title in enumerate(("Calm sea", "Wild sea", "Dry land"), start=1):
        fields = {"TITLE": title, "ARTIST": "Ann", "TRACKNUMBER": str(number)}
        tag_flac(write(folder / f"{number}.flac", tone(1, hertz=200.0 * number)), fields)
    return folder


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `library` with some words; the exit code, and the lines on stdout and stderr."""

    def run(*words: object) -> tuple[int, list[str], list[str]]:
        code = main(["library", "--library", str(tmp_path / "library.db"), *map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err.splitlines()

    return run


def test_a_folder_is_scanned_and_its_tracks_are_found(run: Run, music: Path) -> None:
    (music / "bad.mp3").write_text("no sound")

    assert run("scan", music) == (
        0,
        ["3 new; 3 tracks can be played"],
        [f"{music / 'bad.mp3'}: skipped, it holds no sound that can be played, whatever its name says"],
    )
    assert run("scan", music)[1] == ["nothing new; 3 tracks can be played"]
    assert run("search", "sea", "ann") == (
        0,
        [f"       Ann - Calm sea  ({music / '1.flac'})", f"       Ann - Wild sea  ({music / '2.flac'})"],
        [],
    )
    assert run("search", "nothing", "like", "this") == (0, [], [])


def test_a_long_answer_is_cut_and_programs_get_json(run: Run, music: Path) -> None:
    run("scan", music)

    _, rows, told = run("search", "--limit", 1)
    found = json.loads("\n".join(run("search", "--json", "dry")[1]))

    assert len(rows) == 1
    assert told == ["... and 2 more; --limit shows more of them"]
    assert [(each["title"], each["stars"], each["valence"]) for each in found] == [("Dry land", None, None)]


def test_stars_are_given_by_words_and_by_file(run: Run, music: Path) -> None:
    run("scan", music)

    assert run("rate", 5, "wild")[1] == ["Wild sea, Ann: 5 stars"]
    assert run("rate", 1, music / "1.flac")[1] == ["Calm sea, Ann: 1 star"]
    assert run("search", "sea")[1][1].startswith("*****  Ann - Wild sea")
    assert run("rate", 0, "wild")[1] == ["Wild sea, Ann: no stars"]


def test_a_playlist_goes_out_and_comes_in(run: Run, music: Path, tmp_path: Path) -> None:
    run("scan", music)
    run("rate", 4, "wild")
    playlist = tmp_path / "best.xspf"

    assert run("export", playlist, "sea", "--stars", 3)[1] == [f"{playlist}: 1 track"]
    with Library(tmp_path / "other.db") as other:
        assert other.take_playlist(playlist).added == 1
        assert [track.title for track in other.tracks()] == ["Wild sea"]


def test_a_playlist_names_what_is_missing(run: Run, music: Path) -> None:
    playlist = music / "list.m3u8"
    playlist.write_text("1.flac\ngone.mp3\nhttp://radio.example/live\n")

    assert run("import", playlist) == (
        0,
        ["1 new; 1 track can be played"],
        [
            "gone.mp3: skipped, there is no such file",
            "http://radio.example/live: skipped, it is on the network; only files are played",
        ],
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["rate", "3", "sea"], 1, "'sea' finds 2 tracks; say more, or name its file"),
        (["rate", "3", "polka"], 1, "'polka' finds no track"),
        (["rate", "6", "sea"], 2, "invalid choice: 6"),
        (["search", "--limit", "0"], 2, "0 is not a whole number above 0"),
        (["search", "--limit", "few"], 2, "few is not a whole number above 0"),
        (["scan", "nowhere"], 1, "there is no such music folder"),
        (["scan"], 2, "name the folder with your music"),
        (["import", "gone.m3u"], 1, "the playlist cannot be read"),
        (["export", "list.txt"], 1, "no playlist by its name"),
        (["export", "list.m3u8", "polka"], 1, "no track is like that; nothing was written"),
        (["dance"], 2, "invalid choice: 'dance'"),
        ([], 2, "required"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Run,
    music: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    run("scan", music)

    found, _, told = run(*words)

    assert found == code
    assert len(told) == 1
    assert told[0].startswith("library: ")
    assert says in told[0]


def test_a_file_that_the_library_does_not_know_is_told_how_to_get_in(run: Run, music: Path) -> None:
    _, _, told = run("rate", 3, music / "1.flac")

    assert told == [
        f"library: {music / '1.flac'}: is not in the library; python -m player library scan {music}"
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)  # measuring runs at low priority, behind whatever else the machine does
def test_moods_are_measured_on_demand(music: Path, tmp_path: Path) -> None:
    """As a command of its own, because the analysis starts an interpreter and loads librosa."""
    write(music / "long.wav", tone(12))
    command = [sys.executable, "-m", "player", "library", "--library", str(tmp_path / "own.db"), "scan"]
    done = subprocess.run(
        [*command, str(music), "--measure"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    with Library(tmp_path / "own.db") as library:
        assert [track.title for track in library.tracks() if track.mood_known] == ["Long"]
    assert "Calm sea" not in done.stdout
    assert len([line for line in done.stderr.splitlines() if "it lasts only 1.0 s" in line]) == 3
