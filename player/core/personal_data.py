"""Personal data of the listener: counted, exported to a file, and deleted for good.

All of it is in the library's file. The tracks themselves are not personal data: they stay.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from player.errors import LibraryError
from player.messages.view_state import MemoryView
from player.music.library.database import Database

TABLES = ("feedback", "response", "mood_correction", "person", "state")
"""Everything that is about the listener and not about the music, beside the stars of a track."""

_EXPORTED = {
    "plays_and_verdicts": "SELECT track.path, feedback.* FROM feedback JOIN track ON track.id = feedback.track_id"
    " ORDER BY feedback.at_seconds, feedback.id",
    "responses": "SELECT track.path, response.* FROM response JOIN track ON track.id = response.track_id"
    " ORDER BY response.at_seconds, response.id",
    "corrected_moods": "SELECT track.path, mood_correction.* FROM mood_correction"
    " JOIN track ON track.id = mood_correction.track_id ORDER BY track.path",
    "stars": "SELECT path, rating FROM track WHERE rating > 0 ORDER BY path",
    "people": "SELECT * FROM person ORDER BY name",
    "state": "SELECT key, value FROM state ORDER BY key",
}
_COUNTS = """
SELECT (SELECT COUNT(*) FROM feedback WHERE kind = 'play') AS plays,
       (SELECT COUNT(*) FROM feedback WHERE kind <> 'play') + (SELECT COUNT(*) FROM track WHERE rating > 0) AS verdicts,
       (SELECT COUNT(*) FROM mood_correction) AS corrections,
       (SELECT COUNT(*) FROM person) AS people
"""


class PersonalData:
    """The personal data in a library. All methods raise LibraryError where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> MemoryView:
        """Counts of the stored data."""
        (row,) = self._database.rows(_COUNTS)
        return MemoryView(row["plays"], row["verdicts"], row["corrections"], row["people"])

    def export(self, path: Path) -> None:
        """Write all of it as JSON, readable by its owner only; a file that is there already is not overwritten.

        Times are Unix seconds; what is not text or a number stands in base64. Raises LibraryError with one line
        where the file cannot be written.
        """
        found = {name: _plain(self._database.rows(query)) for name, query in _EXPORTED.items()}
        made = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"format": 1, "made": made, **found}, indent=1, ensure_ascii=False)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise LibraryError(f"{path}: is there already; name a new file") from error
        except OSError as error:
            raise LibraryError(f"{path}: cannot be written ({error.strerror})") from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")

    def delete(self) -> None:
        """Delete all of it for good: what was written is overwritten, in the file and in its log."""
        self._database.rows("PRAGMA secure_delete = ON")
        with self._database.transaction() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")
            connection.execute("UPDATE track SET rating = NULL WHERE rating IS NOT NULL")
        self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def export_path(folder: Path, day: str) -> Path:
    """A name for an export in a folder that no file has yet; `day` is like 2024-05-31."""
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    paths = (folder / f"sonrisa-memory-{day}{number}.json" for number in numbers)
    return next((path for path in paths if not path.exists()), folder / f"sonrisa-memory-{day}-1000.json")


def _plain(rows: Iterable[sqlite3.Row]) -> list[dict[str, Any]]:
    return [
        {
            key: base64.b64encode(row[key]).decode() if isinstance(row[key], bytes) else row[key]
            for key in row.keys()  # noqa: SIM118 - a sqlite3.Row iterates over its values
        }
        for row in rows
    ]
