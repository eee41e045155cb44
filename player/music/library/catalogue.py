"""The playable tracks in memory, whole or as pages of what a text finds, quick in a library of any size.

Whoever changes the library brings this up to date in their own thread; readers only ever take a finished table.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from player.config import Loudness
from player.music.analysis.replaygain import album_gain_db
from player.music.library.database import Database
from player.music.library.search import Condition, SearchPage, matching
from player.music.track import MoodScale, Track
from recognizer.affect import Affect
from recognizer.words import printable

_ROWS = (
    "SELECT track.*, mood_correction.valence AS said_valence, mood_correction.arousal AS said_arousal"
    " FROM track LEFT JOIN mood_correction ON mood_correction.track_id = track.id"
)
_SLICE = 2000
_SCALE_DRIFT = 0.01
"""All ranks are counted anew once this share of the moods is new; until then, new ones are placed among the old."""


_Ids: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """`tracks` by path; `order` [tracks] holds their ids as they are listed, `places` [ids] where in it each id is.

    Ids that are not listed have place -1.
    """

    tracks: Mapping[int, Track]
    order: _Ids
    places: _Ids
    scale: MoodScale

    @classmethod
    def of(cls, tracks: Mapping[int, Track], order: Sequence[int], scale: MoodScale) -> _Table:
        """A table of these tracks in this order."""
        ids = np.array(order, np.int64)
        places = np.full(max(order, default=0) + 1, -1, np.int64)
        places[ids] = np.arange(len(ids))
        return cls(tracks, ids, places, scale)

    def in_order(self, ids: _Ids) -> _Ids:
        """Those of the ids that are listed, in the order of the list."""
        places = self.places[ids[ids < len(self.places)]]
        return self.order[np.sort(places[places >= 0])]


@dataclass(frozen=True, slots=True)
class _Found:
    """The ids that answered a text, in the order of the list, from a certain table."""

    text: str
    table: _Table
    ids: _Ids


class Catalogue:
    """The tracks that fulfil `shown`.

    `loudness` says whose gain makes them equally loud: each one's own, its album's (which keeps what is soft in it
    soft), or none. Methods may be called from any thread; all raise LibraryError.
    """

    def __init__(self, database: Database, shown: Callable[[], Condition], loudness: Loudness) -> None:
        self._database, self._shown, self._loudness = database, shown, loudness
        self._loading, self._changing = threading.Lock(), threading.Lock()
        self._table: _Table | None = None
        self._found: _Found | None = None
        self._touched: set[int] = set()
        self._new_moods = 0

    def tracks(self) -> tuple[Track, ...]:
        """All of them, by path."""
        return tuple(self._current().tracks.values())

    def track(self, track_id: int) -> Track | None:
        """One of them."""
        return self._current().tracks.get(track_id)

    def page(self, text: str, limit: int, offset: int) -> SearchPage:
        """Those from `offset` on, `limit` at most, that a text finds, by artist, album, disc and number."""
        table = self._current()
        ids = self._ids(" ".join(text.split()), table)
        return SearchPage(
            len(ids), tuple(table.tracks[track_id] for track_id in ids[offset : offset + limit].tolist())
        )

    def scale(self) -> MoodScale:
        """Where raw estimates stand among those of the tracks; a little behind while many are being analysed."""
        return self._current().scale

    def reload(self) -> None:
        """Read all tracks anew: they came, went or were renamed. Takes about a second for 50,000."""
        with self._loading:
            self._touched.clear()
            self._new_moods = 0
            table = self._read()
            with self._changing:
                for track_id in self._touched:
                    table = self._with(table, track_id)
                self._table = table

    def refresh(self, track_id: int) -> None:
        """Read one track anew; its mood is placed among those that are ranked already."""
        with self._changing:
            self._touched.add(track_id)
            if self._table is not None:
                self._table = self._with(self._table, track_id)

    def mood_added(self, track_id: int) -> None:
        """Read a track anew that has a mood since now; every now and then, rank all moods anew."""
        self._new_moods += 1
        table = self._table
        if table is not None and self._new_moods > _SCALE_DRIFT * len(table.scale):
            self.reload()
        else:
            self.refresh(track_id)

    def _current(self) -> _Table:
        if self._table is None:
            self.reload()
        table = self._table
        assert table is not None
        return table

    def _ids(self, text: str, table: _Table) -> _Ids:
        if not text:
            return table.order
        found = self._found
        if found is None or found.text != text or found.table is not table:
            wanted = matching(text)
            # One text of all ids: tens of thousands of rows would take ten times as long.
            query = f"SELECT group_concat(rowid) FROM track_search WHERE {wanted.sql}"
            ids = np.fromstring(self._database.rows(query, wanted.values)[0][0] or "", np.int64, sep=",")
            self._found = found = _Found(text, table, table.in_order(ids))
        return found.ids

    def _read(self) -> _Table:
        shown = self._shown()
        rows = list(self._rows_by_path(shown))
        scale = MoodScale([(row["valence"], row["arousal"]) for row in rows])
        moods = scale.moods([(row["valence"], row["arousal"]) for row in rows])
        gains = _album_gains(rows) if self._loudness == "album" else {}
        tracks = {
            row["id"]: _track(row, mood, self._gain_db(row, gains))
            for row, mood in zip(rows, moods, strict=True)
        }
        order = [row["id"] for row in sorted(rows, key=lambda row: row["sort_key"])]
        return _Table.of(tracks, order, scale)

    def _rows_by_path(self, shown: Condition) -> Iterator[sqlite3.Row]:
        """In slices, so that nobody who wants to write waits for long."""
        last = ""
        while True:
            wanted = shown & Condition("path > ?", (last,))
            query = f"{_ROWS} WHERE {wanted.sql} ORDER BY path LIMIT {_SLICE}"
            rows = self._database.rows(query, wanted.values)
            yield from rows
            if len(rows) < _SLICE:
                return
            last = rows[-1]["path"]

    def _with(self, table: _Table, track_id: int) -> _Table:
        """The table with one track as it is now, or without it where it can no longer be played."""
        wanted = self._shown() & Condition("track.id = ?", (track_id,))
        rows = self._database.rows(f"{_ROWS} WHERE {wanted.sql}", wanted.values)
        tracks = dict(table.tracks)
        if rows and track_id in tracks:
            (mood,) = table.scale.moods([(rows[0]["valence"], rows[0]["arousal"])])
            tracks[track_id] = _track(rows[0], mood, self._gain_db(rows[0], {}))
            return replace(table, tracks=tracks)
        if not rows and tracks.pop(track_id, None) is not None:
            return _Table.of(tracks, table.order[table.order != track_id].tolist(), table.scale)
        return table

    def _gain_db(self, row: sqlite3.Row, album_gains: Mapping[int, float]) -> float:
        """What the file states goes before what was measured, and an album's gain before a track's if wanted."""
        if self._loudness == "off":
            return 0.0
        track_gain = row["replaygain_track_db"]
        measured = row["gain_db"] if track_gain is None else track_gain
        if self._loudness == "track":
            return float(measured)
        stated = row["replaygain_album_db"]
        return float(album_gains.get(row["id"], measured) if stated is None else stated)


def _album_gains(rows: Iterable[sqlite3.Row]) -> dict[int, float]:
    """The measured gain of its album for each track of albums that lie in one folder and were analysed as a whole."""
    albums: dict[tuple[Path, str], list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        if row["album"]:
            albums[Path(row["path"]).parent, row["album"]].append(row)
    gains: dict[int, float] = {}
    for album in albums.values():
        if all(row["analysed"] for row in album):
            gain = album_gain_db([(row["gain_db"], row["duration_seconds"] or 0.0) for row in album])
            gains |= {row["id"]: gain for row in album}
    return gains


def _track(row: sqlite3.Row, mood: Affect, gain_db: float) -> Track:
    """A row of _ROWS as a track of this rank; the listener's own word about its mood wins."""
    corrected = row["said_valence"] is not None
    return Track(
        id=row["id"],
        path=Path(row["path"]),
        # Cleaned once more: libraries of older versions kept what a terminal would obey.
        title=printable(row["title"]),
        artist=printable(row["artist"]),
        album=printable(row["album"]),
        duration_seconds=row["duration_seconds"],
        valence=row["valence"],
        arousal=row["arousal"],
        mood=Affect(row["said_valence"], row["said_arousal"]) if corrected else mood,
        sound_start_seconds=row["sound_start_seconds"],
        gain_db=gain_db,
        rating=row["rating"],
        album_artist=printable(row["album_artist"]),
        track_number=row["track_number"],
        disc_number=row["disc_number"],
        corrected=corrected,
    )
