"""The recorder: writes every call of the director, and all that it read meanwhile, to the trace.

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
from player.replay.frozen import FaderState, FrozenClock, FrozenFader
from player.replay.history_rows import digest_of, read_rows
from player.replay.track_selector import TracedTrackSelector
from player.replay.values import NOW, Method, Signature, public_methods
from player.sound import Crossfader

_ROWS_A_LINE = 500


class Recorder:
    """Records the calls between the session and the director."""

    def __init__(self, trace: Trace, clock: Clock) -> None:
        self.clock = FrozenClock(clock)
        self._system, self._trace = clock, trace
        self._fader: FrozenFader | None = None
        self._fader_state, self._offset_seconds = FaderState(), self.clock.offset_seconds
        self._within = False

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
        self._fader = FrozenFader(fader, self._write_order)
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
                self._write_call(name, signature.written(arguments))
                return method(**arguments | ({NOW: now} if signature.timed else {}))
            finally:
                self._within = False

        return call

    def _write_order(self, order: str, **arguments: object) -> None:
        self.write("order", order=order, **arguments)

    def _write_call(self, name: str, arguments: dict[str, Any]) -> None:
        fields: dict[str, Any] = {"arguments": arguments} if arguments else {}
        if self.clock.offset_seconds != self._offset_seconds:
            self._offset_seconds = fields["wall_offset"] = self.clock.offset_seconds
        if self._fader is not None and (fader_state := self._fader.hold()) != self._fader_state:
            fields["heard"] = fader_state.since(self._fader_state)
            self._fader_state = fader_state
        self.write("call", name=name, **fields)
