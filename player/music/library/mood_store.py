"""How tracks feel along their way, and what the listener says about them: kept in the library's file."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from player.music.analysis.mood_curve import MoodCurve, RawCurve
from player.music.library.database import Database
from player.music.track import MoodScale
from recognizer.affect import Affect

_NUMBERS = np.dtype("<f4")


class MoodStore:
    """Curves and corrections by track. Methods may be called from any thread; all raise LibraryError.

    `scale` gives the places of raw estimates within the library as it stands, as for `Track.mood`.
    """

    def __init__(self, database: Database, scale: Callable[[], MoodScale]) -> None:
        self._database, self._scale = database, scale

    def curve(self, track_id: int) -> MoodCurve | None:
        """The mood along a track, moved to where the listener says it belongs; None while it is not known."""
        rows = self._database.rows(
            "SELECT mood_curve.*, track.valence AS whole_valence, track.arousal AS whole_arousal"
            " FROM mood_curve JOIN track ON track.id = track_id WHERE track_id = ? AND track.valence IS NOT NULL",
            (track_id,),
        )
        if not rows or not rows[0]["valence"]:
            return None
        raw = np.stack([_unpacked(rows[0]["valence"]), _unpacked(rows[0]["arousal"])], axis=1)
        whole = (rows[0]["whole_valence"], rows[0]["whole_arousal"])
        own_place, *places = self._scale().moods([whole, *_without_gaps(raw)])
        curve = MoodCurve(
            rows[0]["step_seconds"],
            tuple(place.valence for place in places),
            tuple(place.arousal for place in places),
            frozenset(np.flatnonzero(np.isnan(raw[:, 0])).tolist()),
        )
        said = self.correction(track_id)
        if said is None:
            return curve
        return curve.moved(said.valence - own_place.valence, said.arousal - own_place.arousal)

    def correction(self, track_id: int) -> Affect | None:
        """What the listener said about a track's mood, None where they said nothing."""
        rows = self._database.rows(
            "SELECT valence, arousal FROM mood_correction WHERE track_id = ?", (track_id,)
        )
        return Affect(rows[0]["valence"], rows[0]["arousal"]) if rows else None

    def correct(self, track_id: int, mood: Affect | None, at_seconds: float) -> None:
        """Keep the listener's word, said at a Unix time, which wins over every estimate; None takes it back."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM mood_correction WHERE track_id = ?", (track_id,))
            if mood is not None:
                connection.execute(
                    "INSERT INTO mood_correction (track_id, valence, arousal, at_seconds) VALUES (?, ?, ?, ?)",
                    (track_id, mood.valence, mood.arousal, at_seconds),
                )

    def renew(self, model: str) -> None:
        """Let all tracks be measured again whose mood another model estimated; until then the old one counts."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE track SET analysed = 0"
                " WHERE analysed = 1 AND id NOT IN (SELECT track_id FROM mood_curve WHERE model = ?)",
                (model,),
            )


def keep_curve(connection: sqlite3.Connection, track_id: int, curve: RawCurve | None, model: str) -> None:
    """Write what an analysis by this model found along a track, within a transaction of the caller's."""
    found = curve or RawCurve(1.0, (), ())
    connection.execute(
        "INSERT OR REPLACE INTO mood_curve (track_id, step_seconds, valence, arousal, model)"
        " VALUES (?, ?, ?, ?, ?)",
        (track_id, found.step_seconds, _packed(found.valence), _packed(found.arousal), model),
    )


def _packed(values: Sequence[float | None]) -> bytes:
    return np.array([math.nan if value is None else value for value in values], _NUMBERS).tobytes()


def _unpacked(content: bytes) -> NDArray[np.float64]:
    return np.frombuffer(content, _NUMBERS).astype(np.float64)


def _without_gaps(raw: NDArray[np.float64]) -> list[tuple[float, float]]:
    """The pairs of [stretches, 2]; where there is no sound, what lies between the sounds around."""
    heard = np.flatnonzero(~np.isnan(raw[:, 0]))
    every = np.arange(len(raw))
    valence, arousal = (np.interp(every, heard, raw[heard, axis]) for axis in (0, 1))
    return list(zip(valence.tolist(), arousal.tolist(), strict=True))
