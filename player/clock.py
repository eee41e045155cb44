"""Clocks: the system's own, and a virtual one for simulations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Tells two times. Whoever decides something is told `now` from here, and never asks the system itself."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back. For durations, and for `now` everywhere."""

    def wall(self) -> float:
        """Unix seconds (since 1970, UTC); for what is kept beyond the session, and for the hour of the day."""


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()


SYSTEM = SystemClock()


@dataclass(slots=True)
class VirtualClock:
    """Stands still until it is told that time passed. Both times begin where the fields say."""

    monotonic_seconds: float = 0.0
    wall_seconds: float = 0.0

    def monotonic(self) -> float:
        return self.monotonic_seconds

    def wall(self) -> float:
        return self.wall_seconds

    def advance(self, seconds: float) -> None:
        """Let time pass, zero or more. Raises ValueError for less: no clock here goes back."""
        if not seconds >= 0:
            raise ValueError(f"a clock cannot go on by {seconds} seconds")
        self.monotonic_seconds += seconds
        self.wall_seconds += seconds

    def set(self, monotonic_seconds: float, wall_seconds: float) -> None:
        """Make it a recorded moment, which may lie anywhere: people change their wall clocks."""
        self.monotonic_seconds, self.wall_seconds = monotonic_seconds, wall_seconds
