"""Brows and beards: hairs that root in the moving face and are grown anew for every instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import unit
from training.synthesis.rendered.geometry.bake import FloatArray
from training.synthesis.rendered.geometry.strands import Roots, Strands, tapered
from training.synthesis.rendered.people.appearance import Beard, BeardCut, Hair

BROW_STEPS, BEARD_STEPS = 4, 5
BEARD_STRANDS = 7000
MOUSTACHE_LENGTH_DM = 0.10


@dataclass(frozen=True, slots=True)
class Tuft:
    """Hairs with what stays the same while the face moves.

    `heading` [n,3] unit directions, `length` [n] (dm), `lift`: how steeply they stand, `droop`: how far they bend down.
    """

    roots: Roots
    heading: FloatArray
    length: FloatArray
    shade: FloatArray
    half_width: float
    lift: float
    droop: float
    steps: int

    def grown(self, positions: FloatArray, normals: FloatArray) -> Strands:
        """The hairs on a moved face: smooth vertices and normals [v,3]."""
        start, normal = self.roots.on(positions), unit(self.roots.on(normals))
        flat = self.heading - normal * np.sum(self.heading * normal, axis=1, keepdims=True)
        t = np.linspace(0.0, 1.0, self.steps)[None, :, None]
        step = self.length[:, None, None] * t
        points = (
            start[:, None]
            + unit(flat)[:, None] * step
            + normal[:, None] * (self.lift * step * (1.0 - 0.4 * t))
        )
        points[..., 1] -= self.droop * step[..., 0] * t[..., 0]
        outward = np.broadcast_to(normal[:, None], points.shape)
        width = tapered(len(start), self.steps, self.half_width, 0.3)
        return Strands(points.astype(np.float32), outward, width, self.shade)


def plant_brows(head_template: HeadTemplate, hair: Hair, seed: int) -> Tuft:
    """Hairs that grow upwards at the inner end and outwards along the brow."""
    rng = np.random.default_rng(seed)
    share = head_template.detail.strand_share
    count = max(80, round(hair.brow_strands * max(share, 0.5)))
    roots = head_template.brow_roots.chosen_at(rng.permutation(2000)[:count])
    canonical = roots.on(head_template.model.canonical)
    along, middle, thickness = regions.brow_course(canonical)
    outwards = np.sign(canonical[:, 0])
    above = np.clip((canonical[:, 1] - middle) / thickness, -1.0, 1.0)
    upwards = 0.80 * (1.0 - along) ** 2.0 - 0.28 * along - 0.22 * above
    heading = np.column_stack([outwards * (0.40 + 0.75 * along), upwards, -0.35 * along])
    heading = unit(heading + 0.07 * rng.standard_normal(heading.shape))
    length = ((0.050 + 0.020 * rng.random(count)) * (1.0 - 0.35 * along)).astype(np.float32)
    shade = rng.random(count).astype(np.float32)
    width = 0.0016 / max(share, 0.5)
    return Tuft(roots, heading, length, shade, width, lift=0.12, droop=0.0, steps=BROW_STEPS)


def plant_beard(head_template: HeadTemplate, beard: Beard, seed: int) -> Tuft | None:
    """A beard's hairs, or None where it is only a shade on the skin."""
    if beard.cut in (BeardCut.NONE, BeardCut.STUBBLE) or beard.length <= 0:
        return None
    rng = np.random.default_rng(seed)
    share = head_template.detail.strand_share
    roots = head_template.beard_roots.chosen_at(rng.permutation(8000)[: round(BEARD_STRANDS * share)])
    canonical = roots.on(head_template.model.canonical)
    roots = roots.chosen(_stands(canonical, beard.cut, rng))
    canonical = roots.on(head_template.model.canonical)
    lip = regions.moustache(canonical) > 0.3
    outwards = np.sign(canonical[:, 0]) * np.where(lip, 0.9, 0.25)
    heading = np.column_stack([outwards, np.full(len(canonical), -1.0), np.full(len(canonical), 0.15)])
    heading = unit(heading + 0.22 * rng.standard_normal(heading.shape))
    length = beard.length * (0.6 + 0.5 * rng.random(len(canonical)))
    length = np.where(lip, np.minimum(length, MOUSTACHE_LENGTH_DM), length)
    cheek = regions.smoothstep(6.55, 6.85, canonical[:, 1]) * ~lip
    trimmed = np.asarray(length * (1.0 - 0.6 * cheek), dtype=np.float32)
    shade = rng.random(len(canonical)).astype(np.float32)
    return Tuft(roots, heading, trimmed, shade, 0.0055 / share**0.6, lift=0.35, droop=0.5, steps=BEARD_STEPS)


def _stands(canonical: FloatArray, cut: BeardCut, rng: np.random.Generator) -> np.ndarray:
    """Which hairs a cut leaves standing."""
    lip, jaw = regions.moustache(canonical), regions.beard_jaw(canonical)
    chin = regions.beard_chin(canonical)
    density = {
        BeardCut.FULL: np.maximum(jaw, lip),
        BeardCut.GOATEE: np.maximum(chin, lip),
        BeardCut.MOUSTACHE: lip,
    }[cut]
    return np.asarray(density > 0.6 * rng.random(len(canonical)))
