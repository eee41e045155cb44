"""What all people share at one level of detail: the mesh to draw, where hair can root, where anchors lie.

Measured once for each process and detail, so that dressing a head_template as one person takes milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.synthesis.rendered.assets.skin_maps import FINE_MAP_SIZE, SkinPainter
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.engine.visibility import openness, visibility
from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import HeadModel
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray, Part
from training.synthesis.rendered.geometry.strands import Roots, sample_roots
from training.synthesis.rendered.scene.values import light_matrix, sky_directions

STILL_SCALP_DM = (7.68, 7.95)
"""Canonical heights between which the forehead stops moving: hair does not slide over the skull."""
WORN_BELOW_DM = 6.5
"""Canonical height that no collar reaches."""
OPEN_LIGHTS = 48
INNER_OPENNESS = 0.6
"""Least openness of eyes, teeth and tongue: the template's closed mouth hides them, their shaders darken the depth."""
EYE_CORNERS = ((0.434, 7.288, 1.311), (0.176, 7.273, 1.327))
MOUTH_CORNER = (0.258, 6.614, 1.425)
"""Canonical places that MediaPipe takes for the corners of eye (outer, inner) and mouth, over 60 rendered faces."""
CANONICAL_CENTRE = np.array([0.0, 7.1, 0.4])


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely people are drawn.

    subdivision_levels: of the surfaces; map_size: texels of the skin; strand_share: of the hair's strands that are
    drawn, each as much wider; soft_light: light from many sides measured anew for every instant (slow) or once.
    """

    subdivision_levels: int
    map_size: tuple[int, int]
    strand_share: float
    soft_light: bool


FINE = Detail(2, FINE_MAP_SIZE, 1.0, soft_light=True)
"""For pictures of several hundred pixels."""
CLIP = Detail(1, FINE_MAP_SIZE, 1.0, soft_light=False)
"""For clips: fine skin and hair, but light from many sides measured once."""
MIDDLE = Detail(1, (512, 896), 0.6, soft_light=False)
"""For faces of a few hundred pixels."""
QUICK = Detail(1, (256, 448), 0.30, soft_light=False)
"""For faces of about a hundred pixels, many of them."""


class HeadTemplate:
    """A head without a person; see the module."""

    def __init__(self, model: HeadModel, detail: Detail) -> None:
        self.model, self.detail = model, detail
        self.painter = SkinPainter(model, detail.map_size)
        self.mobility: FloatArray = 1.0 - regions.smoothstep(*STILL_SCALP_DM, model.template[:, 1]).astype(
            np.float32
        )
        self.head_share = _head_share(model)
        self.columns = _static_columns(model)
        self.triangles = {part: _triangles(model, part) for part in Part}
        self.eyes = np.concatenate([self.triangles[Part.LEFT_EYE], self.triangles[Part.RIGHT_EYE]])
        self.teeth = np.concatenate([self.triangles[Part.UPPER_TEETH], self.triangles[Part.LOWER_TEETH]])
        skin = self.triangles[Part.SKIN]
        worn = model.canonical[model.surface.source, 1] < WORN_BELOW_DM
        self.worn: IntArray = skin[worn[skin].all(axis=1)]
        self.anchors = anchor_vertices(model)
        self._openness: FloatArray | None = None

    @classmethod
    def load(cls, detail: Detail) -> HeadTemplate:
        """The head_template of the cached head; raises AnatomyError where that cannot be built."""
        return cls(HeadModel.load(detail.subdivision_levels), detail)

    @cached_property
    def brow_roots(self) -> Roots:
        """Where brows grow."""
        return sample_roots(self.model, Part.SKIN, regions.brow, 2000, seed=11)

    @cached_property
    def beard_roots(self) -> Roots:
        """Where a full beard and a moustache grow."""
        return sample_roots(
            self.model,
            Part.SKIN,
            lambda c: np.maximum(regions.beard_jaw(c), 1.2 * regions.moustache(c)),
            8000,
            seed=12,
        )

    def openness(self, renderer: Renderer) -> FloatArray:
        """How much of the sky each coarse vertex sees, in [0, 1], on the template; measured once."""
        if self._openness is None:
            model = self.model
            count = len(model.template)
            normals = model.normals(model.canonical)[:count]
            directions = sky_directions(OPEN_LIGHTS)
            matrices = [light_matrix(direction, CANONICAL_CENTRE) for direction in directions]
            depths = renderer.depth_maps(model.template, model.coarse_skin, matrices)
            visible = visibility(model.template, normals, matrices, depths)
            self._openness = openness(normals, directions, visible)
            inner = np.setdiff1d(np.arange(count), np.unique(model.coarse_skin))
            self._openness[inner] = np.maximum(self._openness[inner], INNER_OPENNESS)
        return self._openness


def anchor_vertices(model: HeadModel) -> tuple[IntArray, ...]:
    """Coarse vertices at the corners of the person's right eye, left eye and mouth: three pairs (inner, outer)."""
    place = model.template
    skin = np.unique(model.coarse_skin)
    pairs = [[(side * x, y, z) for x, y, z in EYE_CORNERS] for side in (-1.0, 1.0)]
    pairs.append([(side * MOUTH_CORNER[0], *MOUTH_CORNER[1:]) for side in (-1.0, 1.0)])
    return tuple(
        np.array(
            [skin[np.argmin(np.linalg.norm(place[skin] - point, axis=1))] for point in pair], dtype=np.int32
        )
        for pair in pairs
    )


def _triangles(model: HeadModel, part: Part) -> IntArray:
    surface = model.surface
    return np.asarray(surface.triangles[surface.part[surface.triangles[:, 0]] == part])


def _static_columns(model: HeadModel) -> FloatArray:
    """What never moves [n,7]: canonical position, texture coordinate, inside the mouth, side."""
    surface = model.surface
    canonical = model.canonical[surface.source]
    texture = model.region_texture("inside_mouth")
    size = texture.shape[0]
    column = np.clip((surface.uv[:, 0] * size).astype(int), 0, size - 1)
    row = np.clip(((1.0 - surface.uv[:, 1]) * size).astype(int), 0, size - 1)
    mouth = np.where(
        surface.part == Part.SKIN, texture[row, column] / 255.0, surface.part == Part.UPPER_TEETH
    )
    side = np.where(surface.part == Part.RIGHT_EYE, -1.0, 1.0)
    return np.column_stack([canonical, surface.uv, mouth, side]).astype(np.float32)


def _head_share(model: HeadModel) -> FloatArray:
    """How far each vertex follows the head: 1 on the head, falling to 0 down the neck."""
    canonical = model.canonical
    height = canonical[:, 1] + 0.25 * np.clip(canonical[:, 2] - 0.3, -1.0, 1.0)
    share = regions.smoothstep(5.45, 6.35, height)
    inner = np.unique(model.surface.source[model.surface.part != Part.SKIN])
    share[inner] = 1.0
    return np.asarray(share, dtype=np.float32)
