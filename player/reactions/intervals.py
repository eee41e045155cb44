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
from dataclasses import dataclass, replace

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


def band(
    values: Floats, bounds: Bounds | None = UNIT, weights: Floats | None = None, along_time: bool = False
) -> Band:
    """The mean over viewers of `values` [viewers, ...], leaving out NaN, with its intervals [...].

    `bounds` are what a single value cannot leave; None: it can be anything. `weights` [viewers], above 0, say how much
    each viewer counts; None: all alike. `along_time`: the last axis is time, and each moment borrows one viewer's worth
    of variance from all moments (moderated as by Smyth 2004). Else the few viewers of whom nobody happens to smile just
    then would be taken as proof that nobody does.
    """
    moments = moments_of(values, weights)
    if along_time:
        moments = _moderated(moments)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = _student(moments) if bounds is None else _wilson(moments, bounds)
    enough = moments.count >= FEWEST
    return Band(moments.mean, np.where(enough, low, np.nan), np.where(enough, high, np.nan), moments.count)


def value(values: Floats, bounds: Bounds | None = UNIT, weights: Floats | None = None) -> Value:
    """The mean over viewers of `values` [viewers] with its interval."""
    return band(values[:, None], bounds, weights).at(0)


def without_interval(values: Floats, weights: Floats | None = None) -> Value:
    """The mean over viewers of `values` [viewers] that depend on each other, so that no interval may be given."""
    moments = moments_of(values[:, None], weights)
    return Value(float(moments.mean[0]), math.nan, math.nan, int(moments.count[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What intervals and tests need of values: mean, variance of that mean, spread (variance of one value), count.

    `effective`: as many viewers who count alike would be as certain (Kish 1965); the count without weights.
    """

    mean: Floats
    variance: Floats
    spread: Floats
    count: Floats
    effective: Floats


def moments_of(values: Floats, weights: Floats | None = None) -> Moments:
    """The moments of `values` [viewers, ...] over viewers, leaving out NaN.

    With weights the mean is that of a sample whose members stand for different numbers of people, and its variance is
    by linearisation (Lumley 2010); with equal ones both are the usual ones.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0).astype(np.float64)
    each = np.ones(len(values)) if weights is None else weights
    shares = np.where(known, each.reshape(-1, *[1] * (values.ndim - 1)), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = shares.sum(axis=0)
        mean = (shares * np.where(known, values, 0.0)).sum(axis=0) / total
        apart = np.where(known, (values - mean) ** 2, 0.0)
        few = count / (count - 1)
        variance = few * (shares**2 * apart).sum(axis=0) / total**2
        spread = few * (shares * apart).sum(axis=0) / total
        effective = total**2 / (shares**2).sum(axis=0)
    return Moments(mean, variance, spread, count, effective)


def _moderated(moments: Moments) -> Moments:
    with np.errstate(invalid="ignore", divide="ignore"):
        each = moments.variance * moments.count
        known = (~np.isnan(each)).sum(axis=-1, keepdims=True)
        usual = np.nansum(each, axis=-1, keepdims=True) / known
        variance = ((moments.count - 1) * each + usual) / moments.count**2
    return replace(moments, variance=variance)


def _student(moments: Moments) -> tuple[Floats, Floats]:
    """Student's t; NaN where all viewers agree, which says nothing about others."""
    variance = np.where(moments.variance > 0, moments.variance, np.nan)
    half = t.ppf((1 + LEVEL) / 2, moments.count - 1) * np.sqrt(variance)
    return moments.mean - half, moments.mean + half


def _wilson(moments: Moments, bounds: Bounds) -> tuple[Floats, Floats]:
    """Wilson's interval on the effective number of viewers, between the bounds."""
    width = bounds[1] - bounds[0]
    share = np.clip((moments.mean - bounds[0]) / width, 0, 1)
    z = float(norm.ppf((1 + LEVEL) / 2))
    doubt = z / t.ppf((1 + LEVEL) / 2, moments.count - 1)
    effective = share * (1 - share) * width**2 / moments.variance * doubt**2
    # No values between the bounds vary more than yes and no.
    effective = np.fmax(effective, moments.effective)
    centre = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * np.sqrt(share * (1 - share) / effective + (z / (2 * effective)) ** 2)
    return bounds[0] + width * (centre - half), bounds[0] + width * (centre + half)
