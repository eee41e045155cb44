"""The library's SQLite file: opened, brought up to date, and plain words for what can go wrong with it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from player.errors import LibraryError
from player.music.library.schema import MIGRATIONS

BUSY_SECONDS = 2.0


class Database:
    """One connection that threads take in turn; every transaction is whole on disk or not there at all.

    Write-ahead logging keeps the file intact when the program is killed during a write.
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

    def foreign_changes(self) -> int:
        """A number that is another one whenever somebody else has written to the file."""
        (version,) = self.rows("PRAGMA data_version")[0]
        return int(version)

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
            if version > len(MIGRATIONS):
                raise LibraryError(f"{self._path}: was written by a newer Sonrisa; update the program")
            for script in MIGRATIONS[version:]:
                for statement in _statements(script):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

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


class OneAtATime:
    """A lock between programs, held through a small SQLite file; the system frees it when its holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def taken(self) -> bool:
        """Whether it is ours: tries to take it and does not wait. Raises LibraryError where no file can be made."""
        if self._connection is not None:
            return True
        try:
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                connection.close()
                if "locked" in str(error):
                    return False
                raise
        except sqlite3.Error as error:
            raise LibraryError(f"{self._path}: cannot be written ({error})") from error
        self._connection = connection
        return True

    def give_back(self) -> None:
        """Free it; harmless when it is not ours."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; triggers hold semicolons of their own.

    `executescript` would end the transaction that makes a migration whole or nothing.
    """
    statement = ""
    for part in script.split(";")[:-1]:
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
