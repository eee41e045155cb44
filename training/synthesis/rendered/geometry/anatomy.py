"""The head: whose it is (phenotype and local shape) and what its face does, as positions of smooth surfaces.

Frame and unit: decimetres; x towards the person's left, y up, z towards the viewer. "Canonical" positions are those
of the template head, the same for every person and expression: textures and hair are defined on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from training.synthesis.rendered.geometry.bake import FloatArray, IntArray, Part, baked_head
from training.synthesis.rendered.geometry.subdivision import subdivide, subdivide_corner_values

SUBDIVISION_LEVELS = 2
"""How often a large picture's surfaces are smoothed; one level is enough for a face of a hundred pixels."""
PHENOTYPE_ORDER = ("gender", "age", "muscle", "weight", "height", "proportions", "cupsize", "firmness")
ETHNICITIES = ("african", "asian", "caucasian")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose head it is.

    `phenotype` values lie in [0, 1] (gender: 0 male, 1 female; age: 0 baby, 0.67 young adult, 1 old; 0.5 where absent);
    ethnicities are weights that are normalised. `local` changes lie in about [-1, 1], named as anny names them.
    """

    phenotype: Mapping[str, float]
    local: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surface:
    """The faces to draw: every vertex has one canonical position and one texture coordinate.

    `source` [n] says which smooth vertex each drawn vertex is; `triangles` [t,3] index the drawn vertices.
    """

    source: IntArray
    uv: FloatArray
    part: npt.NDArray[np.int8]
    triangles: IntArray


class HeadModel:
    """Blendshapes of one head and shoulders, on coarse vertices; `smooth` gives the fine ones.

    The first smooth vertices are the coarse ones in their order. `coarse_skin` [t,3] are the triangles of the coarse
    skin.
    """

    def __init__(
        self, arrays: Mapping[str, npt.NDArray[Any]], subdivision_levels: int = SUBDIVISION_LEVELS
    ) -> None:
        self._arrays = arrays
        self._bases = {
            name: np.asarray(arrays[f"{name}_basis"], dtype=np.float32).reshape(
                len(arrays[f"{name}_basis"]), -1
            )
            for name in ("phenotype", "facial", "local")
        }
        self.template: FloatArray = np.asarray(arrays["template"], dtype=np.float32)
        self.facial_labels = tuple(str(label) for label in arrays["facial_labels"])
        self.local_labels = tuple(str(label) for label in arrays["local_labels"])
        self._facial_index = {label: index for index, label in enumerate(self.facial_labels)}
        self._local_index = {label: index for index, label in enumerate(self.local_labels)}
        quads = np.asarray(arrays["quads"], dtype=np.int32)
        corner_uv = np.asarray(arrays["quad_uv"], dtype=np.float32)
        part = np.asarray(arrays["quad_part"], dtype=np.int8)
        skin = quads[part == Part.SKIN]
        self.coarse_skin: IntArray = np.concatenate([skin[:, [0, 1, 2]], skin[:, [0, 2, 3]]])
        operator = sparse.identity(len(self.template), format="csr", dtype=np.float32)
        for _ in range(subdivision_levels):
            level = subdivide(quads, operator.shape[0])
            operator, quads = level.operator @ operator, level.quads
            corner_uv, part = subdivide_corner_values(corner_uv), np.repeat(part, 4)
        self._operator = operator
        self.canonical: FloatArray = self.smooth(self.template)
        self.surface = _surface(quads, corner_uv, part)
        self._normal_operator = _corner_sum(self._source_triangles(), len(self.canonical))

    @classmethod
    def load(cls, subdivision_levels: int = SUBDIVISION_LEVELS) -> HeadModel:
        """The head out of the cached file; raises AnatomyError where it cannot be built."""
        with np.load(baked_head()) as file:
            return cls({name: file[name] for name in file.files}, subdivision_levels)

    def region_texture(self, name: str) -> npt.NDArray[np.uint8]:
        """A mask [2048,2048] over texture coordinates (row 0 is v = 1): lips, eyelids, ears, face, inside_mouth."""
        return np.asarray(self._arrays[f"region_{name}"], dtype=np.uint8)

    def identity_shape(self, identity: Identity) -> FloatArray:
        """Coarse vertices [v,3] of this person with a relaxed face."""
        weights = self._phenotype_weights(identity.phenotype)
        used = np.flatnonzero(weights)
        shape = self.template + self._moved("phenotype", used, weights[used])
        return np.asarray(shape + self._local_offset(identity.local), dtype=np.float32)

    def facial_offset(self, actions: Mapping[str, float]) -> FloatArray:
        """How facial actions (ARKit names) and local changes (anny names) move the coarse vertices [v,3]."""
        facial = {name: value for name, value in actions.items() if name in self._facial_index}
        local = {name: value for name, value in actions.items() if name not in self._facial_index}
        rows = [self._facial_index[name] for name in facial]
        return self._local_offset(local) + self._moved("facial", rows, list(facial.values()))

    def smooth(self, coarse: FloatArray) -> FloatArray:
        """Fine vertices [n,3] of coarse ones."""
        return np.asarray(self._operator @ coarse, dtype=np.float32)

    def normals(self, positions: FloatArray) -> FloatArray:
        """Unit normals [n,3] of smooth vertices, area weighted."""
        a, b, c = (positions[self._source_triangles()[:, corner]] for corner in range(3))
        normals = self._normal_operator @ np.cross(b - a, c - a)
        return unit(normals)

    def part_vertices(self, part: Part) -> IntArray:
        """Smooth vertices of a part."""
        return np.unique(self.surface.source[self.surface.part == part])

    def _source_triangles(self) -> IntArray:
        return self.surface.source[self.surface.triangles]

    def _local_offset(self, local: Mapping[str, float]) -> FloatArray:
        rows = [2 * self._local_index[name] + (value < 0) for name, value in local.items()]
        return self._moved("local", rows, [abs(value) for value in local.values()])

    def _moved(self, basis: str, rows: npt.ArrayLike, weights: npt.ArrayLike) -> FloatArray:
        """The weighted sum [v,3] of some of a basis's blendshapes."""
        chosen = self._bases[basis][np.asarray(rows, dtype=np.int64)]
        return np.asarray(np.asarray(weights, dtype=np.float32) @ chosen, dtype=np.float32).reshape(-1, 3)

    def _phenotype_weights(self, phenotype: Mapping[str, float]) -> FloatArray:
        """Weights of the phenotype blendshapes: products of piecewise linear ramps between anchors, as in anny."""
        race = np.array([phenotype.get(name, 0.0) for name in ETHNICITIES])
        ramps = [
            _anchor_weights(self._arrays[f"anchors_{name}"], phenotype.get(name, 0.5))
            for name in PHENOTYPE_ORDER
        ]
        values = np.concatenate([race / race.sum(), *ramps])
        mask = self._arrays["phenotype_mask"]
        return np.asarray(np.prod(values * mask + (1 - mask), axis=1) @ self._arrays["phenotype_projection"])


