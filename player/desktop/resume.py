"""Resuming the last session: the state stored while the player runs, and its use in the next session.

It is written every few seconds and not only at the end, so that it also holds after a crash or a kill.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from player.config import POLICY_NAMES, Settings
from player.desktop.status import Status
from player.errors import LibraryError
from player.music.library.database import Database
from player.playback.director import Director
from player.playback.track_selector import TrackSelector

KEY = "last time"
WRITE_SECONDS = 5.0
"""Interval in which the position of a playing track is stored."""
SHORTEST_PAUSE_SECONDS = 1.0
"""Shortest interval between two writes, for instance while the volume is changed."""
LEAST_LEFT_SECONDS = 10.0
"""A track with less than this left is not resumed."""


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


@dataclass(frozen=True, slots=True)
class SavedSession:
    """State of a session. `configured_*` are the settings of that time: where they changed since, the settings win.

    `track_id` is None where there is no track to resume. `volume` is 0 to 1.
    """

    policy: str
    volume: float
    configured_policy: str
    configured_volume: float
    track_id: int | None = None
    position_seconds: float = 0.0


def saved_session_of(status: Status, configured: Settings) -> SavedSession:
    """The state to store at this instant."""
    left_seconds = status.duration_seconds - status.position_seconds
    worth_it = status.track_id is not None and (
        not status.duration_seconds or left_seconds > LEAST_LEFT_SECONDS
    )
    return SavedSession(
        policy=status.policy,
        volume=status.volume,
        configured_policy=configured.music.policy,
        configured_volume=configured.sound.volume,
        track_id=status.track_id if worth_it else None,
        position_seconds=round(status.position_seconds, 2) if worth_it else 0.0,
    )


def from_json(values: Any) -> SavedSession | None:
    """A SavedSession from JSON; None for anything else, since damaged data must not stop the player."""
    if not isinstance(values, Mapping):
        return None
    try:
        found = SavedSession(**values)
        found = replace(found, position_seconds=max(0.0, float(found.position_seconds)))
        whole = found.track_id is None or type(found.track_id) is int
        in_range = 0.0 <= found.volume <= 1.0 and found.position_seconds < float("inf")
    except (TypeError, ValueError):
        return None
    return found if whole and in_range and found.policy in POLICY_NAMES else None


def resumed(configured: Settings, last: SavedSession | None, policy_asked_for: bool = False) -> Settings:
    """The settings with the policy and the volume of the last session, where the settings did not change since.

    `policy_asked_for` says that the policy was named on the command line.
    """
    music, sound = configured.music, configured.sound
    if last is None:
        return configured
    if music.policy == last.configured_policy and not policy_asked_for:
        music = music.model_copy(update={"policy": last.policy})
    if sound.volume == last.configured_volume:
        sound = sound.model_copy(update={"volume": last.volume})
    return configured.model_copy(update={"music": music, "sound": sound})


class Resume:
    """Resumes the track of the last session once the music is known; nothing where the track is gone."""

    def __init__(self, director: Director, selector: TrackSelector, last: SavedSession | None) -> None:
        self._director, self._selector = director, selector
        self._last = last if last is not None and last.track_id is not None else None

    def tick(self, now: float) -> None:
        """Resume when due; `now` is time.monotonic()."""
        last = self._last
        if last is None or last.track_id is None or not len(self._selector):
            return
        self._last = None
        if self._director.current is None:
            self._director.go_on(last.track_id, last.position_seconds, now)


class SessionStore:
    """Reads the state of the last session and stores that of this one. A failing library is reported once.

    `configured` are the settings before `resumed` was applied.
    """

    def __init__(self, store: StateStore, configured: Settings, say: Callable[[str], None]) -> None:
        self._store, self._configured, self._say = store, configured, say
        self._latest: SavedSession | None = None
        self._written: SavedSession | None = None
        self._written_at = float("-inf")
        self._fault_said = False

    def saved_session(self) -> SavedSession | None:
        """State of the last session; None the first time."""
        try:
            return from_json(self._store.read(KEY))
        except LibraryError as error:
            self._fail(error)
            return None

    def note(self, status: Status, now: float) -> None:
        """Store the state when due; `now` is time.monotonic()."""
        latest = self._latest = saved_session_of(status, self._configured)
        passed_seconds = now - self._written_at
        if latest == self._written or passed_seconds < SHORTEST_PAUSE_SECONDS:
            return
        only_moved = self._written is not None and latest == replace(
            self._written, position_seconds=latest.position_seconds
        )
        if not only_moved or passed_seconds >= WRITE_SECONDS:
            self._write(latest, now)

    def close(self) -> None:
        """Store the final state."""
        if self._latest is not None and self._latest != self._written:
            self._write(self._latest, self._written_at)
            self._latest = None

    def _write(self, latest: SavedSession, now: float) -> None:
        self._written, self._written_at = latest, now
        try:
            self._store.write(KEY, asdict(latest))
        except LibraryError as error:
            self._fail(error)

    def _fail(self, error: LibraryError) -> None:
        if not self._fault_said:
            self._fault_said = True
            self._say(f"{error}; the next session will not go on where this one stops")
