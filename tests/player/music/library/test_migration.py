from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from player.errors import LibraryError
from player.music.choice.feedback import FeedbackKind
from player.music.choice.history import HistoryStore
from player.music.library.database import Database
from player.music.library.library import Library
from player.music.library.schema import MIGRATIONS
from tests.player.music.sounds import tone, write

NOW = 1_800_000_000.0


def first_version(path: Path, music: Path) -> None:
    """A library as the first version wrote it: one analysed track that the listener likes."""
    file = write(music / "evening song.flac", tone(2))
    status = file.stat()
    with sqlite3.connect(path) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute(
            "INSERT INTO track (path, size_bytes, modified_ns, title, artist, album, analysed, valence, arousal)"
            " VALUES (?, ?, ?, 'Evening song', 'Élodie', '', 1, 6.0, 3.0)",
            (str(file), status.st_size, status.st_mtime_ns),
        )
        connection.execute("INSERT INTO feedback VALUES (1, 1, 'like', ?, 0.5, -0.5)", (NOW,))
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_a_library_of_the_first_version_keeps_its_tracks_and_what_the_listener_did(tmp_path: Path) -> None:
    first_version(tmp_path / "library.db", tmp_path / "music")

    with Library(tmp_path / "library.db") as library:
        (track,) = library.tracks()
        (act,) = HistoryStore(library.database).feedback()

        assert (track.title, track.valence, track.rating) == ("Evening song", 6.0, None)
        assert (act.track_id, act.kind, act.at_seconds) == (track.id, FeedbackKind.LIKE, NOW)
        assert library.search("elodie", 10).tracks == (track,)
        assert library.pending() == ()


def test_a_library_is_brought_up_to_date_only_once(tmp_path: Path) -> None:
    first_version(tmp_path / "library.db", tmp_path / "music")

    for _ in range(2):
        database = Database(tmp_path / "library.db")
        assert database.rows("PRAGMA user_version")[0][0] == len(MIGRATIONS)
        assert database.rows("PRAGMA integrity_check")[0][0] == "ok"
        database.close()


def test_a_migration_that_fails_leaves_the_library_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    first_version(path, tmp_path / "music")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE state (this_table_is_in_the_way)")
    connection.close()

    with pytest.raises(LibraryError, match="state already exists"):
        Library(path)

    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info (track)")]
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert "rating" not in columns
    connection.close()


def test_a_migrated_library_has_the_same_tables_as_a_new_one(tmp_path: Path) -> None:
    first_version(tmp_path / "old.db", tmp_path / "music")
    query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    found = []
    for name in ("old.db", "new.db"):
        database = Database(tmp_path / name)
        found.append([tuple(row) for row in database.rows(query)])
        database.close()

    assert found[0] == found[1]
