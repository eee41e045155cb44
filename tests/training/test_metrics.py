"""The measures agree with scikit-learn's where it has them, and behave at their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.metrics import log_loss as sklearn_log_loss

from training.calibrate import fit_temperature
from training.metrics import bootstrap_interval, expected_calibration_error, score


def answers(seed: int, count: int = 300) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(7), count), rng.integers(0, 7, count)


@given(st.integers(0, 2**31))
def test_scores_agree_with_a_well_kept_library(seed: int) -> None:
    probabilities, labels = answers(seed)
    scores = score(probabilities, labels)
    given_answers = probabilities.argmax(1)
    assert scores.macro_f1 == pytest.approx(
        f1_score(labels, given_answers, average="macro", labels=range(7), zero_division=0)
    )
    assert np.array_equal(scores.confusion, confusion_matrix(labels, given_answers, labels=range(7)))
    assert scores.log_loss == pytest.approx(
        sklearn_log_loss(labels, probabilities, labels=range(7)), rel=1e-6
    )
    assert scores.interval_95[0] <= scores.accuracy <= scores.interval_95[1]


def test_a_model_that_is_always_right_and_sure_has_no_calibration_error() -> None:
    labels = np.arange(7)
    scores = score(np.eye(7), labels)
    assert scores.accuracy == scores.macro_f1 == 1
    assert scores.calibration_error == 0


def test_a_boaster_is_caught() -> None:
    probabilities = np.tile(np.array([0.94, *[0.01] * 6]), (100, 1))
    labels = np.array([0] * 50 + [1] * 50)
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.44)


def test_the_interval_narrows_with_more_faces() -> None:
    few, many = (bootstrap_interval(np.arange(n) % 10 < 7) for n in (100, 10_000))
    assert few[1] - few[0] > 5 * (many[1] - many[0])


@given(st.floats(0.3, 4), st.integers(0, 1000))
def test_the_temperature_that_spoiled_the_logits_is_found(temperature: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (4000, 7))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([rng.choice(7, p=row) for row in shares])
    found = fit_temperature((logits * temperature).astype(np.float32), labels)
    assert found == pytest.approx(temperature, rel=0.15)
