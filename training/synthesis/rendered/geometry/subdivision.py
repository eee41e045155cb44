"""Catmull-Clark subdivision as one sparse matrix, so that a moving face is smoothed by a single product.

Source: Catmull and Clark (1978), with the usual boundary rule (cubic B-spline along open edges).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Subdivision:
    """`operator` [fine, coarse] maps coarse vertices to fine ones; `quads` [4 f, 4] are the fine faces.

    Coarse face i becomes the fine faces 4 i to 4 i + 3, in the order of its corners.
    """

    operator: sparse.csr_matrix
    quads: IntArray


def _unique_edges(quads: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """(edges [e,2], edge of each face side [f,4], number of faces at each edge [e])."""
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2)
    edges, index, counts = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True, return_counts=True)
    return edges.astype(np.int32), index.reshape(quads.shape).astype(np.int32), counts.astype(np.int32)


def _incidence(rows: npt.ArrayLike, columns: npt.ArrayLike, shape: tuple[int, int]) -> sparse.csr_matrix:
    rows = np.asarray(rows).ravel()
    return sparse.csr_matrix((np.ones(len(rows)), (rows, np.asarray(columns).ravel())), shape=shape)


def _scale_rows(matrix: sparse.csr_matrix, factors: npt.NDArray[np.float64]) -> sparse.csr_matrix:
    return sparse.diags(factors) @ matrix


def subdivide(quads: IntArray, vertex_count: int) -> Subdivision:
    """One level: `quads` [f,4] over `vertex_count` vertices."""
    edges, edge_of_side, edge_faces = _unique_edges(quads)
    face_count, edge_count = len(quads), len(edges)
    corners = np.repeat(np.arange(face_count), 4)
    face_points = _incidence(corners, quads, (face_count, vertex_count)) / 4.0
    edge_ends = _incidence(np.repeat(np.arange(edge_count), 2), edges, (edge_count, vertex_count))
    faces_at_edge = _incidence(edge_of_side, corners, (edge_count, face_count))
    inner_edge = (edge_faces == 2).astype(float)
    edge_points = _scale_rows(edge_ends + faces_at_edge @ face_points, inner_edge / 4.0)
    edge_points = edge_points + _scale_rows(edge_ends, (1.0 - inner_edge) / 2.0)
    vertex_points = _vertex_rule(quads, edges, edge_ends, face_points, inner_edge, vertex_count)
    operator = sparse.vstack([vertex_points, edge_points, face_points]).tocsr().astype(np.float32)
    return Subdivision(operator, _fine_quads(quads, edge_of_side, vertex_count, edge_count))


def _vertex_rule(
    quads: IntArray,
    edges: IntArray,
    edge_ends: sparse.csr_matrix,
    face_points: sparse.csr_matrix,
    inner_edge: npt.NDArray[np.float64],
    vertex_count: int,
) -> sparse.csr_matrix:
    """New places of the old vertices: (F + 2 R + (n - 3) P) / n inside, 1/8 3/4 1/8 along open edges."""
    face_count = len(quads)
    faces_at_vertex = _incidence(quads, np.repeat(np.arange(face_count), 4), (vertex_count, face_count))
    valence = np.maximum(np.asarray(faces_at_vertex.sum(axis=1)).ravel(), 1.0)
    edges_at_vertex = edge_ends.T.tocsr()
    on_boundary = np.asarray(edges_at_vertex @ (1.0 - inner_edge)).ravel() > 0
    identity = sparse.identity(vertex_count, format="csr")
    inside = (
        _scale_rows(faces_at_vertex @ face_points, 1.0 / valence**2)
        + _scale_rows(edges_at_vertex @ edge_ends, 1.0 / valence**2)
        + _scale_rows(identity, (valence - 3.0) / valence)
    )
    open_edges = sparse.diags(1.0 - inner_edge)
    neighbours = edges_at_vertex @ open_edges @ edge_ends
    along = _scale_rows(neighbours, np.full(vertex_count, 0.125)) + identity * 0.5
    return _scale_rows(inside, (~on_boundary).astype(float)) + _scale_rows(along, on_boundary.astype(float))


def _fine_quads(quads: IntArray, edge_of_side: IntArray, vertex_count: int, edge_count: int) -> IntArray:
    """Each corner's small quad: corner, the side after it, the middle, the side before it."""
    after = vertex_count + edge_of_side
    before = np.roll(after, 1, axis=1)
    middle = np.broadcast_to((vertex_count + edge_count + np.arange(len(quads)))[:, None], quads.shape)
    return np.stack([quads, after, middle, before], axis=-1).reshape(-1, 4).astype(np.int32)


def subdivide_corner_values(values: FloatArray) -> FloatArray:
    """Values at the corners of each face [f,4,k], bilinearly, at the corners of the fine faces [4 f,4,k]."""
    after = (values + np.roll(values, -1, axis=1)) / 2.0
    before = np.roll(after, 1, axis=1)
    middle = np.broadcast_to(values.mean(axis=1, keepdims=True), values.shape)
    fine = np.stack([values, after, middle, before], axis=2)
    return fine.reshape(-1, 4, values.shape[-1]).astype(np.float32)
