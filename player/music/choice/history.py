"""The listener's history: feedback and mood responses, stored in the library's file."""

from __future__ import annotations

import sqlite3

from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.response import Response
from player.music.library.database import Database
from recognizer.affect import Affect


class HistoryStore:
    """Acts of the listener, and what tracks did to them. Any thread may call; all methods raise LibraryError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, act: Feedback) -> None:
        """Remember an act of the listener."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO feedback (track_id, kind, at_seconds, valence, arousal, wanted_valence, wanted_arousal,"
                " hour, volume, heard_share, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    act.track_id,
                    act.kind.value,
                    act.at_seconds,
                    *_pair(act.affect),
                    *_pair(act.wanted),
                    act.hour,
                    act.volume,
                    act.heard_share,
                    act.session,
                ),
            )

    def feedback(self) -> tuple[Feedback, ...]:
        """All the listener ever did, oldest first."""
        return tuple(map(_feedback, self._database.rows("SELECT * FROM feedback ORDER BY at_seconds, id")))

    def respond(self, response: Response) -> None:
        """Remember how the listener's mood moved while a track played."""
        before, after = response.before, response.after
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO response (track_id, at_seconds, heard_seconds, valence_before, arousal_before,"
                " valence_after, arousal_after) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    response.track_id,
                    response.at_seconds,
                    response.heard_seconds,
                    *_pair(before),
                    *_pair(after),
                ),
            )

    def responses(self) -> tuple[Response, ...]:
        """All responses, oldest first."""
        return tuple(map(_response, self._database.rows("SELECT * FROM response ORDER BY at_seconds, id")))


def _pair(affect: Affect | None) -> tuple[float | None, float | None]:
    return (affect.valence, affect.arousal) if affect is not None else (None, None)


def _affect(valence: float | None, arousal: float | None) -> Affect | None:
    return Affect(valence, arousal) if valence is not None and arousal is not None else None


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(
        track_id=row["track_id"],
        kind=FeedbackKind(row["kind"]),
        at_seconds=row["at_seconds"],
        affect=_affect(row["valence"], row["arousal"]),
        wanted=_affect(row["wanted_valence"], row["wanted_arousal"]),
        hour=row["hour"],
        volume=row["volume"],
        heard_share=row["heard_share"],
        session=row["session"],
    )


def _response(row: sqlite3.Row) -> Response:
    return Response(
        track_id=row["track_id"],
        at_seconds=row["at_seconds"],
        heard_seconds=row["heard_seconds"],
        before=Affect(row["valence_before"], row["arousal_before"]),
        after=Affect(row["valence_after"], row["arousal_after"]),
    )
