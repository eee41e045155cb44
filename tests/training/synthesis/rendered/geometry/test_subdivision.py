"""Smooth surfaces: subdivision keeps what must not change and rounds what has corners."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.geometry.subdivision import subdivide, subdivide_corner_values

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float32)
CUBE_QUADS = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]], dtype=np.int32
)


def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """A flat square of `size` x `size` quads."""
    y, x = np.mgrid[0 : size + 1, 0 : size + 1]
    points = np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1).astype(np.float32)
    corner = (np.arange(size)[:, None] * (size + 1) + np.arange(size)).ravel()
    return points, np.stack([corner, corner + 1, corner + size + 2, corner + size + 1], axis=1).astype(
        np.int32
    )


def test_a_cube_becomes_rounder_and_stays_centred() -> None:
    fine = subdivide(CUBE_QUADS, len(CUBE)).operator @ CUBE
    assert len(fine) == 8 + 12 + 6
    assert np.allclose(fine.mean(axis=0), 0.0, atol=1e-6)
    radius = np.linalg.norm(fine, axis=1)
    assert radius.max() / radius.min() < np.sqrt(3.0)
    assert np.allclose(np.abs(fine[:8]), 5.0 / 9.0, atol=1e-6), (
        "the published rule puts a cube's corner at 5/9"
    )


@given(st.integers(1, 5))
def test_every_fine_vertex_is_a_weighted_mean_of_coarse_ones(size: int) -> None:
    points, quads = grid(size)
    level = subdivide(quads, len(points))
    assert np.allclose(np.asarray(level.operator.sum(axis=1)).ravel(), 1.0, atol=1e-5)
    fine = level.operator @ points
    assert np.allclose(fine[:, 2], 0.0)
    assert fine[:, :2].min() >= 0.0
    assert fine[:, :2].max() <= size


def test_each_face_becomes_four_that_share_its_middle() -> None:
    points, quads = grid(2)
    level = subdivide(quads, len(points))
    assert level.quads.shape == (16, 4)
    for face in range(4):
        assert len(set(level.quads[4 * face : 4 * face + 4, 2])) == 1


def test_corner_values_are_interpolated_face_by_face() -> None:
    values = np.array([[[0.0], [1.0], [2.0], [1.0]]], dtype=np.float32)
    fine = subdivide_corner_values(values)
    assert fine.shape == (4, 4, 1)
    assert fine[0, :, 0].tolist() == [0.0, 0.5, 1.0, 0.5]
