"""Two models on the same faces: the tests find what is there, and say so when nothing can be shown."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.evaluation.metrics import score
from training.report.paired import compare, mcnemar, p_text, verdict


def guesses(labels: NDArray[np.int64], accuracy: float, seed: int) -> NDArray[np.float64]:
    """Probabilities whose answer is right for this share of the faces."""
    rng = np.random.default_rng(seed)
    answers = np.where(rng.random(len(labels)) < accuracy, labels, (labels + 1 + rng.integers(0, 6)) % 7)
    return np.eye(7)[answers] * 0.6 + rng.dirichlet(np.ones(7), len(labels)) * 0.4


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_exact_binomial_test(b: int, c: int) -> None:
    n = b + c
    tail = sum(comb(n, k) for k in range(min(b, c) + 1)) / 2**n
    assert mcnemar(b, c) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar(b, c) == mcnemar(c, b)


def test_mcnemar_by_hand() -> None:
    assert mcnemar(0, 5) == pytest.approx(2 / 32)
    assert mcnemar(0, 0) == 1


@given(st.integers(0, 2**31))
def test_counts_and_differences_fit_together_and_turn_round_with_the_models(seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 7, 60)
    a, b = guesses(labels, 0.7, seed), guesses(labels, 0.5, seed + 1)
    there, back = (compare(*two, labels, seed, rounds=50) for two in ((a, b), (b, a)))
    assert there.both_right + there.only_first_right + there.only_second_right + there.neither_right == 60
    value = there.differences["accuracy"].value
    assert value == pytest.approx((there.only_first_right - there.only_second_right) / 60)
    assert value == pytest.approx(score(a, labels).accuracy - score(b, labels).accuracy)
    for name, one in there.differences.items():
        other = back.differences[name]
        assert one.value == pytest.approx(-(other.value or 0))
        assert one.interval_95 is not None
        assert other.interval_95 is not None
        assert one.interval_95 == pytest.approx((-other.interval_95[1], -other.interval_95[0]), abs=1e-9)
    assert np.sum(there.disagreement) == 60
    assert np.trace(there.disagreement) == there.same_answer


def test_a_clear_difference_is_said_in_points_for_the_better_one() -> None:
    labels = np.random.default_rng(0).integers(0, 7, 1000)
    good, poor = guesses(labels, 0.8, 1), guesses(labels, 0.6, 2)
    said = verdict(compare(poor, good, labels), "A", "B")
    assert said.startswith("B is better by ")
    assert "points of accuracy (95 % " in said
    assert said.endswith("on 1,000 faces.")


def test_the_pairs_tell_more_than_two_separate_intervals() -> None:
    """Models that differ in one face of twenty, always in the same direction."""
    labels = np.random.default_rng(0).integers(0, 7, 400)
    good = guesses(labels, 0.7, 1)
    poor = good.copy()
    spoiled = np.flatnonzero(good.argmax(1) == labels)[:20]
    poor[spoiled] = np.roll(good[spoiled], 1, axis=1)
    paired = compare(good, poor, labels)
    assert paired.shows_a_difference
    assert score(good, labels).interval_95[0] < score(poor, labels).interval_95[1]


def test_a_model_against_itself_shows_nothing() -> None:
    labels = np.random.default_rng(0).integers(0, 7, 100)
    same = guesses(labels, 0.7, 1)
    paired = compare(same, same, labels)
    assert paired.mcnemar_p == 1
    assert not paired.shows_a_difference
    said = verdict(paired, "A", "B")
    assert "no difference in accuracy that these 100 faces can show" in said
    assert "0.0 to 0.0" in said


def test_an_emotion_without_faces_has_no_difference() -> None:
    labels = np.random.default_rng(0).integers(2, 7, 50)
    paired = compare(guesses(labels, 0.7, 1), guesses(labels, 0.6, 2), labels)
    assert paired.f1["angry"].value is None
    assert paired.f1["angry"].interval_95 is None
    assert not paired.f1["angry"].is_clear


def test_faces_of_few_people_show_less() -> None:
    labels = np.random.default_rng(0).integers(0, 7, 200)
    a, b = guesses(labels, 0.75, 1), guesses(labels, 0.65, 2)
    alone, together = (compare(a, b, labels, units=units) for units in (None, np.arange(200) // 40))
    widths = [
        ends[1] - ends[0] for one in (alone, together) if (ends := one.differences["accuracy"].interval_95)
    ]
    assert widths[0] != widths[1]


def test_p_values_are_written_as_papers_write_them() -> None:
    assert p_text(0.0004).replace("\N{NO-BREAK SPACE}", " ") == "p < 0.001"
    assert p_text(0.0312).replace("\N{NO-BREAK SPACE}", " ") == "p = 0.031"
