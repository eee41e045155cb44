"""The hand: it stands upright on its arm, and its fingers bend from posture to posture."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.rendered.geometry.bake import AnatomyError
from training.synthesis.rendered.geometry.hand import CURLS, Hand, forearm, load_hand


@pytest.fixture(scope="module")
def hand() -> Hand:
    """The hand with its arm."""
    try:
        return load_hand()
    except AnatomyError as error:
        pytest.skip(str(error))


def test_an_arm_hangs_below_the_wrist_and_widens_towards_the_elbow() -> None:
    points, triangles = forearm()
    rings = points.reshape(8, 16, 3)
    assert (np.diff(rings[:, 0, 1]) < 0.0).all()
    widths = np.ptp(rings[..., 0], axis=1)
    assert widths[-1] > 1.2 * widths[0]
    assert set(triangles.ravel()) == set(range(len(points)))


def test_a_wall_of_the_arm_faces_outwards() -> None:
    points, triangles = forearm()
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    outwards = corners.mean(axis=1) * np.array([1.0, 0.0, 1.0])
    assert abs(np.sign((facing * outwards).sum(axis=1)).mean()) == 1.0, "all the same way round"


def test_the_hand_is_as_large_as_a_hand_and_its_fingers_point_up(hand: Hand) -> None:
    arm_points = len(forearm()[0])
    flat = hand.postures[0, :-arm_points]
    assert 1.5 < flat[:, 1].max() < 2.5, "decimetres from the wrist to the fingertips"
    assert np.ptp(flat[:, 2]) < np.ptp(flat[:, 0]) < np.ptp(flat[:, 1])


def test_fingers_bend_further_from_posture_to_posture_towards_the_palm(hand: Hand) -> None:
    assert len(hand.postures) == len(CURLS)
    tip = hand.postures[:, hand.postures[0, :, 1].argmax()]
    assert (np.diff(tip[:, 1]) < 0.0).all()
    bent = tip[1 : len(CURLS) // 2 + 1]
    assert (bent[:, 2] < tip[0, 2] - 0.1).all(), "the palm looks towards -z"


def test_every_triangle_joins_points_that_are_there(hand: Hand) -> None:
    assert hand.triangles.dtype == np.int32
    assert set(hand.triangles.ravel()) <= set(range(hand.postures.shape[1]))
    assert np.isfinite(hand.postures).all()
