"""How often the music may follow the mood: an allowance that is spent by changes and comes back with time."""

from __future__ import annotations

from dataclasses import dataclass

AT_ONCE_SHARE = 0.25
"""This part of an hour's changes may be made one right after the other; the others come back evenly over the hour."""
_HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What is left of the allowance, and when that was so. No hour ever sees more than `most_per_hour` changes."""

    most_per_hour: int
    left: float
    at_seconds: float

    @classmethod
    def full(cls, most_per_hour: int, now: float) -> Pace:
        """An allowance that nothing was spent of yet."""
        return cls(most_per_hour, _at_once(most_per_hour), now)

    @property
    def allows(self) -> bool:
        """Whether one more change is free."""
        return self.left >= 1.0

    def after(self, now: float) -> Pace:
        """The allowance as it stands at a later time, `time.monotonic()`."""
        at_once = _at_once(self.most_per_hour)
        back = (self.most_per_hour + 1 - at_once) * max(now - self.at_seconds, 0.0) / _HOUR_SECONDS
        return Pace(self.most_per_hour, min(self.left + back, at_once), max(now, self.at_seconds))

    def spent(self) -> Pace:
        """The allowance after one change."""
        return Pace(self.most_per_hour, self.left - 1.0, self.at_seconds)


def _at_once(most_per_hour: int) -> float:
    """The changes that may follow one another at once: at least one, where any is allowed at all."""
    return max(AT_ONCE_SHARE * most_per_hour, min(most_per_hour, 1.0))
