"""What covers a part of the face: glasses, a surgical mask, a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from training.synthesis.rendered.engine.renderer import Uniforms
from training.synthesis.rendered.geometry.anatomy import HeadModel, unit
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray
from training.synthesis.rendered.geometry.hand import load_hand
from training.synthesis.rendered.people.appearance import Colour
from training.synthesis.rendered.people.person import Prop
from training.synthesis.rendered.scene.values import rotation

if TYPE_CHECKING:
    from training.synthesis.rendered.people.person import Person

TUBE_SIDES = 6
LENS_PLANE_DM = 0.30
EYE_X_DM = 0.31
MASK_TOP, MASK_LOW, MASK_BACK, MASK_SIDE = 7.05, 6.00, 0.18, 0.74
"""Canonical bounds of a surgical mask: over the nose, under the chin, towards the ears."""
MASK_SMOOTHINGS = 30
FACE_CELLS, FACE_REACH_DM = 28, 1.4


def material(
    colour: Colour,
    roughness: float = 0.5,
    shine: float = 0.3,
    scatter: float = 0.0,
    pleats: float = 0.0,
    mottle: float = 0.0,
    opacity: float = 1.0,
) -> Uniforms:
    """Uniforms of the prop shader; all strengths lie in [0, 1]."""
    return {
        "prop_colour": colour,
        "prop_roughness": roughness,
        "prop_shine": shine,
        "prop_scatter": scatter,
        "prop_pleats": pleats,
        "prop_mottle": mottle,
        "prop_opacity": opacity,
    }


@dataclass(frozen=True, slots=True)
class Glasses:
    """Rims as superellipses: half width and height and tube radius in decimetres, `squareness` 2 (round) to 6.

    `tint` is the share of light that the lenses keep back.
    """

    half_width: float = 0.26
    half_height: float = 0.19
    squareness: float = 3.0
    tube: float = 0.018
    colour: Colour = (0.02, 0.02, 0.02)
    tint: float = 0.0

    def __call__(self, person: Person, face: FloatArray, normals: FloatArray) -> Sequence[Prop]:
        """Rims, bridge and temples; lenses where they are dark."""
        front = float(face[(np.abs(face[:, 0]) < 0.06) & (np.abs(face[:, 1]) < 0.1), 2].max()) + 0.02
        plane = max(LENS_PLANE_DM - 0.08, min(front, LENS_PLANE_DM + 0.06))
        ear = _ear_width(face)
        rims = [self._rim(side, plane) for side in (-1.0, 1.0)]
        paths = [(rim, True) for rim in rims] + [(self._bridge(plane), False)]
        paths += [(self._temple(side, plane, ear), False) for side in (-1.0, 1.0)]
        tubes = _merged([_tube(path, self.tube, closed) for path, closed in paths])
        frame = Prop(*tubes, material(self.colour, 0.25, 0.9))
        if self.tint <= 0:
            return [frame]
        lens = material((0.006, 0.006, 0.007), 0.08, 1.0, opacity=self.tint)
        return [frame, Prop(*_merged([_disc(rim) for rim in rims]), lens)]

    def _rim(self, side: float, plane: float) -> FloatArray:
        angle = np.linspace(0.0, 2.0 * np.pi, 32, endpoint=False)
        x, y = (
            np.sign(part) * np.abs(part) ** (2.0 / self.squareness) for part in (np.cos(angle), np.sin(angle))
        )
        across = side * EYE_X_DM + x * self.half_width + 0.015 * side
        behind = plane - 0.32 * np.maximum(np.abs(across) - 0.10, 0.0) ** 2
        return np.column_stack([across, y * self.half_height - 0.02, behind]).astype(np.float32)

    def _bridge(self, plane: float) -> FloatArray:
        gap = EYE_X_DM + 0.015 - self.half_width
        t = np.linspace(-1.0, 1.0, 8)
        return np.column_stack([t * gap, 0.03 + 0.03 * (1.0 - t**2), np.full(8, plane + 0.01)]).astype(
            np.float32
        )

    def _temple(self, side: float, plane: float, ear: float) -> FloatArray:
        hinge_x = EYE_X_DM + 0.015 + self.half_width
        hinge = np.array([side * hinge_x, 0.03, plane - 0.32 * (hinge_x - 0.10) ** 2])
        end = np.array([side * ear, 0.05, -0.85])
        t = np.linspace(0.0, 1.0, 8)[:, None]
        return np.asarray(
            hinge + (end - hinge) * t + [side * 0.06, 0.0, 0.0] * np.sin(np.pi * t), dtype=np.float32
        )


@dataclass(frozen=True, slots=True)
class Mask:
    """A surgical mask that lies over nose, mouth and chin."""

    colour: Colour = (0.35, 0.52, 0.62)

    def __call__(self, person: Person, face: FloatArray, normals: FloatArray) -> Sequence[Prop]:
        """The cloth, stretched over the face's hollows, and its loops."""
        cut = mask_cut(person.head_template.model)
        skin = face[cut.vertices]
        cloth = skin.copy()
        for _ in range(MASK_SMOOTHINGS):
            cloth = cut.spread @ cloth
            cloth[:, 2] = np.maximum(cloth[:, 2], skin[:, 2] + 0.02)
        outward = unit(normals[cut.vertices])
        cloth += outward * np.maximum(0.03 - np.sum((cloth - skin) * outward, axis=1, keepdims=True), 0.0)
        cloth = np.asarray(0.5 * cloth + 0.5 * (cut.spread @ cloth), dtype=np.float32)
        fabric = material(self.colour, 0.8, 0.1, scatter=0.2, pleats=0.35, mottle=0.05)
        loops = [_tube(_loop(cloth, side, _ear_width(face)), 0.012, closed=False) for side in (-1.0, 1.0)]
        return [
            Prop(cloth, _vertex_normals(cloth, cut.triangles), cut.triangles, fabric),
            Prop(*_merged(loops), material((0.75, 0.75, 0.75), 0.8, 0.1)),
        ]


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand laid on the face.

    `posture` counts hand.CURLS; `left` mirrors it; `at` is where its middle lies (x, y from between the eyes, dm);
    `turn_degrees`: how the fingers lean from upright, clockwise as the viewer sees it; `tilt_degrees`: off the face.
    """

    posture: int
    left: bool
    at: tuple[float, float]
    turn_degrees: float
    tilt_degrees: float
    skin: Colour
    size: float = 1.0

    def __call__(self, person: Person, face: FloatArray, normals: FloatArray) -> Sequence[Prop]:
        """The hand, brought down until it touches the face."""
        hand = load_hand()
        points = self.size * (hand.postures[self.posture] - [0.0, 1.05, 0.0])
        triangles = hand.triangles
        if self.left:
            points, triangles = points * [-1.0, 1.0, 1.0], triangles[:, ::-1]
        points = points @ rotation(0.0, self.tilt_degrees, self.turn_degrees).T
        points[:, :2] += self.at
        ground = _height_field(face)
        hovering = points[:, 2] - _height_at(ground, points)
        points[:, 2] -= np.min(hovering) - 0.015
        placed = np.asarray(points, dtype=np.float32)
        look = material(self.skin, 0.5, 0.7, scatter=0.9, mottle=0.10)
        return [Prop(placed, _vertex_normals(placed, triangles), np.ascontiguousarray(triangles), look)]


@dataclass(frozen=True, slots=True)
class MaskCut:
    """The part of the coarse skin that a mask covers; `spread` [m,m] averages each vertex's neighbours."""

    vertices: IntArray
    triangles: IntArray
    spread: sparse.csr_matrix


