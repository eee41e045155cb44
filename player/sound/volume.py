"""Volume laws: pure functions between fade levels, decibels, amplitudes and the units of audio engines.

An amplitude is a linear factor on the samples, from 0 (silent) to 1 (as recorded).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Ramp:
    """A level in [0, 1] that moves to `target` at `per_second`; a share of a fade, not an amplitude."""

    level: float
    target: float
    per_second: float

    @classmethod
    def still(cls, level: float) -> Ramp:
        """A level that stays where it is."""
        return cls(level, level, 0.0)

    def towards(self, target: float, seconds: float) -> Ramp:
        """The same level, moving to `target`; from 0 to 1 it would take `seconds`."""
        return Ramp(self.level, target, math.inf if seconds <= 0.0 else 1.0 / seconds)

    def after(self, seconds: float) -> Ramp:
        """The ramp `seconds` later; it never passes its target."""
        way = self.target - self.level
        if way == 0.0 or seconds <= 0.0:
            return self
        step = min(abs(way), self.per_second * seconds)
        return replace(self, level=self.target if step == abs(way) else self.level + math.copysign(step, way))

    @property
    def moving(self) -> bool:
        """Whether the target is still ahead."""
        return self.level != self.target


def equal_power(level: float) -> float:
    """Amplitude of a fade at `level` in [0, 1]: the powers of levels x and 1 - x add up to one.

    Two different tracks are uncorrelated, so their powers add, not their amplitudes; a linear crossfade would
    dip by 3 dB in the middle.
    """
    return math.sin(clamp(level) * math.pi / 2.0)


def amplitude_of_decibels(gain_db: float) -> float:
    """Amplitude factor of a gain in dB: 0 dB is 1, -20 dB is 0.1."""
    return float(10.0 ** (gain_db / 20.0))


def vlc_percent(amplitude: float) -> int:
    """VLC's volume for an amplitude in [0, 1]: its law is cubic, 50 percent is an eighth of the amplitude."""
    return round(100.0 * math.cbrt(clamp(amplitude)))


def clamp(amplitude: float) -> float:
    """The nearest value in [0, 1]."""
    return min(1.0, max(0.0, amplitude))
