"""Intervals: the same seed gives the same ones, they cover what they should, and relatives are drawn together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.evaluation.bootstrap import interval, resamples, single_units, units_of
from training.evaluation.metrics import score
from training.evaluation.weighted import HEADLINES


def accuracy_interval(right: NDArray[np.bool_], seed: int = 0) -> tuple[float, float]:
    probabilities = np.full((len(right), 7), 0.01)
    probabilities[:, 2] = 0.94
    return score(probabilities, np.where(right, 2, 4), seed).interval_95


def test_the_same_seed_gives_the_same_interval_and_another_seed_nearly_the_same() -> None:
    right = np.arange(500) % 10 < 7
    assert accuracy_interval(right, 1) == accuracy_interval(right, 1)
    assert accuracy_interval(right, 1) != accuracy_interval(right, 2)
    assert accuracy_interval(right, 1) == pytest.approx(accuracy_interval(right, 2), abs=0.01)


def test_the_interval_is_that_of_a_share_of_independent_faces() -> None:
    low, high = accuracy_interval(np.arange(2000) % 10 < 7)
    deviation = np.sqrt(0.7 * 0.3 / 2000)
    assert (low, high) == pytest.approx((0.7 - 1.96 * deviation, 0.7 + 1.96 * deviation), abs=0.003)


@given(st.integers(0, 10_000))
def test_every_interval_has_the_lower_end_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = score(rng.dirichlet(np.ones(7), 40), rng.integers(0, 7, 40))
    for name in HEADLINES:
        ends = scores.intervals_95[name]
        assert ends is not None
        assert ends[0] <= ends[1]


@given(st.integers(1, 50), st.integers(0, 1000), st.integers(1, 30))
def test_every_draw_has_as_many_faces_as_the_set(count: int, seed: int, rounds: int) -> None:
    drawn = np.concatenate(list(resamples(single_units(count), seed, rounds)))
    assert drawn.shape == (rounds, count)
    assert (drawn.sum(1) == count).all()


def test_faces_of_one_person_are_drawn_together_and_strangers_alone() -> None:
    units = units_of(np.array(["ann", "", "bob", "ann", "", "bob"]))
    drawn = np.concatenate(list(resamples(units, 0, 50)))
    assert (drawn[:, 0] == drawn[:, 3]).all()
    assert (drawn[:, 2] == drawn[:, 5]).all()
    assert (drawn[:, 1] != drawn[:, 4]).any()


def test_ten_people_with_many_faces_each_tell_less_than_as_many_strangers() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(rng.integers(0, 7, 10), 50)
    probabilities = np.eye(7)[np.repeat(rng.integers(0, 7, 10), 50)]
    people = units_of(np.repeat([f"person {i}" for i in range(10)], 50))
    wide, narrow = (score(probabilities, labels, 0, units).interval_95 for units in (people, None))
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])


def test_replicates_without_a_value_are_left_out() -> None:
    assert interval(np.full(10, np.nan)) is None
    assert interval(np.array([0.5, np.nan, 0.5])) == (0.5, 0.5)
