"""The library after its program was killed outright, in the midst of work."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from player.music.library.library import Library
from player.music.library.schema import MIGRATIONS
from tests.data import REPOSITORY
from tests.player.music.sounds import tone, write

_SCANNER = """
import sys
from pathlib import Path
from player.music.library.library import Library

with Library(Path(sys.argv[1])) as library:
    library.scan(Path(sys.argv[2]), lambda done, total: print(done, flush=True))
"""

_MIGRATOR = """
import os, signal, sys
from pathlib import Path
from player.music.library import database
from player.music.library.schema import MIGRATIONS

whole = database._statements

def killed_before_the_last(script):
    *all_but_the_last, _ = whole(script)
    yield from all_but_the_last
    os.kill(os.getpid(), signal.SIGKILL)

database._statements = killed_before_the_last
database.Database(Path(sys.argv[1]))
"""


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A thousand files that share one sound."""
    folder = tmp_path / "music"
    first = write(folder / "0000.wav", tone(0.3))
    for number in range(1, 1000):
        os.link(first, folder / f"{number:04d}.wav")
    return folder


def run(script: str, *arguments: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)


def kept(path: Path) -> int:
    """How many tracks there are, after a check that file and search index are whole."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.execute("INSERT INTO track_search (track_search, rank) VALUES ('integrity-check', 1)")
        (count,) = connection.execute("SELECT COUNT(*) FROM track").fetchone()
    connection.close()
    return int(count)


def test_a_scan_that_is_killed_again_and_again_loses_nothing_and_goes_on(tmp_path: Path, music: Path) -> None:
    path = tmp_path / "library.db"
    counts = []
    for lines_before_the_end in (2, 3):
        with run(_SCANNER, path, music) as process:
            assert process.stdout is not None
            for _ in range(lines_before_the_end):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        counts.append(kept(path))

    with Library(path) as library:
        report = library.scan(music)

        assert 200 <= counts[0] <= counts[1] <= 1000
        assert report.added == 1000 - counts[1]
        assert len(library.tracks()) == library.search("", 1).total == 1000


def test_a_library_whose_migration_was_killed_is_still_of_the_first_version_and_migrates_then(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute(
            "INSERT INTO track (path, size_bytes, modified_ns, title, artist, album) VALUES ('/a', 1, 1, 'A', '', '')"
        )
        connection.execute("INSERT INTO feedback VALUES (1, 1, 'like', 1.0, NULL, NULL)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()

    with run(_MIGRATOR, path) as process:
        process.wait()
    with sqlite3.connect(path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()

    assert process.returncode == -signal.SIGKILL
    assert version == (1,)
    with Library(path) as library:
        assert [track.title for track in library.search("a", 5).tracks] == ["A"]
        assert len(library.database.rows("SELECT * FROM feedback")) == 1
    assert kept(path) == 1
