"""Speed of recognition: pictures per second, and the latency from a picture to its reading."""

from __future__ import annotations

from collections import deque

_WINDOW_SECONDS = 2.0
_FEWEST = 3


class SpeedMeter:
    """Counts analysed pictures over the last two seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def add(self, now_seconds: float, latency_seconds: float) -> None:
        """One more picture was analysed, `latency_seconds` after it was captured."""
        self._seen.append((now_seconds, latency_seconds))
        self._drop_old(now_seconds)

    def per_second(self, now_seconds: float) -> float | None:
        """Pictures a second; None while there are too few to tell."""
        self._drop_old(now_seconds)
        if len(self._seen) < _FEWEST:
            return None
        return (len(self._seen) - 1) / max(1e-6, self._seen[-1][0] - self._seen[0][0])

    def latency_seconds(self, share: float = 0.5) -> float | None:
        """The latency that this share of the pictures stays below; None while there are too few to tell."""
        if len(self._seen) < _FEWEST:
            return None
        ordered = sorted(latency for _, latency in self._seen)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def clear(self) -> None:
        """Begin anew."""
        self._seen.clear()

    def _drop_old(self, now_seconds: float) -> None:
        while self._seen and now_seconds - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()
