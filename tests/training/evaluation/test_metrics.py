"""The measures agree with scikit-learn's where it has them, and behave at their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
)
from sklearn.metrics import log_loss as sklearn_log_loss

from recognizer.affect import EMOTIONS
from training.evaluation.metrics import score
from training.evaluation.weighted import HEADLINES, Measures
from training.exporting.calibrate import fit_temperature

FEW_FACES = st.integers(14, 60)


def answers(seed: int, count: int = 300, steps: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Random probabilities and labels; with `steps`, coarse probabilities of which many are equal."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(7), count)
    if steps:
        probabilities = rng.multinomial(steps, np.ones(7) / 7, count) / steps
    return probabilities, np.append(np.arange(7), rng.integers(0, 7, count - 7))


@given(st.integers(0, 2**31), FEW_FACES, st.sampled_from([0, 4]))
def test_scores_agree_with_a_well_kept_library(seed: int, count: int, steps: int) -> None:
    probabilities, labels = answers(seed, count, steps)
    scores = score(probabilities, labels, rounds=20)
    given_answers = probabilities.argmax(1)
    columns = precision_recall_fscore_support(labels, given_answers, labels=range(7), zero_division=0)
    ours = scores.per_class.values()
    assert [one.precision or 0 for one in ours] == pytest.approx(columns[0])
    assert [one.recall for one in ours] == pytest.approx(columns[1])
    assert [one.f1 for one in ours] == pytest.approx(columns[2])
    assert [one.support for one in ours] == columns[3].tolist()
    assert scores.macro_f1 == pytest.approx(columns[2].mean())
    assert scores.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels, given_answers))
    assert np.array_equal(scores.confusion, confusion_matrix(labels, given_answers, labels=range(7)))


@given(st.integers(0, 2**31), FEW_FACES, st.sampled_from([0, 4]))
def test_areas_agree_with_a_well_kept_library_with_and_without_equal_probabilities(
    seed: int, count: int, steps: int
) -> None:
    probabilities, labels = answers(seed, count, steps)
    scores = score(probabilities, labels, rounds=20)
    rows = np.eye(7)[labels]
    pr_areas = [average_precision_score(rows[:, i], probabilities[:, i]) for i in range(7)]
    roc_areas = [roc_auc_score(rows[:, i], probabilities[:, i]) for i in range(7)]
    assert [one.pr_auc for one in scores.per_class.values()] == pytest.approx(pr_areas)
    assert [one.roc_auc for one in scores.per_class.values()] == pytest.approx(roc_areas)
    assert scores.pr_auc == pytest.approx(np.mean(pr_areas))
    assert scores.roc_auc == pytest.approx(np.mean(roc_areas))


@given(st.integers(0, 2**31))
def test_losses_agree_with_a_well_kept_library(seed: int) -> None:
    probabilities, labels = answers(seed, 40)
    scores = score(probabilities, labels, rounds=20)
    assert scores.log_loss == pytest.approx(sklearn_log_loss(labels, probabilities, labels=range(7)))
    by_hand = np.mean([np.sum((p - np.eye(7)[y]) ** 2) for p, y in zip(probabilities, labels, strict=True)])
    assert scores.brier == pytest.approx(by_hand)


@given(st.integers(0, 2**31), st.integers(7, 40))
def test_a_weight_counts_like_as_many_copies_of_the_face(seed: int, count: int) -> None:
    probabilities, labels = answers(seed, count, steps=5)
    times = np.random.default_rng(seed + 1).integers(0, 4, count)
    times[0] += 1
    weighted = Measures(probabilities, labels).headlines(times[None].astype(np.float64))
    copies = Measures(probabilities.repeat(times, 0), labels.repeat(times)).headlines(
        np.ones((1, times.sum()))
    )
    for name in HEADLINES:
        assert weighted[name] == pytest.approx(copies[name], nan_ok=True)


def test_a_model_that_is_always_right_and_sure_is_perfect() -> None:
    scores = score(np.eye(7), np.arange(7))
    assert scores.accuracy == scores.balanced_accuracy == scores.macro_f1 == 1
    assert scores.pr_auc == scores.roc_auc == 1
    assert scores.calibration_error == scores.brier == scores.log_loss == 0


def test_a_boaster_is_caught() -> None:
    probabilities = np.tile(np.array([0.94, *[0.01] * 6]), (100, 1))
    labels = np.array([0] * 50 + [1] * 50)
    assert score(probabilities, labels).calibration_error == pytest.approx(0.44)


def test_an_emotion_without_faces_is_left_out_of_the_means_and_named_as_unknown() -> None:
    probabilities, labels = answers(0)
    labels = np.where(labels == EMOTIONS.index("disgust"), EMOTIONS.index("angry"), labels)
    scores = score(probabilities, labels, rounds=20)
    absent = scores.per_class["disgust"]
    assert (absent.support, absent.recall, absent.f1, absent.pr_auc, absent.roc_auc) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert absent.precision == 0
    present = [one.f1 for name, one in scores.per_class.items() if name != "disgust"]
    assert scores.macro_f1 == pytest.approx(np.mean([f1 for f1 in present if f1 is not None]))


def test_one_emotion_alone_has_no_roc_curve_and_no_faces_have_no_score() -> None:
    probabilities, _ = answers(0, 10)
    scores = score(probabilities, np.full(10, 3))
    assert scores.roc_auc is None
    assert scores.intervals_95["roc_auc"] is None
    assert scores.pr_auc == 1
    with pytest.raises(ValueError, match="no faces"):
        score(probabilities[:0], np.zeros(0, np.int64))


@given(st.floats(0.3, 4), st.integers(0, 1000))
def test_the_temperature_that_spoiled_the_logits_is_found(temperature: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (4000, 7))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([rng.choice(7, p=row) for row in shares])
    found = fit_temperature((logits * temperature).astype(np.float32), labels)
    assert found == pytest.approx(temperature, rel=0.15)
