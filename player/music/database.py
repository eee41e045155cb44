"""The library's SQLite file: its tables, and plain words for what can go wrong with it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from player.errors import LibraryError

BUSY_SECONDS = 2.0
_VERSION = 1
_SCHEMA = """
CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    present INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT NOT NULL,
    duration_seconds REAL,
    analysed INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    valence REAL,
    arousal REAL,
    sound_start_seconds REAL NOT NULL DEFAULT 0,
    gain_db REAL NOT NULL DEFAULT 0
);
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id),
    kind TEXT NOT NULL,
    at_seconds REAL NOT NULL,
    valence REAL,
    arousal REAL
);
CREATE INDEX feedback_by_time ON feedback (at_seconds);
"""


class Database:
    """One connection that threads take in turn; every transaction is whole on disk or not there at all.

    Write-ahead logging keeps the file sound when the program is killed in the midst of a write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._in_plain_words():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with self._in_plain_words():
                self._prepare()
        except LibraryError:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection within one write transaction, rolled back if the body raises."""
        with self._lock, self._in_plain_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._in_plain_words():
            return self._connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise LibraryError(f"{self._path}: was written by a newer Sonrisa; update the program")
            if version < _VERSION:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise LibraryError(
                    f"{self._path}: another program holds the music library; close it and try again"
                ) from error
            raise LibraryError(f"{self._path}: the music library cannot be used ({error})") from error
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"{self._path}: is not a music library or is damaged ({error}); move it away and a new one is made"
            ) from error
        except OSError as error:
            raise LibraryError(
                f"{self._path}: the music library cannot be made ({error.strerror})"
            ) from error
