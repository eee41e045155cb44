"""Rows of the listener's history in the library, as far as choices depend on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from player.music.library.database import Database

Rows = list[dict[str, Any]]
HISTORY_TABLES = ("feedback", "response")


def read_rows(database: Database) -> dict[str, Rows]:
    """The rows of each of HISTORY_TABLES, in the order in which they were written."""
    return {
        table: [dict(row) for row in database.rows(f"SELECT * FROM {table} ORDER BY id")]
        for table in HISTORY_TABLES
    }


def digest_of(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """A short fingerprint of the rows: the same rows give the same one (SHA-256, its first 16 hex digits)."""
    text = json.dumps({table: list(rows) for table, rows in sorted(kept.items())}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def insert_rows(database: Database, kept: Mapping[str, Rows]) -> None:
    """Put the rows into an empty library. The tracks that they speak of need not be in it."""
    database.rows("PRAGMA foreign_keys = OFF")
    with database.transaction() as connection:
        for table, rows in kept.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