def unit(vectors: npt.NDArray[np.floating]) -> FloatArray:
    """Vectors [...,3] scaled to length one; zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)


def _anchor_weights(anchors: npt.NDArray[Any], value: float) -> npt.NDArray[np.float64]:
    points = np.asarray(anchors, dtype=np.float64)
    return np.array([np.interp(value, points, row) for row in np.eye(len(points))])


def _surface(quads: IntArray, corner_uv: FloatArray, part: npt.NDArray[np.int8]) -> Surface:
    """Split smooth vertices wherever texture coordinates differ (at seams)."""
    corner_part = np.repeat(part, 4)
    keys = np.column_stack([quads.reshape(-1), np.round(corner_uv.reshape(-1, 2) * 65536).astype(np.int64)])
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    drawn = inverse.reshape(-1, 4).astype(np.int32)
    triangles = np.concatenate([drawn[:, [0, 1, 2]], drawn[:, [0, 2, 3]]])
    return Surface(quads.reshape(-1)[first], corner_uv.reshape(-1, 2)[first], corner_part[first], triangles)


def _corner_sum(triangles: IntArray, vertex_count: int) -> sparse.csr_matrix:
    columns = np.repeat(np.arange(len(triangles)), 3)
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_matrix((ones, (triangles.reshape(-1), columns)), shape=(vertex_count, len(triangles)))
