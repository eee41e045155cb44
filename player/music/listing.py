"""The tracks of a library as pages for the eye: whole or searched, quick at any place of a long list."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.music.database import Database
from player.music.search import Condition, SearchPage, matching
from player.music.track import MoodScale, Track
from recognizer.affect import Affect

TRACK_ROWS = (
    "SELECT track.*, mood_correction.valence AS said_valence, mood_correction.arousal AS said_arousal"
    " FROM track LEFT JOIN mood_correction ON mood_correction.track_id = track.id"
)
"""What `track_of` needs of each track."""

_SCALE_DRIFT = 0.01
"""The ranks of moods are counted anew once this share of the tracks was analysed since."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The ids that answered a text, in the order of the list, while the library was in a certain state."""

    text: str
    state: tuple[int, int]
    ids: array[int]


class Listing:
    """Pages of the tracks that fulfil `shown`, by artist, album, disc and number.

    The ids of the list that was asked for last are kept (8 bytes each), so that scrolling reads only the rows seen.
    Methods may be called from any thread.
    """

    def __init__(self, database: Database, shown: Callable[[], Condition]) -> None:
        self._database, self._shown = database, shown
        self._changes = self._analysed = 0
        self._found: _Found | None = None
        self._scale: MoodScale | None = None

    def changed(self) -> None:
        """Forget what was found: tracks came, went or were renamed."""
        self._changes += 1
        self._scale = None

    def analysed(self) -> None:
        """Note that one more track has a mood."""
        self._analysed += 1

    def page(self, text: str, limit: int, offset: int) -> SearchPage:
        """The tracks from `offset` on, `limit` at most, among those that a text finds."""
        ids = self._ids(text)
        wanted = list(ids[offset : offset + limit])
        marks = ", ".join("?" * len(wanted))
        rows = self._database.rows(f"{TRACK_ROWS} WHERE track.id IN ({marks})", tuple(wanted))
        by_id = {row["id"]: row for row in rows}
        there = [by_id[track_id] for track_id in wanted if track_id in by_id]
        moods = self.scale().moods([(row["valence"], row["arousal"]) for row in there])
        return SearchPage(len(ids), tuple(map(track_of, there, moods)))

    def scale(self) -> MoodScale:
        """Where raw estimates stand among those of the tracks; a little behind while many are being analysed."""
        scale = self._scale
        if scale is None or self._analysed > _SCALE_DRIFT * len(scale):
            self._analysed = 0
            shown = self._shown()
            rows = self._database.rows(f"SELECT valence, arousal FROM track WHERE {shown.sql}", shown.values)
            self._scale = scale = MoodScale([(row["valence"], row["arousal"]) for row in rows])
        return scale

    def _ids(self, text: str) -> array[int]:
        text = " ".join(text.split())
        state = (self._changes, self._database.foreign_changes())
        found = self._found
        if found is None or (found.text, found.state) != (text, state):
            wanted = self._shown() & matching(text)
            rows = self._database.rows(
                f"SELECT id FROM track WHERE {wanted.sql} ORDER BY sort_key, path", wanted.values
            )
            self._found = found = _Found(text, state, array("q", (row["id"] for row in rows)))
        return found.ids


def track_of(row: sqlite3.Row, mood: Affect) -> Track:
    """A row of TRACK_ROWS as a track with this rank; the listener's own word about its mood wins."""
    corrected = row["said_valence"] is not None
    return Track(
        id=row["id"],
        path=Path(row["path"]),
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        duration_seconds=row["duration_seconds"],
        valence=row["valence"],
        arousal=row["arousal"],
        mood=Affect(row["said_valence"], row["said_arousal"]) if corrected else mood,
        sound_start_seconds=row["sound_start_seconds"],
        gain_db=row["gain_db"],
        rating=row["rating"],
        album_artist=row["album_artist"],
        track_number=row["track_number"],
        disc_number=row["disc_number"],
        corrected=corrected,
    )
