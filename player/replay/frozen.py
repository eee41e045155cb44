"""A clock and a crossfader that are frozen during a call of the director, so that their state can be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from player.clock import Clock
from player.replay.values import adapter_of
from player.sound import Crossfader

DRIFT_SECONDS = 0.05
"""From this difference on the time of day is taken anew: somebody set the clock, or the machine slept."""


@dataclass(frozen=True, slots=True)
class FaderState:
    """State of the crossfader at one moment; `position_seconds` within the playing track."""

    playing: Path | None = None
    paused: bool = False
    position_seconds: float = 0.0

    def since(self, before: FaderState) -> dict[str, Any]:
        """The fields that became others, as JSON."""
        old, new = (adapter_of(FaderState).dump_python(each, mode="json") for each in (before, self))
        return {name: value for name, value in new.items() if old[name] != value}

    def after(self, changes: dict[str, Any]) -> FaderState:
        """The moment that `since` described. Raises ValueError for other fields or values."""
        fields = adapter_of(FaderState).dump_python(self, mode="json")
        if changes.keys() - fields.keys():
            raise ValueError(f"a crossfader says nothing of {', '.join(changes.keys() - fields.keys())}")
        after: FaderState = adapter_of(FaderState).validate_python(fields | changes)
        return after


class OnCommand(Protocol):
    """Receives every command to the crossfader: its name, and its arguments by name."""

    def __call__(self, order: str, **arguments: object) -> None: ...


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
    """A crossfader with the state of the last `hold`; passes every command on, and reports it to `on_order`.

    Without an `inner` crossfader the orders go nowhere else: `fader_state` is then set from outside, from a trace.
    """

    def __init__(self, inner: Crossfader | None, on_order: OnCommand) -> None:
        self._inner, self._on_order = inner, on_order
        self.fader_state = FaderState()

    def hold(self) -> FaderState:
        """Take the inner crossfader's state as it is now; returns it, the position in whole milliseconds."""
        if self._inner is not None:
            position = round(self._inner.position_seconds, 3)
            self.fader_state = FaderState(self._inner.playing, self._inner.paused, position)
        return self.fader_state

    @property
    def playing(self) -> Path | None:
        return self.fader_state.playing

    @property
    def paused(self) -> bool:
        return self.fader_state.paused

    @property
    def position_seconds(self) -> float:
        return self.fader_state.position_seconds

    def prepare(self, path: Path, start_seconds: float = 0.0) -> None:
        self._on_order("prepare", track=str(path), start_seconds=start_seconds)
        if self._inner is not None:
            self._inner.prepare(path, start_seconds)

    def play(
        self, path: Path, start_seconds: float = 0.0, fade_seconds: float = 1.0, gain_db: float = 0.0
    ) -> None:
        self._on_order(
            "play", track=str(path), start_seconds=start_seconds, fade_seconds=fade_seconds, gain_db=gain_db
        )
        if self._inner is not None:
            self._inner.play(path, start_seconds, fade_seconds, gain_db)

    def follow(self, path: Path, start_seconds: float = 0.0, gain_db: float = 0.0) -> None:
        self._on_order("follow", track=str(path), start_seconds=start_seconds, gain_db=gain_db)
        if self._inner is not None:
            self._inner.follow(path, start_seconds, gain_db)

    def pause(self) -> None:
        self._on_order("pause")
        if self._inner is not None:
            self._inner.pause()

    def resume(self) -> None:
        self._on_order("resume")
        if self._inner is not None:
            self._inner.resume()

    def set_volume(self, amplitude: float) -> None:
        self._on_order("volume", amplitude=amplitude)
        if self._inner is not None:
            self._inner.set_volume(amplitude)
