"""Calibration: a known temperature is found again, and more numbers are kept only where they clearly help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from recognizer.card import ModelCard
from recognizer.classify import calibrated
from tests.recognizer.models import GREY_48
from training.exporting.calibrate import Calibration, fit_calibration, fit_temperature

CARD = ModelCard("a model", "a.onnx", "0" * 64, tuple(EMOTIONS), GREY_48)


def honest(faces: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits whose softmax is the chance that each label was drawn with."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (faces, len(EMOTIONS)))
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(1)
    return logits, labels.astype(np.int64)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_a_known_temperature_is_found_again(temperature: float) -> None:
    logits, labels = honest(20_000)
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_logits_that_are_only_too_sure_need_no_more_than_a_temperature() -> None:
    logits, labels = honest(2_000)
    found = fit_calibration(logits * 2, labels)
    assert found.scales == found.biases == ()
    assert found.temperature == pytest.approx(2, rel=0.1)
    assert found.figures is not None
    assert found.figures["method"] == "temperature"
    assert found.figures["calibration_error"]["temperature"] < found.figures["calibration_error"]["none"]


def test_an_emotion_that_is_named_too_often_gets_a_bias_of_its_own() -> None:
    logits, labels = honest(1_000)
    happy = EMOTIONS.index(Emotion.HAPPY)
    logits[:, happy] += 2
    found = fit_calibration(logits, labels)
    assert found.figures is not None
    assert found.figures["method"] == "vector"
    assert found.figures["log_loss"]["vector"] < found.figures["log_loss"]["temperature"]
    assert min(range(len(EMOTIONS)), key=lambda i: found.biases[i]) == happy


def test_a_handful_of_faces_does_not_buy_fourteen_numbers() -> None:
    logits, labels = honest(40)
    assert fit_calibration(logits, labels).scales == ()


@given(st.permutations((*map(str, EMOTIONS), "contempt")), st.integers(0, 9))
def test_the_recognizer_applies_what_was_fitted_whatever_the_order_of_labels(
    labels: list[str], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    calibration = Calibration(1.5, tuple(rng.uniform(0.5, 2, 7).round(4)), tuple(rng.normal(size=7).round(4)))
    card = calibration.apply_to(replace(CARD, labels=tuple(labels)))
    logits = rng.normal(size=(3, 8))
    expected = np.exp(calibration.log_probabilities(logits[:, card.columns]))
    assert calibrated(logits, card) == pytest.approx(expected, abs=1e-5)
