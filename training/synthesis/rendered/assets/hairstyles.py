"""Scalp hair of any cut: guide strands that flow over the skull and fall, and the many strands that follow them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import HeadModel, unit
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray, Part
from training.synthesis.rendered.geometry.strands import Roots, Strands, sample_roots, tapered
from training.synthesis.rendered.people.appearance import Cut, Hair

Numbers = npt.NDArray[np.floating]

STEPS = 10
GUIDES = 420
POOL = 12000
HALF_WIDTH_DM = 0.0060
SKULL_CENTRE = np.array([0.0, 7.50, 0.30])
"""Canonical middle of the skull, from which its surface is seen as a height by direction."""
RINGS, SECTORS = 24, 48
KNOT = unit(np.array([0.0, -0.10, -1.0]))
"""Direction of the knot of tied hair from the skull's middle."""
CLEARANCE_DM = 0.012
STANDING_LIFT = 0.35
"""Hair that leaves the skin more steeply has no parting."""


@dataclass(frozen=True, slots=True)
class Shell:
    """How far the head's surface lies from `centre`, by direction: `radius` [RINGS, SECTORS] in decimetres."""

    centre: FloatArray
    radius: FloatArray

    def at(self, directions: FloatArray) -> FloatArray:
        """Radii [...] for unit directions [...,3], between the grid's nodes bilinear."""
        ring = np.arccos(np.clip(directions[..., 1], -1.0, 1.0)) / np.pi * RINGS - 0.5
        sector = (np.arctan2(directions[..., 0], directions[..., 2]) / (2.0 * np.pi) % 1.0) * SECTORS
        low = np.clip(np.floor(ring).astype(int), 0, RINGS - 2)
        left = np.floor(sector).astype(int)
        down, right = np.clip(ring - low, 0.0, 1.0), sector - left
        grid, left, after = self.radius, left % SECTORS, (left + 1) % SECTORS
        upper = grid[low, left] * (1.0 - right) + grid[low, after] * right
        lower = grid[low + 1, left] * (1.0 - right) + grid[low + 1, after] * right
        return np.asarray(upper * (1.0 - down) + lower * down, dtype=np.float32)


class ScalpHair:
    """What hair of all people shares: roots, which guide each follows, and how the skull is measured."""

    def __init__(self, model: HeadModel) -> None:
        self._model = model
        self._pools: dict[float, _Pool] = {}
        canonical = model.canonical
        ear = (np.abs(canonical[:, 0]) > 0.66) & (canonical[:, 1] < 7.5) & (canonical[:, 2] < 0.62)
        skin = np.zeros(len(canonical), dtype=bool)
        skin[model.part_vertices(Part.SKIN)] = True
        self._head: IntArray = np.flatnonzero(skin & ~ear & (canonical[:, 1] > 6.2)).astype(np.int32)
        self._nodes = _grid_directions().reshape(-1, 3)
        near_crown = np.argsort(np.linalg.norm(canonical[self._head] - np.array([0.0, 8.2, 0.3]), axis=1))[
            :60
        ]
        self._crown = self._head[near_crown]

    def shell(self, relaxed: FloatArray) -> Shell:
        """The head of a person whose relaxed smooth vertices are `relaxed` [v,3]."""
        shift = relaxed[self._crown].mean(axis=0) - self._model.canonical[self._crown].mean(axis=0)
        centre = np.array([0.0, SKULL_CENTRE[1] + shift[1], SKULL_CENTRE[2] + shift[2]], dtype=np.float32)
        offset = relaxed[self._head] - centre
        away = np.linalg.norm(offset, axis=1).astype(np.float32)
        tree = cKDTree(unit(offset), balanced_tree=False, compact_nodes=False)
        radius = away[tree.query(self._nodes, k=3)[1]].mean(axis=1)
        return Shell(centre, radius.reshape(RINGS, SECTORS).astype(np.float32))

    def grow(self, hair: Hair, relaxed: FloatArray, normals: FloatArray, share: float, seed: int) -> Strands:
        """Strands over a relaxed head: smooth vertices and normals [v,3]; `share` of them are drawn, so much wider."""
        rng = np.random.default_rng(seed)
        pool = self._pool(hair.cut.recession)
        count = min(POOL, round(hair.strands * share))
        shell = self.shell(relaxed)
        guides = _comb(hair.cut, pool.guides(), self._model, relaxed, normals, shell, rng)
        chosen = rng.permutation(POOL)[:count].astype(np.int32)
        points, shade = _follow(hair.cut, pool, chosen, guides, relaxed, rng)
        outward = unit(points - shell.centre)
        width = tapered(count, STEPS, HALF_WIDTH_DM / max(share, 0.1) ** 0.6, 0.55)
        fine = _fineness(pool.roots.chosen_at(chosen).on(self._model.canonical), hair.cut)
        return Strands(points, outward, np.asarray(width * fine, dtype=np.float32), shade)

    def _pool(self, recession: float) -> _Pool:
        if recession not in self._pools:
            self._pools[recession] = _Pool.sampled(self._model, recession)
        return self._pools[recession]


