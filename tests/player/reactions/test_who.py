"""The viewer stays the viewer when others come into view."""

from __future__ import annotations

import numpy as np
import pytest

from player.people.face_matching import metric
from player.reactions.observe import observed_row
from player.reactions.who import STRANGER_LIMIT, ViewerKeeper
from recognizer.affect import Affect, FaceBox, HeadPose, Reading
from recognizer.face_shape import LANDMARKS, shape_of
from recognizer.faces import BLENDSHAPES, Face
from recognizer.frames import Frame
from recognizer.pipeline import Analysis

POSE = HeadPose(0.0, 0.0, 0.0)


def seen(who: int, face_id: int, size: float) -> tuple[Face, Reading]:
    """One of two people whose faces differ in the directions in which people differ."""
    known = metric()
    apart = known.directions @ np.linalg.solve(
        known.directions.T @ known.directions, np.full(known.directions.shape[1], 8.0 * who)
    )
    points = (known.reference + apart).reshape(-1, 3) * size
    whole = np.zeros((478, 3), np.float32)
    whole[list(LANDMARKS)] = points + size * 3
    box = FaceBox(0.0, 0.0, size, size)
    shapes = np.zeros(len(BLENDSHAPES), np.float32)
    face = Face(face_id, box, whole[:, :2].copy(), shapes, POSE, whole[:, 2].copy())
    reading = Reading(0.0, 0, face_id, box, (0.0,) * 6 + (1.0,), Affect(0.0, 0.0), POSE, tuple(shapes), 1.0)
    return face, reading


def picture(number: int, *people: tuple[Face, Reading]) -> Analysis:
    seconds = number / 5
    frame = Frame(np.full((64, 64, 3), 51, np.uint8), number, seconds, seconds)
    readings = tuple(
        Reading(
            seconds,
            number,
            each.face_id,
            each.box,
            each.probabilities,
            each.affect,
            each.pose,
            each.blendshapes,
            1.0,
        )
        for _, each in people
    )
    return Analysis(frame, tuple(face for face, _ in people), readings, (), {})


@pytest.fixture
def keeper() -> ViewerKeeper:
    """One who has followed the first person, alone, for four seconds."""
    keeper = ViewerKeeper()
    for number in range(20):
        front = keeper.front(picture(number, seen(0, 1, 40)))
        assert front is not None
        assert front.face_id == 1
    return keeper


def test_the_two_people_differ() -> None:
    first, second = (shape_of(seen(who, 1, 40)[0]) for who in (0, 1))
    assert metric().distance(first, first) < 0.1
    assert metric().distance(first, second) > STRANGER_LIMIT


def test_a_larger_face_does_not_take_the_viewers_place(keeper: ViewerKeeper) -> None:
    front = keeper.front(picture(20, seen(1, 2, 60), seen(0, 1, 40)))
    assert front is not None
    assert front.face_id == 1


def test_the_viewer_is_known_again_by_the_shape(keeper: ViewerKeeper) -> None:
    assert keeper.front(picture(20)) is None
    assert keeper.front(picture(21, seen(1, 2, 60))) is None
    front = keeper.front(picture(22, seen(1, 2, 60), seen(0, 3, 40)))
    assert front is not None
    assert front.face_id == 3


def test_a_row_counts_every_face_and_holds_the_viewers(keeper: ViewerKeeper) -> None:
    stranger = picture(20, seen(1, 2, 60))
    row = observed_row(stranger, 4.0, keeper.front(stranger))
    assert (row["faces"], row["quality"], row["picture_light"]) == (1, None, pytest.approx(0.2))


def test_before_the_shape_is_known_the_largest_face_is_the_viewers() -> None:
    front = ViewerKeeper().front(picture(0, seen(0, 1, 40), seen(1, 2, 60)))
    assert front is not None
    assert front.face_id == 2
