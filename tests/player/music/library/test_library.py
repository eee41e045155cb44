from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.errors import LibraryError
from player.music.analysis.sampling import SAMPLED_SECONDS
from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.history import HistoryStore
from player.music.library.library import Library
from player.music.track import Measured
from recognizer.affect import Affect
from tests.data import REPOSITORY
from tests.player.music.sounds import tone, write

NOW = 1_800_000_000.0
BRIGHT = Measured(duration_seconds=2.0, valence=6.0, arousal=6.5, sound_start_seconds=0.1, gain_db=-3.0)
DARK = Measured(duration_seconds=2.0, valence=4.0, arousal=3.5, sound_start_seconds=0.0, gain_db=1.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good tracks, one of them in a subfolder."""
    music = tmp_path / "music"
    for name in ("a.flac", "b.ogg", "deeper/c.wav"):
        write(music / name, tone(2))
    return music


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "data" / "library.sqlite") as library:
        yield library


def names(library: Library) -> list[str]:
    return [track.path.name for track in library.tracks()]


def test_a_scan_finds_the_music_in_all_subfolders_and_tells_how_far_it_is(
    library: Library, folder: Path
) -> None:
    progress: list[tuple[int, int]] = []

    report = library.scan(folder, lambda done, total: progress.append((done, total)))

    assert (report.added, report.updated, report.removed, report.failed) == (3, 0, 0, ())
    assert names(library) == ["a.flac", "b.ogg", "c.wav"]
    assert progress[-1] == (3, 3)


def test_new_tracks_are_playable_at_once_with_their_mood_unknown(library: Library, folder: Path) -> None:
    library.scan(folder)

    assert not any(track.mood_known for track in library.tracks())
    assert all(track.mood == Affect(0.0, 0.0) for track in library.tracks())
    assert len(library.pending()) == 3


def test_a_second_scan_looks_only_at_what_changed(library: Library, folder: Path) -> None:
    library.scan(folder)
    for pending in library.pending():
        library.store(pending.track_id, BRIGHT)

    unchanged = library.scan(folder)
    write(folder / "b.ogg", tone(3))
    changed = library.scan(folder)

    assert (unchanged.added, unchanged.updated) == (0, 0)
    assert (changed.added, changed.updated) == (0, 1)
    assert [pending.path.name for pending in library.pending()] == ["b.ogg"]


def test_what_was_known_of_a_file_comes_back_with_it(library: Library, folder: Path, tmp_path: Path) -> None:
    library.scan(folder)
    track = library.tracks()[0]
    library.store(track.id, BRIGHT)

    shutil.move(folder / "a.flac", tmp_path / "a.flac")
    gone = library.scan(folder)
    away = names(library)
    shutil.move(tmp_path / "a.flac", folder / "a.flac")
    library.scan(folder)

    assert gone.removed == 1
    assert away == ["b.ogg", "c.wav"]
    assert library.tracks()[0].id == track.id
    assert library.tracks()[0].valence == BRIGHT.valence


def test_moods_are_ranked_within_the_library(library: Library, folder: Path) -> None:
    library.scan(folder)
    dark, bright, unknown = library.tracks()
    library.store(dark.id, DARK)
    library.store(bright.id, BRIGHT)

    dark, bright, unknown = library.tracks()

    assert (dark.mood, bright.mood) == (Affect(-0.5, -0.5), Affect(0.5, 0.5))
    assert not unknown.mood_known
    assert (bright.sound_start_seconds, bright.gain_db) == (0.1, -3.0)


def test_broken_files_are_named_and_the_rest_goes_on(library: Library, folder: Path) -> None:
    (folder / "empty.mp3").touch()
    (folder / "letter.mp3").write_text("dear listener " * 500)
    (folder / "cover.jpg").write_bytes(b"\xff\xd8")

    report = library.scan(folder)

    assert report.added == 3
    assert sorted(line.split(": ", 1)[1] for line in report.lines()) == [
        "skipped, it holds no sound that can be played, whatever its name says",
        "skipped, it is empty",
    ]


def test_a_track_that_cannot_be_measured_is_played_and_tried_again_when_its_file_changes(
    library: Library, folder: Path
) -> None:
    library.scan(folder)
    track = library.tracks()[0]
    library.mark_unmeasured(track.id, "it is silent throughout")
    assert not library.scan(folder).failed
    assert names(library) == ["a.flac", "b.ogg", "c.wav"]
    assert track.path not in [pending.path for pending in library.pending()]
    write(track.path, tone(3))
    library.scan(folder)
    assert track.path in [pending.path for pending in library.pending()]


def test_long_recordings_wait_until_the_others_are_measured(library: Library, folder: Path) -> None:
    library.scan(folder)
    lengths = {"a.flac": 7200.0, "b.ogg": 200.0, "c.wav": 3600.0}
    with library.database.transaction() as connection:
        for name, seconds in lengths.items():
            connection.execute(
                "UPDATE track SET duration_seconds = ? WHERE path LIKE ?", (seconds, f"%{name}")
            )
    waiting = library.pending()
    assert [pending.path.name for pending in waiting] == ["b.ogg", "c.wav", "a.flac"]
    assert [pending.work_seconds for pending in waiting] == [200.0, SAMPLED_SECONDS, SAMPLED_SECONDS]


def test_only_the_folders_of_this_session_are_played(tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    write(other / "d.wav", tone(2))
    with Library(tmp_path / "library.sqlite") as first:
        first.scan(folder)
    with Library(tmp_path / "library.sqlite") as second:
        second.scan(other)

        assert names(second) == ["d.wav"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "there is no such music folder"),
        (lambda path: path.write_text("x"), "is a file"),
        (lambda path: path.mkdir(), "holds no music"),
    ],
)
def test_a_folder_without_music_is_refused_in_one_line(
    library: Library, tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    path = tmp_path / "wrong"
    make(path)

    with pytest.raises(LibraryError, match=reason) as caught:
        library.scan(path)
    assert "\n" not in str(caught.value)


_HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(60)
"""


def test_a_database_that_another_process_holds_gives_one_line(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Library(path).close()
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            with pytest.raises(LibraryError, match="another program holds the music library"):
                Library(path)
        finally:
            process.kill()


def test_a_database_that_is_none_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    path.write_text("my diary\n" * 200)

    with pytest.raises(LibraryError, match="move it away"):
        Library(path)
    assert path.read_text().startswith("my diary")


def test_a_database_of_a_newer_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(LibraryError, match="newer"):
        Library(path)


def test_a_place_where_nothing_may_be_written_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LibraryError, match="cannot be made"):
        Library(tmp_path / "file" / "library.sqlite")


_BUSY_WRITER = """
import sys
from pathlib import Path
from player.music.choice.history import HistoryStore
from player.music.library.library import Library
from player.music.choice.feedback import Feedback, FeedbackKind
library = Library(Path(sys.argv[1]))
store = HistoryStore(library.database)
library.scan(Path(sys.argv[2]))
track_id = library.tracks()[0].id
for number in range(10**9):
    store.record(Feedback(track_id, FeedbackKind.PLAY, float(number)))
    print(number, flush=True)
"""


def test_nothing_confirmed_is_lost_when_the_program_is_killed_while_writing(
    tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "library.sqlite"
    command = [sys.executable, "-c", _BUSY_WRITER, str(path), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        for _ in range(50):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        confirmed = 49 + sum(line.endswith("\n") for line in process.stdout)

    with Library(path) as library:
        assert len(library.tracks()) == 3
        store = HistoryStore(library.database)
        assert len(store.feedback()) >= confirmed + 1
        store.record(Feedback(library.tracks()[0].id, FeedbackKind.LIKE, time.time()))
