"""A token bucket that limits how often the music follows the mood."""

from __future__ import annotations

from dataclasses import dataclass

BURST_SHARE = 0.25
"""Share of an hour's changes that may be made at once; the others are refilled evenly over the hour."""
_HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """Tokens `left` at a time; each change takes one. No hour has more than `most_per_hour` changes."""

    most_per_hour: int
    left: float
    at_seconds: float

    @classmethod
    def full(cls, most_per_hour: int, now: float) -> TokenBucket:
        """A full bucket."""
        return cls(most_per_hour, _burst(most_per_hour), now)

    @property
    def allows(self) -> bool:
        """Whether one more change is allowed."""
        return self.left >= 1.0

    def after(self, now: float) -> TokenBucket:
        """The bucket at a later time, `time.monotonic()`."""
        at_once = _burst(self.most_per_hour)
        back = (self.most_per_hour + 1 - at_once) * max(now - self.at_seconds, 0.0) / _HOUR_SECONDS
        return TokenBucket(self.most_per_hour, min(self.left + back, at_once), max(now, self.at_seconds))

    def spent(self) -> TokenBucket:
        """The bucket after one change."""
        return TokenBucket(self.most_per_hour, self.left - 1.0, self.at_seconds)


def _burst(most_per_hour: int) -> float:
    """Capacity of the bucket: at least one change, where any is allowed at all."""
    return max(BURST_SHARE * most_per_hour, min(most_per_hour, 1.0))
