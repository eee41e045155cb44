"""Camera and lights: matrices do what their names say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.scene.backdrops import Wall
from training.synthesis.rendered.scene.values import (
    KEY_LIGHTS,
    SKY_LIGHTS,
    Camera,
    Light,
    light_matrix,
    rotation,
    sky_radiance,
    towards,
)

ANGLES = st.floats(-60.0, 60.0)


def projected(matrix: np.ndarray, point: tuple[float, float, float]) -> np.ndarray:
    """A point in normalised device coordinates."""
    clip = matrix @ np.array([*point, 1.0])
    return np.asarray(clip[:3] / clip[3])


def test_the_camera_looks_at_its_target() -> None:
    camera = Camera()
    matrix = camera.matrix(4 / 3)
    assert projected(matrix, camera.target)[:2] == pytest.approx([0.0, 0.0], abs=1e-6)
    assert projected(matrix, (0.5, 0.0, 0.0))[0] > 0.0
    assert projected(matrix, (0.0, 0.5, 0.0))[1] > 0.0


@given(ANGLES, ANGLES, ANGLES)
def test_a_turned_head_keeps_its_shape(yaw: float, pitch: float, roll: float) -> None:
    turn = rotation(yaw, pitch, roll)
    assert np.allclose(turn @ turn.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_yaw_turns_to_the_right_and_pitch_upwards() -> None:
    nose = np.array([0.0, 0.0, 1.0])
    assert (rotation(20.0, 0.0, 0.0) @ nose)[0] > 0.3
    assert (rotation(0.0, 20.0, 0.0) @ nose)[1] > 0.3
    crown = np.array([0.0, 1.0, 0.0])
    assert (rotation(0.0, 0.0, 20.0) @ crown)[0] > 0.3


def test_lights_are_many_unit_vectors_and_the_window_is_where_it_is_said_to_be() -> None:
    light = Light()
    directions = light.directions()
    assert directions.shape == (SKY_LIGHTS + KEY_LIGHTS, 3)
    assert np.allclose(np.linalg.norm(directions, axis=1), 1.0, atol=1e-5)
    window = directions[SKY_LIGHTS:]
    widest = np.rad2deg(np.arccos(np.clip(window @ light.key_direction, -1.0, 1.0))).max()
    assert widest < light.key_spread_degrees + 1.0


@given(ANGLES, ANGLES)
def test_a_light_camera_sees_the_head_in_the_middle(yaw: float, pitch: float) -> None:
    centre = np.array([0.1, -0.2, 0.3])
    seen = projected(light_matrix(towards(yaw, pitch), centre), tuple(centre))
    assert seen == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_the_sky_is_brighter_above() -> None:
    light = Light()
    above, below = sky_radiance(light, np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]], dtype=np.float32))
    assert above.sum() > below.sum()
    assert above == pytest.approx(np.array(light.sky_top), abs=1e-6)


def test_the_wall_is_calm_and_brightest_near_the_middle() -> None:
    wall = Wall().image(64, 48)
    assert wall.shape == (48, 64, 3)
    assert wall[24, 34].sum() > wall[0, 0].sum()
    assert np.abs(np.diff(wall, axis=1)).max() < 0.05
