"""What the warp_generator is asked for, how far a face is from it, and that rare emotions are not forgotten."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recognizer.affect import EMOTIONS
from training.synthesis.gan.conditions import (
    balanced_rows,
    balanced_weights,
    emotion_conditions,
    mismatched,
    unit_conditions,
)

LABELS = np.array([0] * 90 + [3] * 10, np.int64)


def test_an_emotion_is_a_condition_of_its_own() -> None:
    conditions = emotion_conditions(LABELS)
    assert conditions.names == EMOTIONS
    assert (conditions.values.argmax(axis=1) == LABELS).all()


def test_an_emotion_asks_for_the_mean_of_its_faces_units() -> None:
    values = np.array([[0.2, 0.0], [0.4, 0.0], [0.0, 1.0]], np.float32)
    conditions = unit_conditions((4, 12), values, np.array([0, 0, 3], np.int64))
    assert conditions.names == ("au04", "au12")
    np.testing.assert_allclose(conditions.by_emotion[0], [0.3, 0.0])
    np.testing.assert_allclose(conditions.by_emotion[3], [0.0, 1.0])
    assert not conditions.by_emotion[5].any()


def test_another_faces_emotion_is_false_unless_it_is_the_same() -> None:
    shown = torch.eye(7)[[3, 3, 0]]
    others, falsehood = mismatched(shown)
    assert others.argmax(dim=1).tolist() == [0, 3, 3]
    assert falsehood.tolist() == [1, 0, 1]


def test_action_units_are_as_false_as_the_one_that_differs_most() -> None:
    _, falsehood = mismatched(torch.tensor([[1.0, 0.2], [0.75, 0.2]]))
    assert falsehood.tolist() == [0.25, 0.25]


def test_rare_emotions_are_drawn_as_often_as_common_ones() -> None:
    weights = balanced_weights(LABELS)
    assert float(weights[LABELS == 0].sum()) == pytest.approx(float(weights[LABELS == 3].sum()))


def test_a_balanced_choice_repeats_no_row_and_takes_what_there_is() -> None:
    rows = balanced_rows(LABELS, 60, seed=0)
    assert len(set(rows)) == len(rows)
    assert np.bincount(LABELS[rows]).tolist() == [30, 0, 0, 10]
    assert (balanced_rows(LABELS, 60, seed=0) == rows).all()
