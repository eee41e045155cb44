"""How certain a mean over viewers is: percentile bootstrap bands (Efron and Tibshirani 1993). Pure, and repeatable.

Whole viewers are drawn, with all their seconds, since one viewer's seconds are not independent of each other. With
few viewers the bands are too narrow, and where all viewers agree they have no width at all: read them beside `viewers`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.reactions.readings import Floats

RESAMPLES = 1000
LEVEL = 0.95
SEED = 20240229
"""Always the same draws: the same study gives the same report."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A mean over viewers with its 95 % band and the number of viewers behind it; arrays of one shape."""

    mean: Floats
    low: Floats
    high: Floats
    viewers: Floats

    def at(self, *place: int) -> Value:
        """One element of it."""
        parts = (self.mean, self.low, self.high, self.viewers)
        mean, low, high, viewers = (float(part[place]) for part in parts)
        return Value(mean, low, high, int(viewers))


@dataclass(frozen=True, slots=True)
class Value:
    """One mean over viewers with its 95 % interval; NaN where nobody tells."""

    mean: float
    low: float
    high: float
    viewers: int


def band(values: Floats) -> Band:
    """The mean over viewers of `values` [viewers, ...], leaving out NaN, with its band [...]."""
    shape = values.shape[1:]
    flat = values.reshape(len(values), math.prod(shape))
    known = ~np.isnan(flat)
    filled = np.where(known, flat, 0.0)
    draws = resampled(filled, known)
    with np.errstate(invalid="ignore"):
        mean = filled.sum(axis=0) / known.sum(axis=0)
    low, high = percentiles(draws)
    parts = (mean, low, high, known.sum(axis=0).astype(np.float64))
    return Band(*(part.reshape(shape) for part in parts))


def value(values: Floats) -> Value:
    """The mean over viewers of `values` [viewers] with its interval."""
    return band(values[:, None]).at(0)


def resampled(filled: Floats, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Means of RESAMPLES draws of viewers [RESAMPLES, k]; NaN where a draw holds nobody who tells."""
    count = len(filled)
    if not count:
        return np.full((RESAMPLES, filled.shape[1]), np.nan)
    weights = (
        np.random.default_rng(SEED)
        .multinomial(count, np.full(count, 1 / count), RESAMPLES)
        .astype(np.float64)
    )
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ filled) / (weights @ known.astype(np.float64)))


def percentiles(draws: Floats) -> tuple[Floats, Floats]:
    """Lower and upper end [k] of the LEVEL interval of draws [RESAMPLES, k], without regard to NaN."""
    # Sorted once, with NaN last: np.nanpercentile would walk every column by itself.
    ordered = np.sort(draws, axis=0)
    last = (~np.isnan(draws)).sum(axis=0) - 1
    columns = np.arange(draws.shape[1])
    ends = []
    for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        place = np.maximum(0, np.round(share * last)).astype(np.int64)
        ends.append(ordered[place, columns])
    return ends[0], ends[1]
