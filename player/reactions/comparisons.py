"""Whether two films, or two groups of viewers, differ: difference, interval, effect size, and p for all that is asked.

Viewers who saw both films are compared with themselves (paired t); where too few did, the viewers of one film are
compared with those of the other (Welch's t). Effect sizes are standardised mean differences with Hedges' correction for
few viewers. All comparisons of a study are one family: their p values are adjusted by Holm (1979), so that of many
studies without any difference at most one in twenty claims one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import stats

from player.reactions.aggregate import SUMMARY
from player.reactions.gather import Reactions
from player.reactions.intervals import FEWEST, LEVEL, Value, moments_of
from player.reactions.readings import Floats

COMPARED = ("attraction", "any_emotion", "valence", "smile", "peak_end", "attention")
"""The figures by which films and groups are compared."""
BEYOND_CHANCE = 0.05
"""An adjusted p from here on down is called a difference."""

NO_SPREAD = 1e-9
"""Values that differ by no more are alike, and nothing can be tested."""

Design = Literal["within", "between"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much more `first` has of a figure than `second`.

    `film` is empty where films are compared, else the film in which two groups are; `split` is then the attribute by
    which they are groups. `design`: the same viewers, or
    others. `effect` is a standardised difference. `p` is raw, `adjusted` over the family; NaN with too few viewers.
    """

    film: str
    first: str
    second: str
    figure: str
    design: Design
    difference: Value
    viewers: tuple[int, int]
    effect: float
    p: float
    adjusted: float = math.nan
    split: str = ""

    @property
    def beyond_chance(self) -> bool:
        """Whether it may be called a difference."""
        return self.adjusted <= BEYOND_CHANCE


def compare(films: Sequence[Reactions]) -> tuple[Comparison, ...]:
    """Every two films, and in each film every two groups of viewers, by each of COMPARED; one family."""
    found = [each for pair in combinations(films, 2) for each in _films(*pair)]
    for film in films:
        for split in film.splits:
            parts = [(group, film.only(group, split)) for group in film.groups_by(split)]
            for one, other in combinations(parts, 2):
                found += [replace(each, split=split) for each in _groups(film, one, other)]
    adjusted = holm([each.p for each in found])
    return tuple(replace(each, adjusted=p) for each, p in zip(found, adjusted, strict=True))


def paired(first: Floats, second: Floats, weights: Floats | None = None) -> tuple[Value, float, float]:
    """Difference, effect size and p of the same viewers' values [viewers], leaving out NaN; see `moments_of`."""
    one = _Sample.of(first - second, weights)
    if one.count < FEWEST:
        return Value(one.mean, math.nan, math.nan, one.count), math.nan, math.nan
    deviation = math.sqrt(one.spread)
    if deviation <= NO_SPREAD:
        return _without_spread(one.mean, one.count)
    found, p = _student(one.mean, math.sqrt(one.variance), one.count - 1, one.count)
    return found, _hedges(one.count - 1) * one.mean / deviation, p


def independent(
    first: Floats, second: Floats, weights: tuple[Floats | None, Floats | None] = (None, None)
) -> tuple[Value, float, float]:
    """Difference, effect size and p of the values of two sets of viewers, leaving out NaN; see `moments_of`."""
    one, other = _Sample.of(first, weights[0]), _Sample.of(second, weights[1])
    mean, count, freedom = one.mean - other.mean, one.count + other.count, one.count + other.count - 2
    if min(one.count, other.count) < FEWEST:
        return Value(mean, math.nan, math.nan, count), math.nan, math.nan
    pooled = math.sqrt(sum((each.count - 1) * each.spread for each in (one, other)) / freedom)
    if pooled <= NO_SPREAD:
        return _without_spread(mean, count)
    error = one.variance + other.variance
    welch = error**2 / sum(each.variance**2 / (each.count - 1) for each in (one, other))
    found, p = _student(mean, math.sqrt(error), welch, count)
    return found, _hedges(freedom) * mean / pooled, p


