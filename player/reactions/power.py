"""How many viewers a study needs: the power of Student's t, by the noncentral t distribution (Cohen 1988). Pure.

A test of several comparisons, adjusted by Holm, is planned for its strictest step: 5 % divided by their number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.stats import nct, t

from player.reactions.aggregate import SUMMARY
from player.reactions.comparisons import BEYOND_CHANCE, Design
from player.reactions.gather import Reactions
from player.reactions.intervals import FEWEST
from player.reactions.readings import Floats

MOST_VIEWERS = 100_000


def power(effect: float, viewers: int, design: Design, comparisons: int = 1) -> float:
    """How often a standardised difference `effect` is found, 0 to 1.

    within: by `viewers` who see both; between: by `viewers` of each. `effect` is the difference in standard deviations:
    of the viewers' own differences within, of the viewers between.
    """
    freedom = viewers - 1 if design == "within" else 2 * viewers - 2
    away = effect * math.sqrt(viewers if design == "within" else viewers / 2)
    limit = float(t.ppf(1 - BEYOND_CHANCE / comparisons / 2, freedom))
    return float(nct.sf(limit, freedom, away) + nct.cdf(-limit, freedom, away))


def viewers_needed(
    effect: float, design: Design, wanted_power: float = 0.8, comparisons: int = 1
) -> int | None:
    """The fewest viewers (between: of each) with which a difference is found so often; None beyond MOST_VIEWERS."""
    low, high = FEWEST, FEWEST
    while power(effect, high, design, comparisons) < wanted_power:
        low, high = high, 2 * high
        if high > MOST_VIEWERS:
            return None
    while low < high:
        middle = (low + high) // 2
        if power(effect, middle, design, comparisons) < wanted_power:
            low = middle + 1
        else:
            high = middle
    return low


def spreads(films: Sequence[Reactions], figure: str) -> dict[Design, float]:
    """Standard deviations of a figure in a study, pooled: of viewers' differences between films, and of viewers.

    A design is missing where no film, or no two films, have FEWEST viewers for it.
    """
    values = {
        film.film.film: dict(zip(film.viewers, SUMMARY[figure].of(film), strict=True)) for film in films
    }
    between = [np.array(list(each.values())) for each in values.values()]
    within = [
        np.array([one[viewer] - other[viewer] for viewer in one if viewer in other])
        for one, other in combinations(values.values(), 2)
    ]
    found: dict[Design, float] = {}
    designs: tuple[tuple[Design, list[Floats]], ...] = (("within", within), ("between", between))
    for design, samples in designs:
        pooled = _pooled(samples)
        if pooled is not None:
            found[design] = pooled
    return found


def _pooled(samples: Sequence[Floats]) -> float | None:
    known = [each[~np.isnan(each)] for each in samples]
    enough = [each for each in known if len(each) >= FEWEST]
    freedom = sum(len(each) - 1 for each in enough)
    if not freedom:
        return None
    return math.sqrt(sum((len(each) - 1) * float(each.var(ddof=1)) for each in enough) / freedom)
