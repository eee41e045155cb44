"""Intervals over seeds and faces: they cover what they should, and pairing pays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from tests.training.study.pretended import predictions
from training.study.predictions import Predictions
from training.study.uncertainty import (
    BootstrapFigures,
    best_of,
    bootstrap_figures,
    difference,
    estimate,
    relative_gain,
)

FACES = 400


def runs(*skills: tuple[float, ...], faces: int = FACES, seed: int = 0) -> list[list[Predictions]]:
    """A row for each seed; each arm reads the easiest so many of its faces."""
    hard = np.random.default_rng(seed).random(faces)
    rng = np.random.default_rng(seed + 1)
    return [[predictions(hard < skill, rng) for skill in row] for row in skills]


def test_means_and_differences_are_those_of_the_answers() -> None:
    rows = runs((0.6, 0.5), (0.7, 0.5), (0.65, 0.5))
    draws = bootstrap_figures(rows, areas=False, rounds=200)["accuracy"]
    right = np.array([[(o.probabilities.argmax(1) == o.labels).mean() for o in row] for row in rows])
    assert draws.by_seed == pytest.approx(right)
    change = difference(draws, 0, 1)
    assert change.value == pytest.approx((right[:, 0] - right[:, 1]).mean())
    assert relative_gain(draws, 0, 1).value == pytest.approx(right[:, 0].mean() / right[:, 1].mean() - 1)
    assert change.is_clear
    assert not difference(draws, 1, 1).is_clear


def test_the_same_hard_faces_cancel_out_of_a_difference() -> None:
    draws = bootstrap_figures(runs((0.55, 0.5), (0.55, 0.5)), areas=False, rounds=500)["accuracy"]
    alone, paired = estimate(draws, 0).interval_95, difference(draws, 0, 1).interval_95
    assert alone is not None
    assert paired is not None
    assert paired[1] - paired[0] < 0.75 * (alone[1] - alone[0])


@settings(max_examples=25)
@given(st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=6).filter(lambda d: np.std(d) > 1e-3))
def test_with_no_doubt_about_the_faces_the_interval_is_the_paired_t_tests(changes: list[float]) -> None:
    from training.study.uncertainty import _seed_part, _student

    by_seed = np.column_stack([0.5 + np.array(changes), np.full(len(changes), 0.5)])
    noise = _student(len(changes), 40_000, 0)
    draws = BootstrapFigures(by_seed, by_seed.mean(0) + _seed_part(by_seed, noise))
    found = difference(draws, 0, 1).interval_95
    assert found is not None
    wanted = ttest_rel(by_seed[:, 0], by_seed[:, 1]).confidence_interval()
    width = wanted.high - wanted.low
    assert found == pytest.approx((wanted.low, wanted.high), abs=0.06 * width)


def test_intervals_hold_the_true_difference_about_as_often_as_they_say() -> None:
    held, tries, truth = 0, 60, 0.1
    for number in range(tries):
        rng = np.random.default_rng(number)
        skills = [(0.5 + truth + s, 0.5 + t) for s, t in 0.02 * rng.standard_normal((3, 2))]
        ends = difference(
            bootstrap_figures(runs(*skills, faces=150, seed=number), areas=False, rounds=200)["accuracy"],
            0,
            1,
        ).interval_95
        assert ends is not None
        held += ends[0] <= truth <= ends[1]
    # By chance fewer than 51 of 60 hold with a probability below 0.001.
    assert held >= 51


def test_runs_with_tests_of_their_own_are_drawn_face_by_face() -> None:
    (first,) = runs((0.9, 0.9))
    left, right = first[0], first[1]
    half = np.arange(FACES) < FACES // 2
    apart = bootstrap_figures([[left.where(half), right.where(~half)]] * 2, areas=False, rounds=300)[
        "accuracy"
    ]
    together = bootstrap_figures([[left.where(half), right.where(half)]] * 2, areas=False, rounds=300)[
        "accuracy"
    ]
    wide, narrow = (difference(one, 0, 1).interval_95 for one in (apart, together))
    assert wide is not None
    assert narrow is not None
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_the_best_value_is_as_sure_as_the_draws_agree() -> None:
    steady = np.array([[0.4, 0.5, 0.6]] * 3)
    rng = np.random.default_rng(0)
    clear = BootstrapFigures(steady, steady[0] + 0.01 * rng.standard_normal((500, 3)))
    assert best_of(clear, {0: 0, 1: 1, 5: 2})[:2] == (5, (5, 5))
    close = BootstrapFigures(steady, steady[0] + 0.1 * rng.standard_normal((500, 3)))
    best, (low, high), shares = best_of(close, {0: 0, 1: 1, 5: 2})
    assert best == 5
    assert low < high == 5
    assert sum(shares.values()) == pytest.approx(1)


def test_areas_and_each_emotion_have_figures_and_what_is_missing_is_not_known() -> None:
    rows = [[one.where(one.labels != 0) for one in row] for row in runs((0.6, 0.5), (0.6, 0.5))]
    draws = bootstrap_figures(rows, areas=True, rounds=50)
    assert estimate(draws["recall angry"], 0).value is None
    assert estimate(draws["recall fear"], 0).value == pytest.approx(0.6, abs=0.15)
    assert (estimate(draws["pr_auc"], 0).value or 0) > (estimate(draws["pr_auc"], 1).value or 1)
