"""Soft light: what stands in the way takes light away."""

from __future__ import annotations

import numpy as np

from training.synthesis.rendered.engine.visibility import receive, seen
from training.synthesis.rendered.scene.values import Light, light_matrix

CENTRE = np.zeros(3)
OPEN = np.ones((16, 16), dtype=np.float32)


def test_a_light_sees_what_nothing_hides() -> None:
    matrix = light_matrix(np.array([0.0, 0.0, 1.0], dtype=np.float32), CENTRE)
    point = np.array([[0.0, 0.0, 0.0]], dtype=np.float32)
    assert seen(point, matrix, OPEN).tolist() == [1.0]
    assert seen(point, matrix, np.full_like(OPEN, 0.2)).tolist() == [0.0]


def test_an_open_place_gets_the_whole_sky_and_the_whole_window() -> None:
    light = Light()
    directions = light.directions()
    matrices = [light_matrix(direction, CENTRE) for direction in directions]
    point, up = np.zeros((1, 3), dtype=np.float32), np.array([[0.0, 1.0, 0.0]], dtype=np.float32)
    free = receive(point, up, light, matrices, np.stack([OPEN] * len(matrices)))
    shut = receive(point, up, light, matrices, np.stack([0.0 * OPEN] * len(matrices)))
    assert np.isclose(free.open[0], 1.0, atol=1e-5)
    assert free.window[0] == 1.0
    assert free.sky[0].sum() > 0.5
    assert shut.open[0] == shut.window[0] == shut.sky[0].sum() == 0.0
    assert free.columns().shape == (1, 5)
