"""When a film's pictures were really on the screen, from the moments at which they were shown. Pure.

The player decides when a picture is due, and may leave one out; the screen shows it a little later, and not always by
as much. So the film's start on our clock is estimated from all pictures together, and what each picture deviates from
it is the jitter. What lies behind the screen's and the camera's own electronics is not seen by a program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 5
JITTER_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Sync:
    """How a film ran on our clock.

    `start_seconds`: when its first picture was shown, or would have been; `jitter_seconds`: 95 % of the pictures were
    shown within this of where they belong; `shown`: how many there were.
    """

    start_seconds: float
    jitter_seconds: float
    shown: int


def sync_of(shown_seconds: Sequence[float], frames_per_second: float, ahead: int = 0) -> Sync | None:
    """From the moments (on one clock, rising) at which pictures were shown; None without any.

    Each picture belongs to the nearest due time, so that one that was left out shifts nothing. `ahead` is by how many
    pictures the film is known to be ahead of the count from the first one shown.
    """
    if not shown_seconds:
        return None
    stamps = np.asarray(shown_seconds, np.float64)
    numbers, start = _fitted(stamps, frames_per_second)
    away = np.abs(stamps - numbers / frames_per_second - start)
    jitter = float(np.quantile(away, JITTER_SHARE))
    return Sync(start - ahead / frames_per_second, jitter, len(stamps))


def picture_numbers(shown_seconds: Sequence[float], frames_per_second: float) -> NDArray[np.int64]:
    """As which picture of the film each one counts, from 0, where the first one shown is taken for the film's first."""
    numbers, _ = _fitted(np.asarray(shown_seconds, np.float64), frames_per_second)
    return numbers.astype(np.int64)


def _fitted(stamps: NDArray[np.float64], rate: float) -> tuple[NDArray[np.float64], float]:
    """The number of each picture from the first shown, and when number 0 was due."""
    start, numbers = float(stamps[0]), np.zeros(len(stamps))
    for _ in range(ROUNDS):
        numbers = np.round((stamps - start) * rate)
        start = float(np.median(stamps - numbers / rate))
    return numbers, start
