"""Shapes: free of size, place and turn; a mean is nearer to the truth than one picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import HeadPose
from recognizer.face_shape import (
    PAIRS,
    SHAPE_SIZE,
    Shape,
    at_rest,
    is_frontal,
    mean_shape,
    shape_of,
    turned_onto,
)
from recognizer.faces import BLENDSHAPES
from tests.player.people.faces import face, head


def apart(first: Shape, second: Shape) -> float:
    """The root mean square distance of the points, once one is turned onto the other."""
    one, other = first.reshape(-1, 3), second.reshape(-1, 3)
    return float(np.sqrt(((one - turned_onto(one, other)) ** 2).sum(axis=1).mean()))


@given(st.floats(20, 2000), st.floats(-60, 60))
def test_a_shape_knows_no_size_and_no_turn(size_px: float, turn_degrees: float) -> None:
    one = shape_of(face(head(1), noise=0))
    other = shape_of(face(head(1), size_px=size_px, turn_degrees=turn_degrees, noise=0))
    assert one.shape == (SHAPE_SIZE,)
    assert apart(one, other) < 1e-3


@given(st.integers(0, 1000))
def test_a_face_and_its_mirror_image_have_the_same_shape(seed: int) -> None:
    points = head(seed)
    mirrored = points * (-1, 1, 1)
    swapped = mirrored.copy()
    for left, right in PAIRS:
        swapped[[left, right]] = mirrored[[right, left]]
    assert apart(shape_of(face(points, noise=0)), shape_of(face(swapped, noise=0))) < 1e-3


def test_the_mean_is_nearer_to_the_truth_than_a_single_look() -> None:
    truth = shape_of(face(head(1), noise=0))
    looks = [shape_of(face(head(1), noise=0.05, turn_degrees=3.0 * seed, seed=seed)) for seed in range(12)]
    assert apart(mean_shape(looks), truth) < 0.5 * np.mean([apart(look, truth) for look in looks])
    with pytest.raises(ValueError, match="at least one"):
        mean_shape([])


@pytest.mark.parametrize(
    ("name", "rests"), [("mouthSmileLeft", False), ("jawOpen", False), ("eyeBlinkLeft", True)]
)
def test_what_pulls_at_the_shape_is_no_rest(name: str, rests: bool) -> None:
    assert at_rest([0.9 * (each == name) for each in BLENDSHAPES]) is rests


def test_a_turned_head_is_not_frontal() -> None:
    assert is_frontal(HeadPose(-10, 10, 45))
    assert not is_frontal(HeadPose(-20, 0, 0))
    assert not is_frontal(HeadPose(0, 25, 0))
