from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.library.folder_watch import (
    LONGEST_WAIT_SECONDS,
    MOST_PLACES,
    QUIET_SECONDS,
    Changes,
    changed_places,
    place_of,
)
from tests.player.music.sounds import tone, write

ROOT = Path("/music")


def test_a_place_is_looked_at_once_it_has_come_to_rest() -> None:
    changes = Changes(ROOT)
    changes.add([ROOT / "a"], now=10.0)
    changes.add([ROOT / "a"], now=11.5)

    assert changes.due(11.5 + QUIET_SECONDS - 0.1) == ()
    assert changes.due(11.5 + QUIET_SECONDS) == (ROOT / "a",)
    assert changes.due(100.0) == ()


def test_endless_changes_do_not_put_it_off_for_ever() -> None:
    changes = Changes(ROOT)
    seconds = 0.0
    while not (due := changes.due(seconds)):
        changes.add([ROOT / "a"], seconds)
        seconds += 1.0

    assert due == (ROOT / "a",)
    assert seconds == pytest.approx(LONGEST_WAIT_SECONDS, abs=1)


def test_a_place_inside_another_is_looked_at_with_that_one() -> None:
    changes = Changes(ROOT)
    changes.add([ROOT / "a" / "b" / "c", ROOT / "a", ROOT / "ab"], now=0.0)

    assert changes.due(QUIET_SECONDS) == (ROOT / "a", ROOT / "ab")


@given(st.sets(st.integers(0, 500), min_size=1))
def test_many_places_are_one_look_at_all(names: set[int]) -> None:
    changes = Changes(ROOT)
    changes.add([ROOT / str(name) for name in names], now=0.0)

    each = tuple(sorted(ROOT / str(name) for name in names))
    assert changes.due(QUIET_SECONDS) == ((ROOT,) if len(names) > MOST_PLACES else each)


def test_only_what_can_concern_music_counts(tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").touch()

    assert place_of(tmp_path / "song.MP3", tmp_path) == tmp_path
    assert place_of(tmp_path, tmp_path) == tmp_path
    assert place_of(tmp_path / "a folder that is gone", tmp_path) == tmp_path / "a folder that is gone"
    assert place_of(tmp_path / "cover.jpg", tmp_path) is None
    assert place_of(tmp_path / ".song.mp3.part", tmp_path) is None
    assert place_of(tmp_path / ".Trash-1000" / "files" / "song.mp3", tmp_path) is None


@contextmanager
def watching(folder: Path) -> Iterator[Callable[[], tuple[Path, ...]]]:
    """Gives a function that waits for the next places in which something changed."""
    stop, found = threading.Event(), SimpleQueue[tuple[Path, ...]]()

    def watch() -> None:
        for places in changed_places(folder, stop):
            found.put(places)

    def following() -> tuple[Path, ...]:
        try:
            while not (places := found.get(timeout=60)):
                pass
        except Empty:
            pytest.fail("nothing was noticed within a minute")
        return places

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        assert following() == (folder,), (
            "looked through once: what came before the watch began would be missed"
        )
        yield following
    finally:
        stop.set()
        thread.join()


def test_files_that_come_and_go_are_noticed(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / "album").mkdir(parents=True)
    with watching(music) as following:
        write(music / "album" / "a.wav", tone(0.2))
        assert following() == (music / "album",)

        shutil.rmtree(music / "album")
        assert music / "album" in following()


def test_a_folder_that_goes_away_is_looked_through_when_it_is_back(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    with watching(music) as following:
        music.rename(tmp_path / "unplugged")
        write(tmp_path / "unplugged" / "b.wav", tone(0.2))
        (tmp_path / "unplugged").rename(music)

        assert following() == (music,)
