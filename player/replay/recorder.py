"""The recorder: writes every command to the director, and all that it read meanwhile, to the trace.

The director decides from its commands, the music, the time, and what the crossfader says of itself. All of these stand
still during a command and are written before it, so a new director that is given the same must decide the same.
"""

from __future__ import annotations

from collections.abc import Callable
from time import localtime
from typing import Any

from player.clock import Clock
from player.config import Settings
from player.core.trace import VERSION, Trace
from player.music.library.library import Library
from player.playback.commands import Command
from player.playback.director import Director
from player.playback.track_selector import TrackSelector
from player.replay.frozen import FrozenClock, FrozenFader, changes_since
from player.replay.history_rows import digest_of, read_rows
from player.replay.track_selector import TracedTrackSelector
from player.replay.values import written_call, written_order
from player.sound import Crossfader, FaderState

_ROWS_A_LINE = 500


class Recorder:
    """Records the commands between the session and the director."""

    def __init__(self, trace: Trace, clock: Clock) -> None:
        self.clock = FrozenClock(clock)
        self._trace = trace
        self._fader: FrozenFader | None = None
        self._fader_state, self._offset_seconds = FaderState(), self.clock.offset_seconds

    def write(self, event: str, **fields: object) -> None:
        """Write an event of the present moment."""
        self._trace.write(event, self.clock.now_seconds, **fields)

    def begin(self, settings: Settings, seed: int, library: Library) -> None:
        """Write what the session begins with: settings, seed, time of day, and what the library remembers."""
        kept = read_rows(library.database)
        self.write(
            "session",
            version=VERSION,
            wall_offset=self.clock.offset_seconds,
            zone=localtime(self.clock.wall()).tm_gmtoff,
            seed=seed,
            settings=settings.model_dump(mode="json"),
            library=digest_of(kept),
        )
        for table, rows in kept.items():
            for start in range(0, len(rows), _ROWS_A_LINE):
                self.write("kept", table=table, rows=rows[start : start + _ROWS_A_LINE])

    def director(
        self, library: Library, fader: Crossfader, settings: Settings, seed: int, say: Callable[[str], None]
    ) -> tuple[TrackSelector, Director]:
        """A track selector and a director whose inputs are written to the trace, after the start of the session."""
        self.begin(settings, seed, library)
        selector = TracedTrackSelector(library, say, self.clock, settings.music, seed, self.write)
        self._fader = FrozenFader(fader, lambda command: self.write("order", **written_order(command)))
        parts = (selector, self._fader, settings.music, settings.sound, self._trace.write, say)
        return selector, RecordedDirector(self, *parts)

    def begin_call(self, command: Command, now: float) -> float:
        """Let time and crossfader stand still, and write a command with what they say; returns the moment."""
        now = self.clock.hold(now)
        fields = written_call(command)
        if self.clock.offset_seconds != self._offset_seconds:
            self._offset_seconds = fields["wall_offset"] = self.clock.offset_seconds
        if self._fader is not None and (fader_state := self._fader.hold()) != self._fader_state:
            fields["heard"] = changes_since(self._fader_state, fader_state)
            self._fader_state = fader_state
        self.write("call", **fields)
        return now


class RecordedDirector(Director):
    """A director that has every command written before it is carried out."""

    def __init__(self, recorder: Recorder, *parts: Any) -> None:
        super().__init__(*parts)
        self._recorder = recorder

    def handle(self, command: Command, now: float) -> None:
        super().handle(command, self._recorder.begin_call(command, now))