_MASK_CUTS: dict[int, tuple[HeadModel, MaskCut]] = {}


def mask_cut(model: HeadModel) -> MaskCut:
    """The mask's cut on this head model, made once."""
    if id(model) not in _MASK_CUTS:
        _MASK_CUTS[id(model)] = (model, _cut_mask(model))
    return _MASK_CUTS[id(model)][1]


def _cut_mask(model: HeadModel) -> MaskCut:
    x, y, z = model.template.T
    covered = (y > MASK_LOW) & (y < MASK_TOP - 0.10 * np.abs(x)) & (z > MASK_BACK) & (np.abs(x) < MASK_SIDE)
    inside = (np.abs(x) < 0.26) & (np.abs(y - 6.62) < 0.10) & (z < 1.36)
    covered &= ~inside
    chosen = model.coarse_skin[covered[model.coarse_skin].all(axis=1)]
    vertices, local = np.unique(chosen, return_inverse=True)
    triangles = closed_holes(local.reshape(-1, 3).astype(np.int32))
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    both = np.concatenate([ends, ends[:, ::-1]])
    links = sparse.csr_matrix((np.ones(len(both), np.float32), both.T), shape=(len(vertices), len(vertices)))
    links.data[:] = 1.0
    degree = np.asarray(links.sum(axis=1)).ravel()
    return MaskCut(
        vertices.astype(np.int32), triangles, (sparse.diags(1.0 / degree) @ links).astype(np.float32)
    )


