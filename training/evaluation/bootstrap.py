"""The percentile bootstrap (Efron 1979): draw the faces again and again, and see how far a figure moves.

Faces of one person resemble each other, so that they tell less than as many faces of strangers: where the persons
are known, whole persons are drawn (the cluster bootstrap; Davison and Hinkley 1997, section 3.8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation.weighted import Values, Weights

Interval = tuple[float, float]

ROUNDS = 2000
LEVEL_PERCENT = 95.0
BLOCK_NUMBERS = 500_000
"""Weights held at once: bounds the memory whatever the number of faces."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval, or the difference of two (first minus second); None where the faces cannot tell."""

    value: float | None
    interval_95: Interval | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero: a difference that these faces show."""
        return self.interval_95 is not None and not self.interval_95[0] <= 0 <= self.interval_95[1]


def resamples(units: NDArray[np.int64], seed: int = 0, rounds: int = ROUNDS) -> Iterator[Weights]:
    """Blocks [m, n] of how often each face is drawn, `rounds` rows in all.

    units: int [n] from 0 on without gaps; faces with the same number are drawn together. The same units and seed give
    the same rows, so that two models can be compared on the same draws.
    """
    count = int(units.max()) + 1
    random = np.random.default_rng(seed)
    block = max(1, BLOCK_NUMBERS // max(count, len(units)))
    for start in range(0, rounds, block):
        rows = min(block, rounds - start)
        drawn = random.integers(0, count, (rows, count)) + np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        yield times.astype(np.float32)[:, units]


def units_of(subjects: NDArray[np.str_]) -> NDArray[np.int64]:
    """One number for each person, int [n]; a face of nobody known ("") is a unit of its own."""
    own = np.array([name or f"\0{row}" for row, name in enumerate(subjects.tolist())], dtype=object)
    return np.unique(own.astype(str), return_inverse=True)[1].astype(np.int64)


def single_units(count: int) -> NDArray[np.int64]:
    """Every face by itself: int [count]."""
    return np.arange(count)


def interval(replicates: Values) -> Interval | None:
    """The middle 95 % of a figure's replicates; None where no replicate has a value."""
    defined = replicates[np.isfinite(replicates)]
    if not len(defined):
        return None
    outside = (100 - LEVEL_PERCENT) / 2
    low, high = np.percentile(defined, [outside, 100 - outside])
    return float(low), float(high)
