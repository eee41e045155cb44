"""When a film's pictures were really on the screen, from the moments at which they were shown. Pure.

The player decides when a picture is due, and may leave one out; the screen shows it a little later, and not always by
as much. So the film's start on our clock is estimated from all pictures together, and what each picture deviates from
it is the jitter. What lies behind the screen's and the camera's own electronics is not seen by a program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROUNDS = 5
JITTER_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Sync:
    """How a film ran on our clock.

    `start_seconds`: when its first picture was shown, or would have been; `jitter_seconds`: 95 % of the pictures were
    shown within this of where they belong; `shown` of them, `missed` were left out in between.
    """

    start_seconds: float
    jitter_seconds: float
    shown: int
    missed: int


def sync_of(shown_seconds: Sequence[float], frames_per_second: float) -> Sync | None:
    """From the moments (on one clock, rising) at which pictures were shown; None without any.

    The first picture shown is taken for the film's first one. Each later one belongs to the nearest due time, so that
    one that was left out shifts nothing.
    """
    if not shown_seconds:
        return None
    stamps = np.asarray(shown_seconds, np.float64)
    start = float(stamps[0])
    numbers = np.zeros(len(stamps))
    for _ in range(ROUNDS):
        numbers = np.round((stamps - start) * frames_per_second)
        start = float(np.median(stamps - numbers / frames_per_second))
    away = np.abs(stamps - numbers / frames_per_second - start)
    missed = int(numbers[-1] - numbers[0]) + 1 - len(np.unique(numbers))
    return Sync(start, float(np.quantile(away, JITTER_SHARE)), len(stamps), missed)
