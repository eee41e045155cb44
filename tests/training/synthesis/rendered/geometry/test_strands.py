"""Hair as curves: it roots where it is said to grow, and every strand becomes one ribbon."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import HeadModel
from training.synthesis.rendered.geometry.bake import FloatArray, Part
from training.synthesis.rendered.geometry.strands import (
    VERTEX_FLOATS,
    Strands,
    ribbon_indices,
    ribbon_vertices,
    sample_roots,
    tapered,
)

STEPS = 5


def upright(count: int) -> Strands:
    """Straight strands side by side that grow upwards and face the viewer."""
    points = np.zeros((count, STEPS, 3), dtype=np.float32)
    points[..., 0] = np.arange(count)[:, None]
    points[..., 1] = np.linspace(0.0, 1.0, STEPS)
    outward = np.broadcast_to(np.array([0.0, 0.0, 1.0], dtype=np.float32), points.shape)
    shade = np.linspace(0.0, 1.0, count, dtype=np.float32)
    return Strands(points, outward, tapered(count, STEPS, 0.1, 0.5), shade)


def nearest_gap(places: FloatArray) -> float:
    """The mean distance of places [n,3] to their nearest neighbour."""
    apart = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min(axis=1).mean())


def test_a_strand_tapers_from_its_root_to_its_tip() -> None:
    widths = tapered(2, STEPS, 0.1, 0.25)
    assert widths.shape == (2, STEPS)
    assert widths[0, 0] == pytest.approx(0.1)
    assert widths[0, -1] == pytest.approx(0.025)
    assert (np.diff(widths, axis=1) < 0.0).all()


def test_a_ribbon_has_two_edges_that_run_along_its_strand() -> None:
    strands = upright(3)
    vertices = ribbon_vertices(strands)
    assert vertices.shape == (3 * STEPS * 2, VERTEX_FLOATS)
    left, right = vertices[0::2], vertices[1::2]
    assert np.array_equal(left[:, :3], strands.points.reshape(-1, 3))
    assert (left[:, 9] == -1.0).all()
    assert np.array_equal(np.delete(left, 9, axis=1), np.delete(right, 9, axis=1))
    assert np.allclose(vertices[:, 3:6], [0.0, 1.0, 0.0])
    assert np.allclose(left[:STEPS, 12], np.linspace(0.0, 1.0, STEPS))


def test_triangles_fill_each_ribbon_and_join_no_two() -> None:
    triangles = ribbon_indices(3, STEPS)
    assert triangles.shape == (3 * (STEPS - 1) * 2, 3)
    assert set(triangles.ravel()) == set(range(3 * STEPS * 2))
    of_strand = triangles // (2 * STEPS)
    assert (of_strand == of_strand[:, :1]).all()


def test_roots_lie_where_hair_is_said_to_grow_and_equal_seeds_choose_alike(head: HeadModel) -> None:
    roots, again, other = (sample_roots(head, Part.SKIN, regions.brow, 200, seed) for seed in (1, 1, 2))
    assert np.allclose(roots.weights.sum(axis=1), 1.0, atol=1e-5)
    assert (roots.weights >= 0.0).all()
    assert np.median(regions.brow(roots.on(head.canonical))) > 0.2
    assert np.array_equal(roots.corners, again.corners)
    assert not np.array_equal(roots.corners, other.corners)


def test_roots_move_with_the_skin(head: HeadModel) -> None:
    roots = sample_roots(head, Part.SKIN, regions.brow, 50, seed=1)
    raised = np.array([0.0, 0.1, 0.0], dtype=np.float32)
    moved = roots.on(head.canonical + raised) - roots.on(head.canonical)
    assert np.allclose(moved, raised, atol=1e-5)


def test_the_first_roots_are_further_apart_than_chance_has_them(head: HeadModel) -> None:
    chance = sample_roots(head, Part.SKIN, regions.scalp, 400, seed=1)
    spread = sample_roots(head, Part.SKIN, regions.scalp, 400, seed=1, spread=40)
    first = nearest_gap(spread.on(head.canonical)[:40])
    assert first > 1.5 * nearest_gap(chance.on(head.canonical)[:40])
    assert sorted(map(tuple, spread.corners)) == sorted(map(tuple, chance.corners))
