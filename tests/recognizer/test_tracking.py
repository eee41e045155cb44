from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognizer.affect import FaceBox
from recognizer.tracking import MEMORY_SECONDS, Tracks, assign, distance

BOXES = st.builds(FaceBox, st.floats(0, 600), st.floats(0, 400), st.floats(20, 200), st.floats(20, 200))


def face(x: float, y: float = 100, size: float = 100) -> FaceBox:
    return FaceBox(x, y, size, size)


def follow(frames: list[list[FaceBox]], step_seconds: float = 0.04) -> list[tuple[int, ...]]:
    """The ids of the faces in each of these frames."""
    tracks, seen = Tracks(), []
    for number, boxes in enumerate(frames):
        tracks, ids = assign(tracks, boxes, number * step_seconds)
        seen.append(ids)
    return seen


def test_a_face_that_moves_a_little_keeps_its_number() -> None:
    assert set(follow([[face(100 + 10 * n, size=100 + n)] for n in range(30)])) == {(0,)}


def test_two_faces_keep_their_numbers_whatever_order_they_are_found_in() -> None:
    one, other = face(100), face(400)
    assert follow([[one, other], [other, one], [one, other]]) == [(0, 1), (1, 0), (0, 1)]


def test_neighbours_do_not_swap_numbers_when_both_move() -> None:
    frames = [[face(100 + 12 * n, size=60), face(190 + 12 * n, size=60)] for n in range(10)]
    assert set(follow(frames)) == {(0, 1)}


def test_a_face_that_was_hidden_for_a_moment_comes_back_with_its_number() -> None:
    assert follow([[face(100)], [], [], [face(110)]]) == [(0,), (), (), (0,)]


def test_one_who_left_is_forgotten_and_a_number_is_never_used_again() -> None:
    tracks, _ = assign(Tracks(), [face(100)], 0)
    tracks, ids = assign(tracks, [face(100)], MEMORY_SECONDS + 0.1)
    assert ids == (1,)


def test_a_face_somewhere_else_is_another_one() -> None:
    assert follow([[face(100)], [face(400)], [face(100), face(400)]]) == [(0,), (1,), (0, 1)]


def test_a_much_smaller_face_in_the_same_place_is_another_one() -> None:
    assert follow([[face(100, size=200)], [face(170, 170, size=60)]]) == [(0,), (1,)]


@given(BOXES, BOXES)
def test_distance_is_the_same_both_ways_and_zero_for_the_same_place(one: FaceBox, other: FaceBox) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-9)
    assert distance(one, other) >= 0
    assert distance(one, one) == 0


@settings(max_examples=50)
@given(st.lists(st.lists(BOXES, max_size=4), max_size=8))
def test_every_face_has_one_number_and_no_two_share_one(frames: list[list[FaceBox]]) -> None:
    for boxes, ids in zip(frames, follow(frames), strict=True):
        assert len(set(ids)) == len(ids) == len(boxes)