@dataclass(frozen=True, slots=True)
class _Pool:
    """Roots on the scalp, the first GUIDES of which are guides; `guide` says which one each follows."""

    roots: Roots
    guide: IntArray

    @classmethod
    def sampled(cls, model: HeadModel, recession: float) -> _Pool:
        roots = sample_roots(
            model, Part.SKIN, lambda c: regions.scalp(c, 0.12, recession), POOL, seed=21, spread=GUIDES
        )
        places = roots.on(model.canonical)
        return cls(roots, cKDTree(places[:GUIDES]).query(places)[1].astype(np.int32))

    def guides(self) -> Roots:
        return self.roots.chosen_at(np.arange(GUIDES))


def _grid_directions() -> FloatArray:
    """Unit directions [RINGS, SECTORS, 3] of the shell's nodes."""
    polar = (np.arange(RINGS) + 0.5)[:, None] / RINGS * np.pi
    turn = np.arange(SECTORS)[None] / SECTORS * 2.0 * np.pi
    parts = np.broadcast_arrays(np.sin(polar) * np.sin(turn), np.cos(polar), np.sin(polar) * np.cos(turn))
    return np.stack(parts, axis=-1).astype(np.float32)


def _comb(
    cut: Cut,
    roots: Roots,
    model: HeadModel,
    relaxed: FloatArray,
    normals: FloatArray,
    shell: Shell,
    rng: np.random.Generator,
) -> FloatArray:
    """Guide strands [g, STEPS, 3]: each leaves its root, follows the cut's flow, stays off the skin, and falls."""
    start, normal = roots.on(relaxed), unit(roots.on(normals))
    place = roots.on(model.canonical)
    length = _lengths(cut, place, unit(start - shell.centre)) * rng.uniform(0.85, 1.1, len(start))
    layer = cut.volume * (0.25 + 0.75 * rng.random(len(start))) * _beside_the_parting(cut, place)
    wander = (0.01 if cut.gathered else 0.04 + 0.1 * cut.lift) * rng.standard_normal((len(start), 3))
    points = np.empty((len(start), STEPS, 3), dtype=np.float32)
    points[:, 0] = start
    heading = unit(_flow(cut, start, shell, place) + cut.lift * 2.0 * normal + wander)
    step = (length / (STEPS - 1))[:, None]
    for index in range(1, STEPS):
        moved = points[:, index - 1] + step * heading
        height = CLEARANCE_DM + layer * min(1.0, index / 3.0)
        points[:, index] = _kept_near(cut, moved, shell, height)
        travelled = unit(points[:, index] - points[:, index - 1])
        pull = _flow(cut, points[:, index], shell, place) + _falling(cut, points[:, index], shell)
        heading = unit(0.45 * travelled + 0.70 * pull + 0.4 * wander)
    return points


