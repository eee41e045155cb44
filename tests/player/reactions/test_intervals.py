"""Intervals over viewers: inside the bounds, none for few, and as wide as textbooks say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from player.reactions.intervals import FEWEST, band, value, without_interval


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=40))
def test_a_band_holds_its_mean_and_stays_within_the_bounds(rows: list[list[float]]) -> None:
    values = np.array(rows)
    found = band(values)
    assert found.mean == pytest.approx(values.mean(axis=0))
    if len(rows) < FEWEST:
        assert np.isnan(found.low).all()
        return
    assert (found.low <= found.mean + 1e-9).all()
    assert (found.high >= found.mean - 1e-9).all()
    assert (found.low >= -1e-9).all()
    assert (found.high <= 1 + 1e-9).all()
    assert (found.high - found.low > 1e-6).all() or values.std(axis=0).min() > 0


@pytest.mark.parametrize(("yes", "of"), [(0, 5), (3, 5), (8, 8), (13, 20), (5, 100)])
def test_yes_and_no_have_wilsons_interval(yes: int, of: int) -> None:
    found = value(np.array([1.0] * yes + [0.0] * (of - yes)))
    textbook = stats.binomtest(yes, of).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == pytest.approx(tuple(textbook), abs=1e-9)


def test_without_bounds_it_is_students() -> None:
    values = np.random.default_rng(1).normal(12, 5, 9)
    found = value(values, None)
    assert (found.low, found.high) == pytest.approx(tuple(stats.ttest_1samp(values, 0).confidence_interval()))
    assert np.isnan(value(np.full(9, 12.0), None).low)


def test_many_viewers_in_the_middle_have_the_usual_interval() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.05, 400)
    assert value(values).high - value(values).low == pytest.approx(
        2 * 1.97 * values.std(ddof=1) / 20, rel=0.01
    )


def test_gaps_are_left_out_and_few_viewers_are_marked() -> None:
    values = np.array([0.1, 0.2, np.nan, 0.3, 0.4])
    found = value(values)
    assert (found.viewers, found.low_base) == (4, True)
    assert found.mean == pytest.approx(0.25)
    assert np.isnan(found.low)
    assert without_interval(values).mean == pytest.approx(0.25)
    assert np.isnan(value(np.full(5, np.nan)).mean)


def test_a_moment_in_which_nobody_smiles_is_no_proof_that_nobody_does() -> None:
    smile = np.full((8, 40), 0.01)
    smile[:, 10:20] = np.random.default_rng(1).beta(1, 3, (8, 10))
    alone, within = (
        band(smile + 0.001 * np.arange(8)[:, None]),
        band(smile + 0.001 * np.arange(8)[:, None], along_time=True),
    )
    assert (within.high - within.low)[0] > 5 * (alone.high - alone.low)[0]
    assert (within.high - within.low)[15] == pytest.approx((alone.high - alone.low)[15], rel=0.3)
