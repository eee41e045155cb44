"""Hair as thin curves: where they root, and the camera-facing ribbons that draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.geometry.anatomy import HeadModel, unit
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray, Part

VERTEX_FLOATS = 13
"""Position 3, tangent 3, outward normal 3, and side, half width, shade, height along the strand."""


@dataclass(frozen=True, slots=True)
class Strands:
    """`points` and `outward` [n,k,3] (dm), `half_width` [n,k] (dm), `shade` [n] in [0, 1]."""

    points: FloatArray
    outward: FloatArray
    half_width: FloatArray
    shade: FloatArray


@dataclass(frozen=True, slots=True)
class Roots:
    """Points fixed to the surface: smooth vertices of each root's triangle [n,3] and their weights [n,3]."""

    corners: IntArray
    weights: FloatArray

    def on(self, values: FloatArray) -> FloatArray:
        """Values of smooth vertices [v,k] at the roots [n,k]."""
        return np.asarray(np.einsum("nc,nck->nk", self.weights, values[self.corners]), dtype=np.float32)

    def chosen(self, mask: npt.NDArray[np.bool_]) -> Roots:
        """Only the roots where `mask` [n] holds."""
        return Roots(self.corners[mask], self.weights[mask])

    def chosen_at(self, index: npt.NDArray[np.integer]) -> Roots:
        """The roots of these numbers, in their order."""
        return Roots(self.corners[index], self.weights[index])


def sample_roots(
    model: HeadModel,
    part: Part,
    density: Callable[[FloatArray], npt.NDArray[np.floating]],
    count: int,
    seed: int,
    spread: int = 0,
) -> Roots:
    """`count` roots on one part, spread by area times `density` of the canonical position.

    The first `spread` ones lie further apart than chance would have them.
    """
    rng = np.random.default_rng(seed)
    surface = model.surface
    triangles = surface.triangles[surface.part[surface.triangles[:, 0]] == part]
    corners = surface.source[triangles]
    a, b, c = (model.canonical[corners[:, index]] for index in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    weight = area * density((a + b + c) / 3.0)
    picked = rng.choice(len(corners), size=count, p=weight / weight.sum())
    along = rng.random((count, 2)).astype(np.float32)
    outside = along.sum(axis=1) > 1.0
    along[outside] = 1.0 - along[outside]
    weights = np.column_stack([1.0 - along.sum(axis=1), along])
    roots = Roots(corners[picked].astype(np.int32), weights.astype(np.float32))
    return roots.chosen_at(_far_apart(roots.on(model.canonical), spread)) if spread else roots


def _far_apart(places: FloatArray, first: int) -> npt.NDArray[np.int64]:
    """An order of `places` [n,3] whose first `first` ones are each the farthest from those before (Gonzalez 1985)."""
    chosen = np.zeros(first, dtype=np.int64)
    distance = np.full(len(places), np.inf)
    for index in range(1, first):
        distance = np.minimum(distance, np.sum((places - places[chosen[index - 1]]) ** 2, axis=1))
        chosen[index] = int(distance.argmax())
    rest = np.setdiff1d(np.arange(len(places)), chosen)
    return np.concatenate([chosen, rest])


def ribbon_vertices(strands: Strands) -> FloatArray:
    """Vertices [n * k * 2, VERTEX_FLOATS]: every point twice, once for each edge of the ribbon."""
    count, steps, _ = strands.points.shape
    tangent = unit(np.gradient(strands.points, axis=1))
    vertices = np.empty((count, steps, 2, VERTEX_FLOATS), dtype=np.float32)
    vertices[..., 0:3] = strands.points[:, :, None]
    vertices[..., 3:6] = tangent[:, :, None]
    vertices[..., 6:9] = strands.outward[:, :, None]
    vertices[..., 9] = (-1.0, 1.0)
    vertices[..., 10] = strands.half_width[:, :, None]
    vertices[..., 11] = strands.shade[:, None, None]
    vertices[..., 12] = np.linspace(0.0, 1.0, steps)[None, :, None]
    return vertices.reshape(-1, VERTEX_FLOATS)


def ribbon_indices(count: int, steps: int) -> IntArray:
    """Triangles [n * (k - 1) * 2, 3] over `ribbon_vertices`."""
    step = 2 * np.arange(steps - 1)
    pair = np.stack([step, step + 1, step + 2, step + 1, step + 3, step + 2], axis=1).reshape(-1)
    return (np.arange(count)[:, None] * 2 * steps + pair[None]).reshape(-1, 3).astype(np.int32)


def tapered(count: int, steps: int, half_width: float, tip: float) -> FloatArray:
    """Half widths [n,k] that shrink to `tip` times the root's towards the end."""
    profile = 1.0 - (1.0 - tip) * np.linspace(0.0, 1.0, steps) ** 2
    return np.broadcast_to(half_width * profile, (count, steps)).astype(np.float32)
