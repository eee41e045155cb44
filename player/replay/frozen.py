"""A clock and a crossfader that are frozen during a command to the director, so that their state can be recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from player.clock import Clock
from player.replay.values import adapter_of
from player.sound import Crossfader, FaderState, SoundCommand

DRIFT_SECONDS = 0.05
"""From this difference on the time of day is taken anew: somebody set the clock, or the machine slept."""


def changes_since(before: FaderState, after: FaderState) -> dict[str, Any]:
    """The fields that became others, as JSON."""
    old, new = (adapter_of(FaderState).dump_python(each, mode="json") for each in (before, after))
    return {name: value for name, value in new.items() if old[name] != value}


def changed(before: FaderState, changes: dict[str, Any]) -> FaderState:
    """The state that `changes_since` described. Raises ValueError for other fields or values."""
    fields = adapter_of(FaderState).dump_python(before, mode="json")
    if changes.keys() - fields.keys():
        raise ValueError(f"a crossfader says nothing of {', '.join(changes.keys() - fields.keys())}")
    after: FaderState = adapter_of(FaderState).validate_python(fields | changes)
    return after


class FrozenClock:
    """A clock that shows the time of the last `hold`, in whole microseconds.

    The time of day is the monotonic time and an offset, which changes only where the two clocks drift apart.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.now_seconds = 0.0
        self.offset_seconds = 0.0
        self.hold(clock.monotonic())

    def hold(self, now_seconds: float) -> float:
        """Show this monotonic moment from now on, rounded; returns it."""
        offset = self._clock.wall() - self._clock.monotonic()
        if abs(offset - self.offset_seconds) > DRIFT_SECONDS:
            self.offset_seconds = round(offset, 6)
        self.now_seconds = round(now_seconds, 6)
        return self.now_seconds

    def monotonic(self) -> float:
        return self.now_seconds

    def wall(self) -> float:
        return self.now_seconds + self.offset_seconds


class FrozenFader(Crossfader):
    """A crossfader with the state of the last `hold`; passes every command on, and reports it to `on_command`.

    Without an `inner` crossfader the commands go nowhere else: `frozen` is then set from outside, from a trace.
    """

    def __init__(self, inner: Crossfader | None, on_command: Callable[[SoundCommand], None]) -> None:
        self._inner, self._on_command = inner, on_command
        self.frozen = FaderState()

    def hold(self) -> FaderState:
        """Take the inner crossfader's state as it is now; returns it, the position in whole milliseconds."""
        if self._inner is not None:
            state = self._inner.state
            self.frozen = replace(state, position_seconds=round(state.position_seconds, 3))
        return self.frozen

    @property
    def state(self) -> FaderState:
        return self.frozen

    def send(self, command: SoundCommand) -> None:
        self._on_command(command)
        if self._inner is not None:
            self._inner.send(command)
