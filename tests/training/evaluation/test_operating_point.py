"""The operating point: a curve that starts where the model is, and a tau that is worth its price."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import ModelCard, Prior
from recognizer.classify import calibrated, prior_adjustment
from recognizer.errors import ModelError
from tests.recognizer.models import GREY_48
from training.evaluation.operating_point import Point, best_tau, curve, with_best_tau

SHARES = (0.09, 0.02, 0.04, 0.26, 0.15, 0.12, 0.32)
CARD = ModelCard("a model", "a.onnx", "0" * 64, tuple(EMOTIONS), GREY_48, prior=Prior(0.0, SHARES))


def answers(seed: int, faces: int = 300) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits of a model that expects SHARES, and labels that come with equal shares."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 7, faces)
    return rng.normal(0, 1, (faces, 7)) + 2 * np.eye(7)[labels] + np.log(SHARES), labels


@given(st.integers(0, 99), st.floats(0, 1))
def test_the_curve_is_the_same_wherever_the_model_stands_on_it(seed: int, tau: float) -> None:
    logits, labels = answers(seed, 50)
    taus = (0.0, 0.5, 1.0)
    plain = curve(calibrated(logits, CARD), labels, SHARES, taus=taus)
    there = replace(CARD, prior=Prior(tau, SHARES))
    moved = curve(calibrated(logits, there), labels, SHARES, prior_adjustment(there), taus)
    for one, other in zip(plain, moved, strict=True):
        assert one.macro_f1 == pytest.approx(other.macro_f1, abs=1e-3)


def test_rare_emotions_gain_by_tau_where_they_are_not_rare() -> None:
    logits, labels = answers(0, 2000)
    chosen = with_best_tau(CARD, logits, labels)
    assert chosen.prior is not None
    assert chosen.prior.tau > 0.7
    before, after = (recall_of_disgust(logits, labels, card) for card in (CARD, chosen))
    assert after > before + 0.2


def recall_of_disgust(logits: NDArray[np.float64], labels: NDArray[np.int64], card: ModelCard) -> float:
    return float((calibrated(logits, card).argmax(1) == 1)[labels == 1].mean())


def test_a_better_mean_is_not_bought_with_more_accuracy_than_half_a_point() -> None:
    points = [Point(0.0, 0.86, 0.73, 0.4, 0), Point(0.5, 0.856, 0.76, 0.5, 0), Point(1.0, 0.84, 0.79, 0.6, 0)]
    assert best_tau(points, 3000) == 0.5
    assert best_tau(points, 300) == 0.0, "with few faces the best of many is mostly luck"
    nearly = [points[0], Point(0.3, 0.858, 0.757, 0.45, 0), points[1]]
    assert best_tau(nearly, 3000) == 0.3, "a smaller step to almost as good a place"


def test_a_card_without_shares_stays_as_it_is() -> None:
    logits, labels = answers(0)
    bare = replace(CARD, prior=None)
    assert with_best_tau(bare, logits, labels) is bare


def test_shares_in_another_order_of_labels_mean_the_same(tmp_path: Path) -> None:
    order = [6, 5, 4, 3, 2, 1, 0]
    turned = replace(
        CARD,
        labels=tuple(EMOTIONS[i] for i in order),
        prior=Prior(0.4, tuple(SHARES[i] for i in order)),
    )
    assert prior_adjustment(turned) == pytest.approx(-0.4 * np.log(SHARES))


def test_a_listeners_own_shares_take_the_place_of_the_cards() -> None:
    evenings = dict(zip(map(str, EMOTIONS), SHARES, strict=True))
    assert prior_adjustment(CARD, evenings) == pytest.approx(np.zeros(7))
    evenings["disgust"] *= 10
    assert prior_adjustment(CARD, evenings)[1] == pytest.approx(np.log(10))
    with pytest.raises(ModelError, match="tells no training shares"):
        prior_adjustment(replace(CARD, prior=None), evenings)
    with pytest.raises(ModelError, match="above 0 for each of angry"):
        prior_adjustment(CARD, {"happy": 1.0})