def _beside_the_parting(cut: Cut, place: FloatArray) -> Numbers:
    """Share [n] of the volume at canonical places [n,3]: parted hair lies flat along its parting."""
    if cut.gathered or cut.lift > STANDING_LIFT:
        return np.ones(len(place))
    return 0.3 + 0.7 * regions.smoothstep(0.0, 0.35, np.abs(place[:, 0] - cut.parting))


def _lengths(cut: Cut, place: FloatArray, direction: FloatArray) -> FloatArray:
    """Length [n] of each strand by where it roots (canonical [n,3]); tied hair reaches its knot."""
    if cut.gathered:
        return np.asarray(0.95 * np.arccos(np.clip(direction @ KNOT, -1.0, 1.0)), dtype=np.float32)
    high = regions.smoothstep(7.25, 7.85, place[:, 1])
    behind = regions.smoothstep(0.5, 0.0, place[:, 2])
    low = cut.side * (1.0 - behind) + cut.back * behind
    falls = cut.fringe * (1.0 - cut.drape) * _front(place)
    to_the_brows = np.minimum(cut.top, 0.14 + 0.95 * np.clip(place[:, 1] - 7.62, 0.0, 0.5))
    top = cut.top * (1.0 - falls) + to_the_brows * falls
    return np.asarray(low * (1.0 - high) + top * high, dtype=np.float32)


def _front(place: FloatArray) -> FloatArray:
    """How far a canonical place [n,3] belongs to the hair over the forehead."""
    ahead = regions.smoothstep(0.55, 0.95, place[:, 2])
    return np.asarray(ahead * regions.smoothstep(0.62, 0.40, np.abs(place[:, 0])), dtype=np.float32)


def _flow(cut: Cut, at: FloatArray, shell: Shell, place: FloatArray) -> FloatArray:
    """Where hair wants to go [n,3] at points [n,3], for strands that root at canonical places [n,3]."""
    direction = unit(at - shell.centre)
    if cut.gathered:
        return unit(KNOT - direction * (direction @ KNOT)[:, None])
    crown = unit(np.array([0.35 * cut.parting, 0.95, -0.35]))
    away = unit(direction - crown)
    side = np.where(place[:, 0] + 0.03 * np.sin(40.0 * place[:, 2]) > cut.parting, 1.0, -1.0)
    front = regions.smoothstep(0.25, 0.95, place[:, 2])[:, None]
    aside = regions.smoothstep(0.0, 0.35, np.abs(place[:, 0] - cut.parting))
    parted = np.column_stack([side * (0.35 + 0.65 * aside), np.full(len(at), -0.10), 0.60 * aside - 0.95])
    flow = away * (1.0 - front) + parted * front
    back = np.array([0.0, 0.10, -1.0]) + 0.15 * away
    flow = flow * (1.0 - cut.combed) + back * cut.combed
    falls = (max(cut.fringe, cut.drape) * _front(place))[:, None]
    lean = 0.25 * side * (1.0 - cut.drape) + 0.55 * cut.drape * np.sign(cut.parting + 1e-6)
    forward = np.column_stack([lean, np.full(len(at), -0.75), np.full(len(at), 0.65)])
    face = _over_the_face(at, shell)[:, None] * (1.0 - falls)
    past = np.column_stack([side, np.zeros(len(at)), np.full(len(at), -0.9)])
    return unit((flow * (1.0 - falls) + forward * falls) * (1.0 - face) + 1.6 * past * face)


def _over_the_face(at: FloatArray, shell: Shell) -> FloatArray:
    """How far points [n,3] lie over the face, where only a fringe may hang."""
    direction = unit(at - shell.centre)
    ahead = regions.smoothstep(0.35, 0.60, direction[:, 2])
    return np.asarray(ahead * regions.smoothstep(0.45, 0.25, direction[:, 1]), dtype=np.float32)


