"""The listener's folder, kept up with while the player runs: real files, a real watch, a real analysis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

import pytest

from player.config import MusicSettings
from player.core.music_loader import MusicLoader, check_folder, check_spelling, open_library
from player.errors import LibraryError
from player.messages.events import FolderAway, FolderBack, ScanDone, ScanFailed, ScanProgress
from player.music.analysis.worker import AnalysisEvent
from player.music.library.library import Library
from tests.player.music.sounds import tone, write

Posted = ScanProgress | ScanDone | ScanFailed | FolderAway | FolderBack | AnalysisEvent
Kind = TypeVar("Kind")


@contextmanager
def room(library: Library, folder: Path | None, **options: bool) -> Iterator[Callable[[type[Kind]], Kind]]:
    """A music room at work; gives a function that waits for the next event of a kind."""
    inbox: SimpleQueue[Posted] = SimpleQueue()
    music_room = MusicLoader(library, folder, inbox.put, **options)

    def following(kind: type[Kind]) -> Kind:
        try:
            while not isinstance(event := inbox.get(timeout=120), kind):
                pass
        except Empty:
            pytest.fail(f"no {kind.__name__} within two minutes")
        return event

    music_room.start()
    try:
        yield following
    finally:
        music_room.close()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    write(tmp_path / "music" / "a.wav", tone(4))
    return tmp_path / "music"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as library:
        yield library


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within two minutes: the watch or the analysis may be the first to miss a file."""
    until = time.monotonic() + 120
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


def titles(library: Library) -> list[str]:
    return [track.title for track in library.tracks()]


def test_music_that_comes_moves_and_goes_is_known_while_the_player_runs(
    library: Library, music: Path
) -> None:
    with room(library, music) as following:
        following(ScanDone)
        write(music / "new" / "b.wav", tone(4, hertz=500))
        assert following(ScanDone).added == 1
        assert titles(library) == ["A", "B"]
        library.rate(library.tracks()[1].id, 5)

        (music / "new").rename(music / "renamed")
        assert following(ScanDone).added == 0
        assert [(track.path.parent.name, track.rating) for track in library.tracks()] == [
            ("music", None),
            ("renamed", 5),
        ]

        (music / "renamed" / "b.wav").unlink()
        assert eventually(lambda: titles(library) == ["A"])


def test_what_is_remembered_plays_before_all_was_looked_through(library: Library, music: Path) -> None:
    library.scan(music)
    write(music / "b.wav", tone(4, hertz=500))
    with Library(library.path) as later, room(later, music) as following:
        assert (following(ScanDone).added, following(ScanDone).added) == (0, 1)


def test_a_music_folder_that_is_away_is_not_played_from_memory(library: Library, music: Path) -> None:
    library.scan(music)
    (music / "a.wav").unlink()
    with Library(library.path) as later, room(later, music) as following:
        (fault,) = following(ScanDone).faults

        assert "holds no music" in fault
        assert "A" not in titles(later)


def test_a_broken_file_is_told_once(library: Library, music: Path) -> None:
    (music / "bad.mp3").write_text("no sound")
    with room(library, music) as following:
        assert len(following(ScanDone).faults) == 1
        write(music / "c.wav", tone(4, hertz=700))
        assert following(ScanDone).faults == ()


def test_the_music_folder_is_left_alone_if_the_listener_wants_that(library: Library, music: Path) -> None:
    with room(library, music, watch=False) as following:
        following(ScanDone)
        write(music / "b.wav", tone(4, hertz=500))
        with Library(library.path) as other:
            other.rate(library.tracks()[0].id, 4)

        following(ScanDone)  # because of the stars
        assert [(track.title, track.rating) for track in library.tracks()] == [("A", 4)]


def test_without_music_of_ones_own_the_tracks_of_the_program_play(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with room(library, tmp_path / "empty") as following:
        (fault,) = following(ScanDone).faults

    assert "holds no music" in fault
    assert "playing the tracks that come with the program" in fault
    assert len(library.tracks()) == 28


def test_a_library_that_cannot_be_used_leaves_one_for_this_session(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_text("my diary " * 200)
    said: list[str] = []

    with ExitStack() as stack:
        library = open_library(MusicSettings(library=path), said.append, stack)
        library.scan(write(tmp_path / "music" / "a.wav", tone(4)).parent)

        assert titles(library) == ["A"]
    assert len(said) == 1
    assert "this session uses a library of its own" in said[0]
    assert path.read_text().startswith("my diary")


def test_a_folder_that_goes_and_comes_is_told_and_kept(library: Library, music: Path) -> None:
    with room(library, music) as following:
        following(ScanDone)
        music.rename(music.with_name("unplugged"))
        assert (
            following(FolderAway).message
            == f"{music}: your music folder is away; it is looked for all the time"
        )
        assert titles(library) == ["A"]
        music.with_name("unplugged").rename(music)
        assert following(FolderBack).message == f"{music}: your music folder is back"
        assert titles(library) == ["A"]


@pytest.mark.parametrize("watch", [True, False])
def test_a_folder_that_is_away_at_the_start_is_taken_up_when_it_comes(
    library: Library, music: Path, watch: bool
) -> None:
    library.scan(music)
    music.rename(music.with_name("unplugged"))
    with Library(library.path) as later, room(later, music, watch=watch) as following:
        (fault,) = following(ScanDone).faults
        assert fault.startswith(f"{music}: your music folder is away")
        assert len(titles(later)) == 28
        music.with_name("unplugged").rename(music)
        assert following(FolderBack).message == f"{music}: your music folder is back"
        assert titles(later) == ["A"]


def test_only_a_misspelt_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "music")
    (tmp_path / "notes.txt").write_text("no music")
    for away in (tmp_path / "disk" / "music", tmp_path / "link", Path("/media/nobody"), Path("/nowhere")):
        check_spelling(away)
        assert check_folder(away) == away
    with pytest.raises(LibraryError, match="there is no such music folder"):
        check_spelling(tmp_path / "musci")
    with pytest.raises(LibraryError, match="neither a music folder nor a playlist"):
        check_folder(tmp_path / "notes.txt")


def test_music_that_comes_into_an_empty_folder_takes_the_place_of_ours(
    library: Library, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with room(library, empty) as following:
        (fault,) = following(ScanDone).faults
        assert "holds no music" in fault
        assert len(titles(library)) > 1
        write(empty / "mine.wav", tone(4))
        following(ScanDone)
        assert eventually(lambda: titles(library) == ["Mine"])
