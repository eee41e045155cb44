"""Shapes: free of size, place and turn; near for one person, farther for another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.people.shape import (
    CLEAR_RATIO,
    FEWEST_LOOKS,
    SAME_PERSON_LIMIT,
    SHAPE_SIZE,
    Look,
    mean_shape,
    nearest,
    shape_of,
    unlikeness,
)
from tests.player.people.faces import face, head, seen


@given(st.floats(20, 2000), st.floats(-60, 60))
def test_a_shape_knows_no_size_and_no_turn(size_px: float, turn_degrees: float) -> None:
    one = shape_of(face(head(1), noise=0))
    other = shape_of(face(head(1), size_px=size_px, turn_degrees=turn_degrees, noise=0))
    assert one.shape == (SHAPE_SIZE,)
    assert unlikeness(one, other) < 1e-3


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_unlikeness_is_the_same_both_ways_and_nothing_to_oneself(first: int, second: int) -> None:
    one, other = shape_of(face(head(first))), shape_of(face(head(second)))
    assert unlikeness(one, one) < 1e-6
    assert unlikeness(one, other) == pytest.approx(unlikeness(other, one), abs=1e-9)
    assert 0 <= unlikeness(one, other) <= 2


def test_the_mean_is_nearer_to_the_truth_than_a_single_look() -> None:
    truth = shape_of(face(head(1), noise=0))
    looks = [shape_of(face(head(1), noise=0.05, turn_degrees=3.0 * seed, seed=seed)) for seed in range(12)]
    assert unlikeness(mean_shape(looks), truth) < 0.5 * np.mean([unlikeness(look, truth) for look in looks])
    with pytest.raises(ValueError, match="at least one"):
        mean_shape([])


def test_somebody_is_known_again_and_a_stranger_is_nobody() -> None:
    known = {"Ada": shape_of(face(head(1))), "Bo": shape_of(face(head(2)))}
    assert nearest(shape_of(face(head(1), seed=5)), known) == "Ada"
    assert nearest(shape_of(face(head(2), seed=5)), known) == "Bo"
    assert nearest(shape_of(face(head(3), seed=5)), known) is None
    assert nearest(shape_of(face(head(1))), {}) is None


def test_between_two_people_who_look_alike_there_is_no_guess() -> None:
    base = head(1)
    step = head(2) - base
    shape, near, nearly = (shape_of(face(base + share * step, noise=0)) for share in (0.0, 0.04, -0.045))
    assert max(unlikeness(shape, near), unlikeness(shape, nearly)) < SAME_PERSON_LIMIT
    assert unlikeness(shape, near) > CLEAR_RATIO * unlikeness(shape, nearly)
    assert nearest(shape, {"Ada": near}) == "Ada"
    assert nearest(shape, {"Ada": near, "twin": nearly}) is None


def test_a_look_needs_time_and_a_face_at_rest() -> None:
    look, smiling, rushed = Look(), Look(), Look()
    for index in range(FEWEST_LOOKS):
        assert look.shape is None
        look.add(face(head(1), seed=index), seen(0.2 * index))
        smiling.add(face(head(1), seed=index), seen(0.2 * index, mouthSmileLeft=0.9))
        rushed.add(face(head(1), seed=index), seen(0.001 * index))
    assert look.shape is not None
    assert smiling.shape is None
    assert rushed.shape is None
