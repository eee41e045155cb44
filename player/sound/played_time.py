"""Position in a track by the clock: smooth where an engine's own position jumps or lags."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]


class PlayedTime:
    """Seconds from a track's beginning; they advance between run() and hold()."""

    def __init__(self, start_seconds: float, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._passed_seconds = start_seconds
        self._running_since: float | None = None

    @property
    def running_since(self) -> float | None:
        """Clock time of the last run(); None while held."""
        return self._running_since

    @property
    def seconds(self) -> float:
        """The position now."""
        running = 0.0 if self._running_since is None else self._clock() - self._running_since
        return self._passed_seconds + running

    def run(self) -> None:
        """Advance from now on; may be called again."""
        if self._running_since is None:
            self._running_since = self._clock()

    def hold(self) -> None:
        """Keep the position; may be called again."""
        self._passed_seconds, self._running_since = self.seconds, None
