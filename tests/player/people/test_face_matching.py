"""Who is like whom: near for one person, farther for another, and no guess between two who look alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import LibraryError
from player.people import face_matching as likeness
from player.people.face_matching import (
    CLEAR_RATIO,
    FEWEST_SAMPLES,
    SAME_PERSON_LIMIT,
    ShapeSampler,
    metric,
    nearest,
)
from recognizer.face_shape import shape_of
from tests.player.people.faces import face, head, seen


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_distance_is_the_same_both_ways_and_nothing_to_oneself(first: int, second: int) -> None:
    one, other = shape_of(face(head(first))), shape_of(face(head(second)))
    distance = metric().distance
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one))


@given(st.floats(20, 2000), st.floats(-15, 15))
def test_size_and_turn_do_not_count(size_px: float, turn_degrees: float) -> None:
    one = shape_of(face(head(1), noise=0))
    other = shape_of(face(head(1), size_px=size_px, turn_degrees=turn_degrees, noise=0))
    assert metric().distance(one, other) < 0.1


def test_somebody_is_known_again_and_a_stranger_is_nobody() -> None:
    known = {"Ada": shape_of(face(head(1), noise=0.0005)), "Bo": shape_of(face(head(2), noise=0.0005))}
    assert nearest(shape_of(face(head(1), noise=0.0005, seed=5)), known) == "Ada"
    assert nearest(shape_of(face(head(2), noise=0.0005, seed=5)), known) == "Bo"
    assert nearest(shape_of(face(head(3), noise=0.0005, seed=5)), known) is None
    assert nearest(shape_of(face(head(1))), {}) is None


def test_between_two_people_who_look_alike_there_is_no_guess() -> None:
    base, step = head(1), head(2) - head(1)
    unit = 1 / metric().distance(shape_of(face(base, noise=0)), shape_of(face(base + step, noise=0)))
    shape, near, nearly = (shape_of(face(base + share * unit * step, noise=0)) for share in (0.0, 0.8, -0.85))
    distances = [metric().distance(shape, other) for other in (near, nearly)]
    assert max(distances) < SAME_PERSON_LIMIT
    assert distances[0] > CLEAR_RATIO * distances[1]
    assert nearest(shape, {"Ada": near}) == "Ada"
    assert nearest(shape, {"Ada": near, "twin": nearly}) is None


def test_a_look_needs_time_and_a_face_at_rest() -> None:
    sampler, smiling, rushed = ShapeSampler(), ShapeSampler(), ShapeSampler()
    for index in range(FEWEST_SAMPLES):
        assert sampler.shape is None
        sampler.add(face(head(1), seed=index), seen(0.2 * index))
        smiling.add(face(head(1), seed=index), seen(0.2 * index, mouthSmileLeft=0.9))
        rushed.add(face(head(1), seed=index), seen(0.001 * index))
    assert sampler.shape is not None
    assert smiling.shape is None
    assert rushed.shape is None
    aside = ShapeSampler()
    for index in range(FEWEST_SAMPLES):
        aside.add(face(head(1), seed=index), seen(0.2 * index, yaw_degrees=40))
    assert aside.shape is None


@pytest.mark.parametrize("content", [None, b"no archive"])
def test_a_missing_or_damaged_file_is_one_line_that_says_what_to_do(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "face_shape.npz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(likeness, "METRIC_PATH", path)
    metric.cache_clear()
    try:
        with pytest.raises(LibraryError, match=r"listener\.recognise") as caught:
            nearest(shape_of(face(head(1))), {"Ada": np.zeros(93)})
    finally:
        metric.cache_clear()
    assert "\n" not in str(caught.value)
