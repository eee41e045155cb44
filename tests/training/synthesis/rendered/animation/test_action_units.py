"""Expression: emotions are mixtures of action units that the head knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.rendered.animation.action_units import (
    ACTION_UNITS,
    EMOTION_UNITS,
    combine,
    facial_actions,
    scale,
    wrinkle_weights,
)
from training.synthesis.rendered.geometry.anatomy import HeadModel

INTENSITIES = st.dictionaries(st.sampled_from(sorted(ACTION_UNITS)), st.floats(0.0, 1.5), max_size=8)


def test_every_emotion_has_its_units_and_neutral_has_none() -> None:
    assert set(EMOTION_UNITS) == set(EMOTIONS)
    assert facial_actions(EMOTION_UNITS[Emotion.NEUTRAL]) == {}
    assert EMOTION_UNITS[Emotion.HAPPY][12] > 0.5


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        facial_actions({99: 1.0})


@given(INTENSITIES, INTENSITIES)
def test_expressions_add_up(first: dict[int, float], second: dict[int, float]) -> None:
    together = facial_actions(combine(first, second))
    apart = [facial_actions(first), facial_actions(second)]
    for name, value in together.items():
        assert value == pytest.approx(sum(actions.get(name, 0.0) for actions in apart))


@given(INTENSITIES, st.floats(0.0, 1.0))
def test_half_an_expression_moves_half_as_far(units: dict[int, float], factor: float) -> None:
    whole, part = facial_actions(units), facial_actions(scale(units, factor))
    assert all(part[name] == pytest.approx(factor * value, abs=1e-9) for name, value in whole.items())


@given(INTENSITIES)
def test_wrinkles_stay_in_range(units: dict[int, float]) -> None:
    assert all(0.0 <= weight <= 1.2 for weight in wrinkle_weights(units))


def test_the_head_knows_every_action(head: HeadModel) -> None:
    known = (
        set(head.facial_labels) | {f"{label[:-3]}-up" for label in head.local_labels} | set(head.local_labels)
    )
    for number in ACTION_UNITS:
        assert set(facial_actions({number: 1.0})) <= known