def _falling(cut: Cut, at: FloatArray, shell: Shell) -> FloatArray:
    """Gravity [n,3]: long hair hangs once it has left the top of the head, short hair stands."""
    if cut.gathered:
        return np.zeros(3, dtype=np.float32)
    weight = 1.6 * min(1.0, 0.6 * max(cut.top, cut.side))
    height = unit(at - shell.centre)[:, 1]
    pull = weight * regions.smoothstep(0.75, 0.15, height)
    return np.column_stack([np.zeros(len(at)), -pull, np.zeros(len(at))])


def _kept_near(cut: Cut, points: Numbers, shell: Shell, layer: Numbers) -> FloatArray:
    """Points [n,3] at least `layer` [n] above the head, and not much further while they lie on the skull."""
    offset = points - shell.centre
    away = np.linalg.norm(offset, axis=1)
    direction = unit(offset)
    least = (shell.at(direction) + layer) * regions.smoothstep(-0.75, -0.55, direction[:, 1])
    hanging = regions.smoothstep(0.15, -0.35, direction[:, 1])
    slack = 0.03 if cut.gathered else 0.04 + 0.9 * cut.lift * max(cut.top, 0.1) + 0.40 * hanging
    away = np.minimum(np.maximum(away, least), np.maximum(least, shell.at(direction) + layer) + slack)
    return np.asarray(shell.centre + direction * away[:, None], dtype=np.float32)


def _follow(
    cut: Cut, pool: _Pool, chosen: IntArray, guides: FloatArray, relaxed: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Points [n, STEPS, 3] and shade [n] of strands that run beside their guides, closer together at the tips."""
    roots, guide = pool.roots.chosen_at(chosen), pool.guide[chosen]
    path = guides[guide]
    t = np.linspace(0.0, 1.0, STEPS, dtype=np.float32)[None, :, None]
    apart = (roots.on(relaxed) - path[:, 0])[:, None]
    loose = 0.006 if cut.gathered else 0.022
    stray = rng.standard_normal((len(chosen), 1, 3)).astype(np.float32) * np.float32(loose)
    short = 1.0 - 0.18 * rng.random((len(chosen), 1, 1), dtype=np.float32) * t
    points = path[:, :1] + (path - path[:, :1]) * short + apart * (1.0 - 0.35 * t) + stray * t
    if cut.curl > 0:
        points = points + _curls(cut, points, guide, rng, t)
    tone = rng.random(GUIDES, dtype=np.float32)[guide]
    shade = 0.5 * tone + 0.5 * rng.random(len(chosen), dtype=np.float32)
    return np.asarray(points, dtype=np.float32), shade


def _curls(
    cut: Cut, points: FloatArray, guide: IntArray, rng: np.random.Generator, t: FloatArray
) -> FloatArray:
    """Sideways winding [n, STEPS, 3]; strands of one guide wind nearly together."""
    phase = 6.283 * rng.random(GUIDES, dtype=np.float32)[guide] + 0.9 * rng.standard_normal(len(guide))
    angle = phase[:, None, None] + 6.283 * cut.curls * t
    along = unit(points[:, -1] - points[:, 0])
    across = unit(np.cross(along, np.array([0.3, 0.2, 1.0])))
    other = np.cross(along, across)
    wound = np.cos(angle) * across[:, None] + np.sin(angle) * other[:, None]
    return np.asarray(cut.curl * np.minimum(1.0, 3.0 * t) * wound, dtype=np.float32)


def _fineness(canonical: FloatArray, cut: Cut) -> FloatArray:
    """Share of the full width [n, STEPS]: hairs at the hairline begin thin."""
    t = np.linspace(0.0, 1.0, STEPS)[None]
    above = canonical[:, 1] - regions.hairline_height(canonical, cut.recession)
    inside = regions.smoothstep(0.02, 0.18, above)[:, None]
    return np.asarray(inside + (1.0 - inside) * (0.45 + 0.55 * regions.smoothstep(0.0, 0.35, t)))
