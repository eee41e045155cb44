"""Scalp hair combed back into a knot, and brows, as strands that follow the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from training.synthesis.rendered import regions
from training.synthesis.rendered.anatomy import HeadModel, unit
from training.synthesis.rendered.appearance import Hair
from training.synthesis.rendered.bake import FloatArray, Part
from training.synthesis.rendered.strands import Roots, Strands, sample_roots, tapered

SCALP_STEPS, BROW_STEPS = 10, 4
SKIN_CLEARANCE_DM = 0.008
"""Hair lies a little above the skin, or it would be cut by it here and there."""


class ScalpShell:
    """How far the skull's surface lies from a centre, by direction."""

    def __init__(self, centre: FloatArray, surface: FloatArray) -> None:
        offset = surface - centre
        self.centre = centre
        self._radius = np.linalg.norm(offset, axis=1)
        self._tree = cKDTree(offset / self._radius[:, None])

    def radius(self, directions: FloatArray) -> FloatArray:
        """Radii [...] for unit directions [...,3], averaged over the nearest vertices."""
        _, nearest = self._tree.query(directions.reshape(-1, 3), k=6)
        return np.asarray(self._radius[nearest].mean(axis=1).reshape(directions.shape[:-1]), dtype=np.float32)


def scalp_shell(model: HeadModel, rest: FloatArray) -> ScalpShell:
    """The skull of a person whose relaxed smooth vertices are `rest` [v,3]."""
    canonical = model.canonical
    skin = np.zeros(len(canonical), dtype=bool)
    skin[model.part_vertices(Part.SKIN)] = True
    ear = (np.abs(canonical[:, 0]) > 0.66) & (canonical[:, 1] < 7.5) & (canonical[:, 2] < 0.62)
    skull = (
        skin & (canonical[:, 1] > 6.75) & ~ear & (regions.scalp(canonical, 0.5) + (canonical[:, 1] > 7.6) > 0)
    )
    middle = np.array([[0.0, 7.50, 0.30]])
    near = np.argsort(np.linalg.norm(canonical - np.array([0.0, 7.5, 1.3]), axis=1))[:40]
    shift = (rest[near] - canonical[near] * _scale(model, rest)).mean(axis=0)
    centre = middle[0] * _scale(model, rest) + shift
    return ScalpShell(centre.astype(np.float32), rest[skull])


def _scale(model: HeadModel, rest: FloatArray) -> float:
    """Size of this head against the template, by the distance of the eyes."""
    left, right = model.part_vertices(Part.LEFT_EYE), model.part_vertices(Part.RIGHT_EYE)
    here = np.linalg.norm(rest[left].mean(axis=0) - rest[right].mean(axis=0))
    template = np.linalg.norm(model.canonical[left].mean(axis=0) - model.canonical[right].mean(axis=0))
    return float(here / template)


def _slerp(start: FloatArray, end: FloatArray, t: FloatArray) -> FloatArray:
    """Great circles from `start` [n,3] to `end` [3], at `t` [k]: [n,k,3]."""
    angle = np.arccos(np.clip(start @ end, -0.999, 0.999))[:, None]
    first = np.sin((1.0 - t) * angle) / np.sin(angle)
    second = np.sin(t * angle) / np.sin(angle)
    return np.asarray(first[..., None] * start[:, None] + second[..., None] * end, dtype=np.float32)


KNOT = unit(np.array([0.0, -0.18, -1.0]))
"""Direction of the knot of hair, low on the back of the head, from the skull's middle."""


def comb_back(model: HeadModel, rest: FloatArray, hair: Hair, seed: int) -> Strands:
    """Strands from the hairline over the skull to the knot, parted on top."""
    rng = np.random.default_rng(seed)
    shell = scalp_shell(model, rest)
    roots = sample_roots(model, Part.SKIN, lambda c: regions.scalp(c, 0.10), hair.strands, seed)
    start = roots.on(rest)
    direction = unit(start - shell.centre)
    t = np.linspace(0.0, 1.0, SCALP_STEPS, dtype=np.float32)
    path = _combed_path(start, direction, hair.parting, t, rng)
    radius = shell.radius(path) + _height(start, hair, t, rng) + SKIN_CLEARANCE_DM
    offset = np.linalg.norm(start - shell.centre, axis=1) - radius[:, 0] + SKIN_CLEARANCE_DM
    radius = radius + offset[:, None] * np.exp(-t[None] * 6.0)
    points = shell.centre + path * radius[..., None]
    width = tapered(len(start), SCALP_STEPS, 0.0075, 0.8) * _fineness(roots.on(model.canonical), t)
    return Strands(points.astype(np.float32), path, width.astype(np.float32), _clumped_shade(direction, rng))