def closed_holes(triangles: IntArray) -> IntArray:
    """Triangles [t,3] and what fills every open loop but the longest, the outline."""
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    known = {(int(a), int(b)) for a, b in sides}
    after = {b: a for a, b in known if (b, a) not in known}
    loops = []
    while after:
        first, at = after.popitem()
        loop = [first]
        while at != first and at in after:
            loop.append(at)
            at = after.pop(at)
        loops.append(loop)
    loops.sort(key=len)
    fans = [[loop[0], one, two] for loop in loops[:-1] for one, two in pairwise(loop[1:])]
    return np.concatenate([triangles, np.array(fans, dtype=np.int32).reshape(-1, 3)])


def _loop(cloth: FloatArray, side: float, ear: float) -> FloatArray:
    edge = cloth[cloth[:, 0] * side > 0.4]
    start = edge[np.argmin(edge[:, 2] - 0.6 * edge[:, 1])]
    end = np.array([side * ear, -0.05, -0.80])
    t = np.linspace(0.0, 1.0, 8)[:, None]
    return np.asarray(
        start + (end - start) * t + [side * 0.06, 0.0, 0.0] * np.sin(np.pi * t), dtype=np.float32
    )


def _ear_width(face: FloatArray) -> float:
    """Half the head's width beside the eyes (dm)."""
    band = face[(np.abs(face[:, 1]) < 0.15) & (face[:, 2] < -0.3) & (face[:, 2] > -0.7)]
    return float(np.percentile(np.abs(band[:, 0]), 80)) + 0.04 if len(band) else 0.80


def _tube(path: FloatArray, radius: float, closed: bool) -> tuple[FloatArray, FloatArray, IntArray]:
    """Vertices, normals and triangles of a tube along a path [n,3]."""
    ahead = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0) if closed else np.gradient(path, axis=0)
    along = unit(ahead)
    across = unit(np.cross(along, np.array([0.05, 0.1, 1.0])))
    other = np.cross(along, across)
    angle = np.linspace(0.0, 2.0 * np.pi, TUBE_SIDES, endpoint=False)[None, :, None]
    normal = np.cos(angle) * across[:, None] + np.sin(angle) * other[:, None]
    points = (path[:, None] + radius * normal).reshape(-1, 3)
    count = len(path)
    first = np.arange(count if closed else count - 1)[:, None]
    ring, after = np.arange(TUBE_SIDES)[None], (np.arange(TUBE_SIDES)[None] + 1) % TUBE_SIDES
    second = (first + 1) % count
    a, b, c, d = (
        row * TUBE_SIDES + column
        for row, column in ((first, ring), (second, ring), (first, after), (second, after))
    )
    triangles = np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([c, b, d], -1).reshape(-1, 3)]
    )
    return points.astype(np.float32), normal.reshape(-1, 3).astype(np.float32), triangles.astype(np.int32)


def _disc(rim: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """A slightly bulging pane within a rim [n,3]."""
    middle = rim.mean(axis=0)
    points = np.concatenate([middle[None], rim])
    normals = unit(np.array([0.0, 0.0, 1.0]) + 0.5 * (points - middle))
    index = np.arange(len(rim))
    triangles = np.column_stack([np.zeros_like(index), 1 + index, 1 + (index + 1) % len(rim)])
    return points.astype(np.float32), normals, triangles.astype(np.int32)


def _merged(
    meshes: Sequence[tuple[FloatArray, FloatArray, IntArray]],
) -> tuple[FloatArray, FloatArray, IntArray]:
    points, normals, triangles = zip(*meshes, strict=True)
    starts = np.cumsum([0, *(len(part) for part in points[:-1])])
    shifted = [part + start for part, start in zip(triangles, starts, strict=True)]
    return np.concatenate(points), np.concatenate(normals), np.concatenate(shifted).astype(np.int32)


def _vertex_normals(points: FloatArray, triangles: IntArray) -> FloatArray:
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], facing)
    return unit(normals)


def _height_field(face: FloatArray) -> FloatArray:
    """The foremost z of the face in a grid of cells over x and y; -1 where there is none."""
    ground = np.full((FACE_CELLS, FACE_CELLS), -1.0, dtype=np.float32)
    column, row = _cells(face)
    np.maximum.at(ground, (row, column), face[:, 2])
    return ground


def _height_at(ground: FloatArray, points: FloatArray) -> FloatArray:
    column, row = _cells(points)
    return np.asarray(ground[row, column])


def _cells(points: FloatArray) -> tuple[IntArray, IntArray]:
    scaled = (
        (points[:, :2] + [FACE_REACH_DM, FACE_REACH_DM + 0.3]) / (2 * FACE_REACH_DM) * FACE_CELLS
    ).astype(int)
    column, row = np.clip(scaled, 0, FACE_CELLS - 1).T.astype(np.int32)
    return column, row
