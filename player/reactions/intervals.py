"""How certain a mean over viewers is: 95 % intervals that hold from five viewers on. Pure.

Viewers are the sample; a viewer's seconds are not independent of each other and never count as one. Whatever lies
between known bounds (shares, probabilities, actions) has Wilson's interval with an effective number of viewers
(Korn and Graubard 1998; Dean and Pagano 2015): as many yes-or-no answers as would be as certain, by Student's t for the
few that they are, and never fewer than there are viewers. So an interval has a width also where all viewers agree, and
stays inside the bounds. What has no bounds, and all differences, have Student's t.

Below FEWEST viewers there is no interval; below LOW_BASE the number of viewers is remarked wherever the mean is shown.
`python -m benchmarks.lab_statistics` counts how often the intervals hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from player.reactions.readings import Floats

LEVEL = 0.95
FEWEST = 5
"""With fewer viewers no interval and no test is given."""
LOW_BASE = 30
"""With fewer viewers a mean is marked as of a low base."""
SEED = 20240229
"""Of every draw in the lab: the same study gives the same report."""

UNIT = (0.0, 1.0)
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A mean over viewers with its pointwise 95 % interval and the number of viewers behind it; arrays of one shape."""

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
    """One mean over viewers with its 95 % interval; NaN where nobody tells, or too few do."""

    mean: float
    low: float
    high: float
    viewers: int

    @property
    def low_base(self) -> bool:
        """Whether so few viewers are behind it that a reader must know."""
        return self.viewers < LOW_BASE


def band(values: Floats, bounds: Bounds | None = UNIT, along_time: bool = False) -> Band:
    """The mean over viewers of `values` [viewers, ...], leaving out NaN, with its intervals [...].

    `bounds` are what a single value cannot leave; None: it can be anything. `along_time`: the last axis is time, and
    each moment borrows one viewer's worth of variance from all moments (moderated as by Smyth 2004). Else the few
    viewers of whom nobody happens to smile just then would be taken as proof that nobody does.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / count
        squares = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
        spread = squares / (count - 1)
        if along_time:
            usual = np.nansum(spread, axis=-1, keepdims=True) / (~np.isnan(spread)).sum(
                axis=-1, keepdims=True
            )
            spread = ((count - 1) * spread + usual) / count
        variance = spread / count
        low, high = (
            _student(mean, variance, count) if bounds is None else _wilson(mean, variance, count, bounds)
        )
    enough = count >= FEWEST
    return Band(mean, np.where(enough, low, np.nan), np.where(enough, high, np.nan), count)


def value(values: Floats, bounds: Bounds | None = UNIT) -> Value:
    """The mean over viewers of `values` [viewers] with its interval."""
    return band(values[:, None], bounds).at(0)


def without_interval(values: Floats) -> Value:
    """The mean over viewers of `values` [viewers] that depend on each other, so that no interval may be given."""
    known = values[~np.isnan(values)]
    return Value(float(known.mean()) if len(known) else math.nan, math.nan, math.nan, len(known))


def _student(mean: Floats, variance: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Student's t; NaN where all viewers agree, which says nothing about others."""
    half = t.ppf((1 + LEVEL) / 2, count - 1) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return mean - half, mean + half


def _wilson(mean: Floats, variance: Floats, count: Floats, bounds: Bounds) -> tuple[Floats, Floats]:
    """Wilson's interval on the effective number of viewers, between the bounds."""
    width = bounds[1] - bounds[0]
    share = np.clip((mean - bounds[0]) / width, 0, 1)
    z = float(norm.ppf((1 + LEVEL) / 2))
    doubt = z / t.ppf((1 + LEVEL) / 2, count - 1)
    effective = share * (1 - share) * width**2 / variance * doubt**2
    effective = np.fmax(effective, count)  # no values between the bounds vary more than yes and no
    centre = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * np.sqrt(share * (1 - share) / effective + (z / (2 * effective)) ** 2)
    return bounds[0] + width * (centre - half), bounds[0] + width * (centre + half)
