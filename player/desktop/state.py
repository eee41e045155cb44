"""Small things that outlive the session, by name, in the library's file: the table `state`."""

from __future__ import annotations

import json
from typing import Any

from player.music.library.database import Database


class StateStore:
    """Values that JSON can hold, each under a key. Methods raise LibraryError and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, key: str) -> Any:
        """What was written last; None where nothing was, or where it cannot be understood."""
        rows = self._database.rows("SELECT value FROM state WHERE key = ?", (key,))
        try:
            return json.loads(rows[0]["value"]) if rows else None
        except ValueError:
            return None

    def write(self, key: str, value: Any) -> None:
        """Keep a value; once this returns it outlives a kill."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO state (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, json.dumps(value)),
            )
