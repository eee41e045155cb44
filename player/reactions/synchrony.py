"""How much viewers react together: inter-subject correlation (Hasson et al. 2004), each against the others. Pure.

The viewers' values depend on each other, so their mean has no ordinary interval. What it is held against is chance:
each viewer's trace moved in time by a random amount around the end (Chen et al. 2016; see `chance`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from player.reactions.chance import filled, share_at_least, shifts
from player.reactions.intervals import FEWEST
from player.reactions.readings import Floats

FEWEST_BINS = 10
"""With fewer bins in common no correlation is given."""
FLAT = 1e-3
"""A trace that varies less than this (standard deviation) correlates with nothing."""


@dataclass(frozen=True, slots=True)
class Synchrony:
    """The mean correlation of each of `viewers` with the others' mean, and what chance gives.

    `chance` is what 95 of 100 sets of unrelated traces stay below; `p` how often they reach `mean`. Both are NaN with
    fewer than FEWEST viewers.
    """

    mean: float
    chance: float
    p: float
    viewers: int


def leave_one_out(traces: Floats) -> Floats:
    """Pearson's correlation [viewers] of each trace [viewers, bins] with the mean of the others'; NaN where flat.

    A bin that was not read counts as its viewer's mean; who was read in less than half of the bins has none.
    """
    found = np.full(len(traces), np.nan)
    usable = _usable(traces)
    if usable.sum() >= 2:
        centred = filled(traces[usable])
        found[usable] = _each_with_others((centred @ centred.T)[None])[0]
    return found


def synchrony(traces: Floats) -> Synchrony:
    """How much the viewers of traces [viewers, bins] react together, against chance."""
    each = leave_one_out(traces)
    count = int((~np.isnan(each)).sum())
    mean = float(np.nanmean(each)) if count else math.nan
    if count < FEWEST:
        return Synchrony(mean, math.nan, math.nan, count)
    null = _null(filled(traces[_usable(traces)]))
    return Synchrony(mean, float(np.quantile(null, 0.95)), share_at_least(null, mean), count)


def correlation(first: Floats, second: Floats) -> float:
    """Pearson's correlation over the bins that both know; NaN where too few are, or one is flat."""
    both = ~(np.isnan(first) | np.isnan(second))
    if both.sum() < FEWEST_BINS:
        return float("nan")
    a, b = first[both] - first[both].mean(), second[both] - second[both].mean()
    spread_a, spread_b = float(np.sqrt((a * a).mean())), float(np.sqrt((b * b).mean()))
    if min(spread_a, spread_b) < FLAT:
        return float("nan")
    return float((a * b).mean() / (spread_a * spread_b))


def _usable(traces: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """[viewers]: read in at least half of enough bins, and not flat."""
    if traces.shape[1] < FEWEST_BINS or not len(traces):
        return np.zeros(len(traces), bool)
    known = (~np.isnan(traces)).mean(axis=1) >= 0.5
    spread = np.zeros(len(traces))
    spread[known] = np.nanstd(traces[known], axis=1)
    return np.asarray(known & (spread >= FLAT))


def _null(centred: Floats) -> Floats:
    """The mean correlation [draws] of traces moved in time, from how each two covary at every distance in time."""
    viewers, bins = centred.shape
    spectra = np.fft.rfft(centred, axis=1)
    covary = np.fft.irfft(spectra[:, None] * spectra.conj()[None], bins, axis=2)
    moves = shifts(viewers, bins)
    ones = np.arange(viewers)
    means = []
    for first in range(0, len(moves), 50):
        block = moves[first : first + 50]
        distances = (block[:, :, None] - block[:, None, :]) % bins
        sums = covary[ones[:, None], ones[None, :], distances]
        means.append(_each_with_others(sums).mean(axis=1))
    return np.concatenate(means)


def _each_with_others(sums: Floats) -> Floats:
    """Correlations of each trace with the others' mean [draws, n], from sums of products of each two [draws, n, n]."""
    own = np.diagonal(sums, axis1=1, axis2=2)
    rows = sums.sum(axis=2)
    others = np.maximum(sums.sum(axis=(1, 2))[:, None] - 2 * rows + own, 1e-12)
    return np.asarray((rows - own) / np.sqrt(own * others))
