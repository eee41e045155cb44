"""The stopwatch for models: who takes turns, and what is stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import training.evaluation.cost
from recognizer.card import InputSpec
from recognizer.classify import Classifier
from tests.recognizer.models import GREY_48, write_model
from training.evaluation.cost import REFERENCE, face_run, in_turns, latency_of, ratio, reference_run


def test_models_take_turns_and_the_first_round_does_not_count() -> None:
    order: list[str] = []
    samples = in_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2, 3)
    assert "".join(order) == "aaabbb" * 3
    assert {name: len(each) for name, each in samples.items()} == {"a": 6, "b": 6}
    assert min(map(min, samples.values())) >= 0


def test_a_ratio_is_median_over_median() -> None:
    assert ratio([1.0, 2.0, 90.0], [4.0, 4.0, 0.0]) == 0.5


@pytest.mark.parametrize(
    "spec", [GREY_48, InputSpec((64, 80), 3, "NHWC", "bgr", 1.0, (0.0,) * 3, (1.0,) * 3)]
)
def test_a_face_is_given_as_the_model_gets_it(tmp_path: Path, spec: InputSpec) -> None:
    answer = face_run(Classifier.load(write_model(tmp_path, spec=spec)))()
    assert getattr(answer, "shape", None) == (1, 7)


def test_a_card_states_the_ratio_to_a_known_net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = Classifier.load(write_model(tmp_path))
    monkeypatch.setattr(training.evaluation.cost, "reference_run", lambda: face_run(classifier))
    stated = latency_of(classifier)
    assert stated["relative_to"] == REFERENCE
    assert stated["ratio"] > 0
    monkeypatch.setattr(training.evaluation.cost, "reference_run", lambda: None)
    assert latency_of(classifier) == {}


@pytest.mark.slow
def test_the_reference_runs() -> None:
    run = reference_run()
    assert run is not None
    assert np.asarray(run()).shape == (1, 1, 7)
