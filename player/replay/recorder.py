"""Writes a session so that it can be run again: every call that reaches the director, and all that it was told then.

The director decides from its calls, the music, the time, and what the crossfader says of itself. All of these stand
still during a call and are written before it, so a new director that is given the same must decide the same.
"""

from __future__ import annotations

from collections.abc import Callable
from time import localtime
from typing import Any

from player.clock import Clock
from player.config import Settings
from player.core.trace import VERSION, Trace
from player.music.library.library import Library
from player.playback.director import Director
from player.playback.track_selector import TrackSelector
from player.replay.frozen import Heard, HeldClock, HeldFader
from player.replay.history_rows import digest_of, kept_rows
from player.replay.track_selector import TracedTrackSelector
from player.replay.values import NOW, Method, Signature, public_methods
from player.sound import Crossfader

_ROWS_A_LINE = 500


class Recorder:
    """Stands between the session and the director while a trace is written."""

    def __init__(self, trace: Trace, clock: Clock) -> None:
        self.clock = HeldClock(clock)
        self._system, self._trace = clock, trace
        self._fader: HeldFader | None = None
        self._heard, self._offset_seconds = Heard(), self.clock.offset_seconds
        self._within = False

    def tell(self, event: str, **fields: object) -> None:
        """Write an event of the present moment."""
        self._trace.write(event, self.clock.now_seconds, **fields)

    def begin(self, settings: Settings, seed: int, library: Library) -> None:
        """Write what the session begins with: settings, seed, time of day, and what the library remembers."""
        kept = kept_rows(library.database)
        self.tell(
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
                self.tell("kept", table=table, rows=rows[start : start + _ROWS_A_LINE])

    def director(
        self, library: Library, fader: Crossfader, settings: Settings, seed: int, say: Callable[[str], None]
    ) -> tuple[TrackSelector, Director]:
        """A track selector and a director whose inputs are written to the trace, after the start of the session."""
        self.begin(settings, seed, library)
        selector = TracedTrackSelector(library, say, self.clock, settings.music, seed, self.tell)
        self._fader = HeldFader(fader, self._tell_order)
        director = Director(selector, self._fader, settings.music, settings.sound, self._trace.write, say)
        self.attach(director)
        return selector, director

    def attach(self, director: Director) -> None:
        """Write every call of this director's public methods from now on, each before it is done.

        The methods of this one director are exchanged. What it calls of its own accord is not written.
        """
        for name, method in public_methods(director).items():
            setattr(director, name, self._written(name, method))

    def _written(self, name: str, method: Method) -> Method:
        signature = Signature(method)

        def call(*values: object, **by_name: object) -> object:
            if self._within:
                return method(*values, **by_name)
            arguments = signature.named(values, by_name)
            self._within = True
            try:
                now = self.clock.hold(float(arguments.get(NOW, self._system.monotonic())))
                self._tell_call(name, signature.written(arguments))
                return method(**arguments | ({NOW: now} if signature.timed else {}))
            finally:
                self._within = False

        return call

    def _tell_order(self, order: str, **arguments: object) -> None:
        self.tell("order", order=order, **arguments)

    def _tell_call(self, name: str, arguments: dict[str, Any]) -> None:
        fields: dict[str, Any] = {"arguments": arguments} if arguments else {}
        if self.clock.offset_seconds != self._offset_seconds:
            self._offset_seconds = fields["wall_offset"] = self.clock.offset_seconds
        if self._fader is not None and (heard := self._fader.hold()) != self._heard:
            fields["heard"] = heard.since(self._heard)
            self._heard = heard
        self.tell("call", name=name, **fields)