@dataclass(frozen=True, slots=True)
class _Sample:
    """The moments of one set of viewers' values; NaN for what too few of them leave open."""

    mean: float
    variance: float
    spread: float
    count: int

    @classmethod
    def of(cls, values: Floats, weights: Floats | None) -> _Sample:
        found = moments_of(values[:, None], weights)
        return cls(
            float(found.mean[0]), float(found.variance[0]), float(found.spread[0]), int(found.count[0])
        )


def _without_spread(mean: float, count: int) -> tuple[Value, float, float]:
    """Where all viewers agree there is no interval; p is 1 where there is no difference either."""
    return Value(mean, math.nan, math.nan, count), math.nan, 1.0 if abs(mean) <= NO_SPREAD else math.nan


def _student(mean: float, error: float, freedom: float, count: int) -> tuple[Value, float]:
    """Interval and two-sided p of a mean with its standard error."""
    half = float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * error
    return Value(mean, mean - half, mean + half, count), float(2 * stats.t.sf(abs(mean) / error, freedom))


def holm(values: Sequence[float]) -> list[float]:
    """Adjusted p values by Holm's step-down procedure; NaN are no tests, and stay."""
    ordered = sorted((p, place) for place, p in enumerate(values) if not math.isnan(p))
    adjusted, highest = [math.nan] * len(values), 0.0
    for rank, (p, place) in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ordered) - rank) * p))
        adjusted[place] = highest
    return adjusted


def false_discovery_rate(values: Sequence[float]) -> list[float]:
    """Adjusted p values by Benjamini and Hochberg (1995); NaN are no tests, and stay."""
    known = [place for place, p in enumerate(values) if not math.isnan(p)]
    adjusted = [math.nan] * len(values)
    if known:
        for place, p in zip(
            known, stats.false_discovery_control([values[place] for place in known]), strict=True
        ):
            adjusted[place] = float(p)
    return adjusted


def _hedges(freedom: int) -> float:
    """The correction of a standardised difference, which few viewers make too large (Hedges 1981)."""
    return 1 - 3 / (4 * freedom - 1)


def _films(first: Reactions, second: Reactions) -> list[Comparison]:
    ours, theirs = first.viewers, second.viewers
    both = [viewer for viewer in ours if viewer in theirs]
    within = len(both) >= FEWEST
    if not within and min(len(set(ours) - set(both)), len(set(theirs) - set(both))) < FEWEST and both:
        within = True  # too few either way: the same viewers say a little more
    chosen = (
        (both, both) if within else ([v for v in ours if v not in both], [v for v in theirs if v not in both])
    )
    places = [
        [film.viewers.index(viewer) for viewer in viewers]
        for film, viewers in zip((first, second), chosen, strict=True)
    ]
    weights = (first.weights[places[0]], second.weights[places[1]])
    design: Design = "within" if within else "between"
    return [
        _comparison(
            "",
            first.film.film,
            second.film.film,
            name,
            design,
            (SUMMARY[name].of(first)[places[0]], SUMMARY[name].of(second)[places[1]]),
            weights,
        )
        for name in COMPARED
    ]


def _groups(film: Reactions, one: tuple[str, Reactions], other: tuple[str, Reactions]) -> list[Comparison]:
    return [
        _comparison(
            film.film.film,
            one[0],
            other[0],
            name,
            "between",
            (SUMMARY[name].of(one[1]), SUMMARY[name].of(other[1])),
            (one[1].weights, other[1].weights),
        )
        for name in COMPARED
    ]


def _comparison(
    film: str,
    first: str,
    second: str,
    figure: str,
    design: Design,
    values: tuple[Floats, Floats],
    weights: tuple[Floats, Floats],
) -> Comparison:
    if design == "within":
        difference, effect, p = paired(*values, weights[0])
    else:
        difference, effect, p = independent(*values, weights)
    counts = tuple(int((~np.isnan(each)).sum()) for each in values)
    viewers = (difference.viewers, difference.viewers) if design == "within" else (counts[0], counts[1])
    return Comparison(film, first, second, figure, design, difference, viewers, effect, p)
