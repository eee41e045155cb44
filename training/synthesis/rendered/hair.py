"""Scalp hair combed back into a knot, brows and lashes, as strands that follow the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from training.synthesis.rendered import regions
from training.synthesis.rendered.anatomy import HeadModel, unit
from training.synthesis.rendered.appearance import Hair
from training.synthesis.rendered.bake import FloatArray, Part
from training.synthesis.rendered.strands import Roots, Strands, sample_roots, tapered

SCALP_STEPS, BROW_STEPS, LASH_STEPS = 10, 4, 4
UPPER_LASHES, LOWER_LASHES = 90, 16
LASH_ROOT_RADIUS_DM = 0.165


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


def comb_back(model: HeadModel, rest: FloatArray, hair: Hair, seed: int) -> Strands:
    """Strands from the hairline over the skull to a knot low on the back of the head, parted on top."""
    rng = np.random.default_rng(seed)
    shell = scalp_shell(model, rest)
    roots = sample_roots(model, Part.SKIN, lambda c: regions.scalp(c, 0.10), hair.strands, seed)
    start = roots.on(rest)
    direction = unit(start - shell.centre)
    knot = unit(np.array([0.0, -0.18, -1.0]))
    t = np.linspace(0.0, 1.0, SCALP_STEPS, dtype=np.float32)
    path = _slerp(direction, knot, t * 0.92)
    side = np.where(start[:, 0] > hair.parting, 1.0, -1.0)
    on_top = regions.smoothstep(0.15, 0.9, direction[:, 1])
    sweep = (side * (0.55 * on_top + 0.10) + 0.03 * rng.standard_normal(len(start)))[:, None] * np.sin(
        np.pi * t
    )
    path[..., 0] += sweep
    path[..., 1] += 0.02 * rng.standard_normal((len(start), 1)) * t
    path = unit(path)
    rise = regions.smoothstep(0.0, 0.30, t)[None] * (0.35 + 0.65 * rng.random((len(start), 1)))
    waviness = 0.010 * np.sin(t[None] * 9.0 + rng.random((len(start), 1)) * 6.3)
    radius = shell.radius(path) + hair.volume * rise + waviness
    offset = np.linalg.norm(start - shell.centre, axis=1) - radius[:, 0]
    radius = radius + offset[:, None] * np.exp(-t[None] * 6.0)
    points = shell.centre + path * radius[..., None]
    inside = regions.smoothstep(
        0.02, 0.22, roots.on(model.canonical)[:, 1] - regions.hairline_height(roots.on(model.canonical))
    )
    fine = inside[:, None] + (1.0 - inside[:, None]) * (0.25 + 0.75 * regions.smoothstep(0.0, 0.35, t)[None])
    return Strands(
        points=points.astype(np.float32),
        outward=path,
        half_width=(tapered(len(start), SCALP_STEPS, 0.0075, 0.8) * fine).astype(np.float32),
        shade=_clumped_shade(direction, rng),
    )


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
    upwards = 0.95 * (1.0 - along) ** 1.5 - 0.30 * along - 0.30 * above
    heading = np.column_stack([outwards * (0.30 + 0.75 * along), upwards, -0.35 * along])
    heading = heading + 0.14 * rng.standard_normal(heading.shape)
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
        points.astype(np.float32), outward, tapered(len(start), BROW_STEPS, 0.0021, 0.15), brows.shade
    )


@dataclass(frozen=True, slots=True)
class Lashes:
    """Roots of the lashes; `upper` [n] tells the lid, `length` is in decimetres, `fan` spreads them sideways."""

    roots: Roots
    upper: FloatArray
    length: FloatArray
    fan: FloatArray
    left: FloatArray


def plant_lashes(model: HeadModel, hair: Hair, seed: int) -> Lashes:
    """Upper lashes long and curled, lower ones short; both rooted at the rim of the lids."""
    rng = np.random.default_rng(seed)
    centre = np.array(regions.EYE_CENTRE)

    def rim(canonical: FloatArray) -> FloatArray:
        mirrored = np.column_stack([np.abs(canonical[:, 0]), canonical[:, 1:]])
        distance = np.linalg.norm(mirrored - centre, axis=-1)
        return np.asarray(np.exp(-np.maximum(distance - LASH_ROOT_RADIUS_DM, 0.0) / 0.006), dtype=np.float32)

    roots = sample_roots(model, Part.LASHES, rim, 3 * (UPPER_LASHES + LOWER_LASHES), seed)
    canonical = roots.on(model.canonical)
    upper = canonical[:, 1] > regions.EYE_CENTRE[1] - 0.012
    keep = np.zeros(len(upper), dtype=bool)
    keep[np.flatnonzero(upper)[: 2 * UPPER_LASHES]] = True
    keep[np.flatnonzero(~upper)[: 2 * LOWER_LASHES]] = True
    roots, upper, canonical = roots.chosen(keep), upper[keep], canonical[keep]
    outer = (np.abs(canonical[:, 0]) - centre[0]) / 0.16
    length = (
        hair.lash_length * np.where(upper, 0.80 + 0.30 * outer, 0.30) * (0.8 + 0.4 * rng.random(len(upper)))
    )
    fan = np.sign(canonical[:, 0]) * (0.45 * outer) + 0.12 * rng.standard_normal(len(upper))
    return Lashes(
        roots, upper.astype(np.float32), length.astype(np.float32), fan.astype(np.float32), canonical[:, 0]
    )


def grow_lashes(lashes: Lashes, positions: FloatArray, eye_centres: FloatArray) -> Strands:
    """The lashes on a moved face; `eye_centres` [2,3] are the left and the right eye's."""
    start = lashes.roots.on(positions)
    centre = np.where(lashes.left[:, None] > 0, eye_centres[0], eye_centres[1])
    radial = unit(start - centre)
    radial[:, 0] += lashes.fan
    radial = unit(radial)
    upwards = unit(np.cross(radial, np.cross(np.array([0.0, 1.0, 0.0]), radial)))
    bend = np.where(lashes.upper > 0.5, 0.75, -0.45)[:, None, None]
    t = np.linspace(0.0, 1.0, LASH_STEPS)[None, :, None]
    course = radial[:, None] * (t - 0.15 * t**2) + upwards[:, None] * (bend * t**2 + 0.12 * np.sign(bend) * t)
    points = start[:, None] + lashes.length[:, None, None] * course
    outward = np.broadcast_to(radial[:, None], points.shape)
    shade = np.full(len(start), 0.3, dtype=np.float32)
    return Strands(points.astype(np.float32), outward, tapered(len(start), LASH_STEPS, 0.0016, 0.1), shade)
