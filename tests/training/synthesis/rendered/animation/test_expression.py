"""Expressions: every emotion has several ways to show, all of them within what a face can do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.rendered.animation.action_units import ACTION_UNITS
from training.synthesis.rendered.animation.expression import CORE, VARIANTS, exactly, sample_expression


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_variants_name_units_that_the_head_knows_and_their_chances_sum_to_one(emotion: Emotion) -> None:
    variants = VARIANTS[emotion]
    assert sum(variant.chance for variant in variants) == pytest.approx(1.0)
    for variant in variants:
        assert CORE[emotion] <= set(variant.units) <= set(ACTION_UNITS)
        assert all(0.0 <= low <= high <= 1.0 for low, high in variant.units.values())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_way_to_show_an_emotion_holds_its_core(emotion: Emotion) -> None:
    for seed in range(30):
        units = sample_expression(emotion, 1.0, np.random.default_rng(seed)).units
        assert set(units) >= CORE[emotion]


@given(st.sampled_from(EMOTIONS), st.floats(0.0, 1.0), st.integers(0, 10_000))
def test_intensities_stay_in_range_and_equal_seeds_draw_alike(
    emotion: Emotion, intensity: float, seed: int
) -> None:
    drawn = sample_expression(emotion, intensity, np.random.default_rng(seed))
    assert drawn == sample_expression(emotion, intensity, np.random.default_rng(seed))
    assert all(0.0 < value <= 1.0 for value in drawn.units.values())
    assert all(abs(lean) <= 0.4 for lean in drawn.asymmetry.values())


def test_a_faint_expression_moves_less() -> None:
    faint, full = (
        sample_expression(Emotion.HAPPY, level, np.random.default_rng(4)).units[12] for level in (0.3, 1.0)
    )
    assert faint < 0.5 * full


def test_the_same_emotion_differs_from_face_to_face() -> None:
    drawn = [sample_expression(Emotion.DISGUST, 1.0, np.random.default_rng(seed)).units for seed in range(60)]
    assert len({frozenset(units) for units in drawn}) > 30
    assert np.std([units[10] for units in drawn]) > 0.1


def test_neutral_faces_do_next_to_nothing_besides_looking_about_with_lips_that_may_be_parted() -> None:
    for seed in range(30):
        units = sample_expression(Emotion.NEUTRAL, 1.0, np.random.default_rng(seed)).units
        assert units.get(25, 0.0) < 0.5
        assert (
            max((value for number, value in units.items() if number < 60 and number != 25), default=0.0)
            < 0.35
        )


def test_a_unit_that_no_head_can_do_is_refused() -> None:
    assert exactly({12: 0.5}).units == {12: 0.5}
    with pytest.raises(KeyError, match="99"):
        exactly({99: 0.5})
