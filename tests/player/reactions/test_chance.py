"""What chance gives along a film: stretches and synchrony are claimed where something is shared, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from player.reactions.chance import apart, filled, shifted_means, time_locked
from player.reactions.readings import Floats
from player.reactions.synchrony import leave_one_out, synchrony

BINS = 100


def traces(viewers: int, shared: bool, seed: int = 1) -> Floats:
    """Each viewer smiles once for 2 s over noise: all at 8 s, or each at a time of its own."""
    random = np.random.default_rng(seed)
    found = np.abs(random.normal(0, 0.03, (viewers, BINS)))
    for each in found:
        start = 40 if shared else random.integers(0, BINS)
        each[np.arange(start, start + 10) % BINS] += random.beta(3, 2)
    return found


def test_what_is_shared_is_found_where_it_is() -> None:
    (found,) = [each for each in time_locked(traces(12, shared=True)) if each.p <= 0.01 and each.higher]
    assert abs(found.start - 40) <= 2
    assert abs(found.end - 50) <= 2


def test_what_is_not_shared_is_seldom_claimed() -> None:
    studies = [traces(8, shared=False, seed=seed) for seed in range(60)]
    assert sum(any(each.p <= 0.05 for each in time_locked(study)) for study in studies) <= 8
    assert sum(synchrony(study).p <= 0.05 for study in studies) <= 8
    assert sum(synchrony(traces(8, shared=True, seed=seed)).p <= 0.01 for seed in range(10)) == 10


def test_groups_that_differ_do_so_where_they_do() -> None:
    smiling, still = traces(8, shared=True), np.abs(np.random.default_rng(3).normal(0, 0.03, (7, BINS)))
    found = [each for each in apart(smiling, still) if each.p <= 0.05]
    assert [each.higher for each in found] == [True]
    assert (abs(found[0].start - 40) <= 2, abs(found[0].end - 50) <= 2) == (True, True)
    alike = [apart(traces(6, True, seed), traces(6, True, seed + 50)) for seed in range(15)]
    assert sum(any(each.p <= 0.05 for each in found) for found in alike) <= 4


def test_few_viewers_are_not_tested() -> None:
    assert time_locked(traces(4, shared=True)) == ()
    assert apart(traces(4, True), traces(9, True)) == ()
    few = synchrony(traces(4, shared=True))
    assert np.isnan(few.p)
    assert few.mean > 0.5


def test_synchrony_is_the_correlation_with_the_others() -> None:
    values = traces(6, shared=True)
    textbook = [np.corrcoef(values[i], np.delete(values, i, 0).mean(axis=0))[0, 1] for i in range(6)]
    assert leave_one_out(values - 0) == pytest.approx(textbook, abs=0.02)
    centred = values - values.mean(axis=1, keepdims=True)
    exact = [np.corrcoef(centred[i], np.delete(centred, i, 0).sum(axis=0))[0, 1] for i in range(6)]
    assert leave_one_out(values) == pytest.approx(exact)
    assert synchrony(values).chance < synchrony(values).mean


def test_gaps_and_flat_traces_are_left_out() -> None:
    values = traces(5, shared=True)
    values[0] = 0.3
    values[1, :60] = np.nan
    values[2, :20] = np.nan
    assert np.isnan(leave_one_out(values)).tolist() == [True, True, False, False, False]
    assert len(filled(values)) == 4
    assert shifted_means(filled(values)).mean(axis=1) == pytest.approx(0, abs=1e-9)
