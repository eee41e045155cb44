"""How much viewers react together: inter-subject correlation (Hasson et al. 2004), each against the others. Pure.

What chance would give is found by shifting each viewer's trace in time by a random amount, around the end (Kauppi et
al. 2010): that keeps how smooth each trace is, and destroys only what they have in common.
"""

from __future__ import annotations

import numpy as np

from player.reactions.bootstrap import SEED
from player.reactions.readings import Floats

FEWEST_BINS = 10
"""With fewer bins in common no correlation is given."""
FLAT = 1e-3
"""A trace that varies less than this (standard deviation) correlates with nothing."""
SHIFTS = 200


def leave_one_out(traces: Floats) -> Floats:
    """Pearson's correlation [viewers] of each trace [viewers, bins] with the mean of the others'; NaN where flat."""
    if len(traces) < 2:
        return np.full(len(traces), np.nan)
    known = ~np.isnan(traces)
    filled = np.where(known, traces, 0.0)
    others, count = filled.sum(axis=0) - filled, known.sum(axis=0) - known
    with np.errstate(invalid="ignore", divide="ignore"):
        means = others / count
    return np.array([correlation(own, rest) for own, rest in zip(traces, means, strict=True)])


def chance_level(traces: Floats) -> float:
    """The 95th percentile of the mean of `leave_one_out` for traces that have nothing in common."""
    random = np.random.default_rng(SEED)
    levels = []
    for _ in range(SHIFTS):
        moved = [np.roll(trace, random.integers(len(trace))) for trace in traces]
        each = leave_one_out(np.stack(moved)) if moved else np.array([np.nan])
        levels.append(np.nan if np.isnan(each).all() else float(np.nanmean(each)))
    return float("nan") if np.isnan(levels).all() else float(np.nanpercentile(levels, 95))


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