def _combed_path(
    start: FloatArray, direction: FloatArray, parting: float, t: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Unit directions [n,k,3] along each strand: a great circle to the knot that bulges away from the parting."""
    path = _slerp(direction, KNOT, t * 0.92)
    side = np.where(start[:, 0] > parting, 1.0, -1.0)
    on_top = regions.smoothstep(0.15, 0.9, direction[:, 1])
    sweep = side * (0.55 * on_top + 0.10) + 0.015 * rng.standard_normal(len(start))
    path[..., 0] += sweep[:, None] * np.sin(np.pi * t)
    path[..., 1] += 0.02 * rng.standard_normal((len(start), 1)) * t
    return unit(path)


def _height(start: FloatArray, hair: Hair, t: FloatArray, rng: np.random.Generator) -> FloatArray:
    """How high each strand lies above the skull [n,k] (dm): it rises from its root, less beside the parting."""
    rise = regions.smoothstep(0.0, 0.30, t)[None] * (0.35 + 0.65 * rng.random((len(start), 1)))
    beside = regions.smoothstep(0.0, 0.30, np.abs(start[:, 0] - hair.parting))[:, None]
    wave = 0.005 * np.sin(t[None] * 9.0 + rng.random((len(start), 1)) * 6.3)
    return np.asarray(hair.volume * rise * (0.34 + 0.66 * beside) + wave, dtype=np.float32)


def _fineness(canonical: FloatArray, t: FloatArray) -> FloatArray:
    """Share of the full width [n,k]: hairs at the hairline begin thin."""
    above = canonical[:, 1] - regions.hairline_height(canonical)
    inside = regions.smoothstep(0.02, 0.22, above)[:, None]
    return np.asarray(inside + (1.0 - inside) * (0.34 + 0.66 * regions.smoothstep(0.0, 0.35, t)[None]))


def _clumped_shade(direction: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Shade [n] in [0, 1]: neighbours share a lock's shade, and each strand differs a little."""
    locks = unit(rng.standard_normal((260, 3)))
    tone = rng.random(len(locks))
    nearest = cKDTree(locks).query(direction)[1]
    return np.asarray(0.45 * tone[nearest] + 0.55 * rng.random(len(direction)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Brows:
    """Roots of the brows' hairs with what stays the same while the face moves."""

    roots: Roots
    heading: FloatArray
    length: FloatArray
    shade: FloatArray


def plant_brows(model: HeadModel, hair: Hair, seed: int) -> Brows:
    """Hairs that grow upwards at the inner end and outwards along the brow."""
    rng = np.random.default_rng(seed)
    roots = sample_roots(model, Part.SKIN, regions.brow, hair.brow_strands, seed)
    canonical = roots.on(model.canonical)
    along, middle, thickness = regions.brow_course(canonical)
    outwards = np.sign(canonical[:, 0])
    above = np.clip((canonical[:, 1] - middle) / thickness, -1.0, 1.0)
    upwards = 0.95 * (1.0 - along) ** 1.5 - 0.30 * along - 0.20 * above
    heading = np.column_stack([outwards * (0.30 + 0.75 * along), upwards, -0.35 * along])
    heading = heading + 0.09 * rng.standard_normal(heading.shape)
    length = (0.045 + 0.020 * rng.random(len(along))) * (1.0 - 0.35 * along)
    return Brows(roots, unit(heading), length.astype(np.float32), rng.random(len(along)).astype(np.float32))


def grow_brows(brows: Brows, positions: FloatArray, normals: FloatArray) -> Strands:
    """The brows on a moved face: smooth vertices and normals [v,3]."""
    start, normal = brows.roots.on(positions), unit(brows.roots.on(normals))
    flat = brows.heading - normal * np.sum(brows.heading * normal, axis=1, keepdims=True)
    t = np.linspace(0.0, 1.0, BROW_STEPS)[None, :, None]
    step = brows.length[:, None, None] * t
    lift = normal[:, None] * (0.16 * step - 0.12 * step * t)
    points = start[:, None] + unit(flat)[:, None] * step + lift
    outward = np.broadcast_to(normal[:, None], points.shape)
    return Strands(
        points.astype(np.float32), outward, tapered(len(start), BROW_STEPS, 0.0032, 0.2), brows.shade
    )
