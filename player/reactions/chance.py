"""What chance would give over a film's time: traces moved in time, and viewers changed between groups. Pure.

Moving each viewer's trace by a random amount around the end (Kauppi et al. 2010; Chen et al. 2016) keeps how smooth and
how skewed it is and destroys only what it has in common with the film and with the others. Claims about stretches of
time are made by clusters (Maris and Oostenveld 2007): neighbouring bins that each stand out count as one, with the sum
of what stands out, and are compared with the largest such sum that chance gives anywhere in the film.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np

from player.reactions.intervals import FEWEST, SEED
from player.reactions.readings import Floats

DRAWS = 1000
"""So many times chance is drawn; the smallest p is one in a thousand."""
POINTWISE = 0.95
"""A bin stands out where chance stays within its middle so often; only clusters of such bins are tested."""
_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bins from `start` to before `end` in which a mean is higher (or lower) than chance would have it anywhere."""

    start: int
    end: int
    higher: bool
    p: float


def filled(traces: Floats) -> Floats:
    """Traces [viewers, bins] less each viewer's own mean, with 0 (that mean) where nothing was read.

    Viewers who were read in less than half of the bins, or whose trace is flat, are left out.
    """
    usable = (~np.isnan(traces)).mean(axis=1) >= 0.5
    traces = traces[usable]
    if not len(traces):
        return traces
    means = np.nanmean(traces, axis=1, keepdims=True)
    return np.asarray(np.where(np.isnan(traces), 0.0, traces - means))


@lru_cache(maxsize=64)
def shifts(viewers: int, bins: int, draws: int = DRAWS) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """By how many bins each viewer's trace is moved in each draw [draws, viewers]; always the same for a size."""
    return np.random.default_rng([SEED, viewers, bins]).integers(0, bins, (draws, viewers))


def shifted_means(traces: Floats) -> Floats:
    """The mean trace [draws, bins] in each draw, from `filled` traces [viewers, bins]."""
    viewers, bins = traces.shape
    moves, times = shifts(viewers, bins), np.arange(bins)
    blocks = []
    for first in range(0, len(moves), _BLOCK):
        places = (times + moves[first : first + _BLOCK, :, None]) % bins
        blocks.append(traces[np.arange(viewers)[:, None], places].mean(axis=1))
    return np.concatenate(blocks)


def share_at_least(null: Floats, value: float) -> float:
    """The p of a value among draws that chance gave; never 0, since the value itself is one of what is possible."""
    return float((1 + (null >= value - 1e-12).sum()) / (1 + len(null)))


def time_locked(traces: Floats) -> tuple[Stretch, ...]:
    """The stretches in which the viewers' mean [viewers, bins] leaves their own average together.

    Empty with fewer than FEWEST viewers.
    """
    centred = filled(traces)
    if len(centred) < FEWEST:
        return ()
    null = shifted_means(centred)
    return _stretches(
        centred.mean(axis=0), null, np.quantile(null, [(1 - POINTWISE) / 2, (1 + POINTWISE) / 2])
    )


def apart(first: Floats, second: Floats) -> tuple[Stretch, ...]:
    """The stretches in which two groups' means [viewers, bins] differ, by changing viewers between the groups."""
    if min(len(first), len(second)) < FEWEST:
        return ()
    both = np.concatenate([first, second])
    random = np.random.default_rng([SEED, len(first), len(second)])
    orders = random.permuted(np.tile(np.arange(len(both)), (DRAWS, 1)), axis=1)
    null = _welch(both, orders < len(first))
    limits = np.quantile(null, [(1 - POINTWISE) / 2, (1 + POINTWISE) / 2])
    return _stretches(_welch(both, np.arange(len(both))[None] < len(first))[0], null, limits)


def _welch(traces: Floats, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Welch's t [draws, bins] of the chosen viewers [draws, viewers] of `traces` against the rest; 0: not known."""
    known = ~np.isnan(traces)
    values = np.where(known, traces - np.nanmean(traces), 0.0)
    parts = []
    for member in (chosen.astype(np.float64), (~chosen).astype(np.float64)):
        count, total, squares = member @ known, member @ values, member @ values**2
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / count
            variance = np.maximum(squares / count - mean**2, 0.0) * count / (count - 1)
            parts.append((mean, np.where(count >= 2, variance / count, np.nan)))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (parts[0][0] - parts[1][0]) / np.sqrt(parts[0][1] + parts[1][1])
    return np.asarray(np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0))


def _stretches(seen: Floats, null: Floats, limits: Floats) -> tuple[Stretch, ...]:
    largest = np.maximum(_largest(null - limits[1]), _largest(limits[0] - null))
    found = [
        Stretch(start, end, higher, share_at_least(largest, mass))
        for higher, excess in ((True, seen - limits[1]), (False, limits[0] - seen))
        for start, end, mass in _clusters(excess)
    ]
    return tuple(sorted(found, key=lambda each: each.start))


def _largest(excess: Floats) -> Floats:
    """The largest sum [draws] over neighbouring bins [draws, bins] that are above 0; 0 without any."""
    sums = np.cumsum(np.maximum(excess, 0.0), axis=1)
    before = np.maximum.accumulate(np.where(excess <= 0, sums, 0.0), axis=1)
    return np.asarray((sums - before).max(axis=1))


def _clusters(excess: Floats) -> list[tuple[int, int, float]]:
    """Start, end and sum of each run of bins above 0."""
    found, place = [], 0
    for out, run in groupby((excess > 0).tolist()):
        length = len(list(run))
        if out:
            found.append((place, place + length, math.fsum(excess[place : place + length])))
        place += length
    return found
