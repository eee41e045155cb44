"""Skin as three textures over the face's window of texture space: colour, detail and wrinkles.

Row 0 of every map is the window's lower edge (as OpenGL wants it).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.interpolate import LinearNDInterpolator

from training.synthesis.rendered import regions
from training.synthesis.rendered.anatomy import HeadModel
from training.synthesis.rendered.appearance import Skin
from training.synthesis.rendered.bake import FloatArray, Part

UV_WINDOW = (0.60, 0.14, 0.40, 0.72)
"""Left, lower, width and height of the part of texture space that holds head and neck."""
MAP_SIZE = (768, 1344)
"""Texels across and up."""
PORE_HEIGHT_DM = 0.00018
LIP_CREASE_HEIGHT_DM = 0.0010


@dataclass(frozen=True, slots=True)
class SkinMaps:
    """Arrays [h,w,4].

    `albedo`: linear colour, and roughness. `detail`: height (dm), lips, scalp hair, shine. `wrinkle`: heights of the
    forehead's lines, frown lines, cheek folds and eye folds (each in [0, 1], to be weighted by the expression).
    """

    albedo: FloatArray
    detail: FloatArray
    wrinkle: FloatArray


def position_map(model: HeadModel) -> FloatArray:
    """Canonical position [h,w,3] at each texel of the window."""
    surface = model.surface
    chosen = (surface.part == Part.SKIN) & (surface.source < len(model.template))
    interpolate = LinearNDInterpolator(
        surface.uv[chosen], model.canonical[surface.source[chosen]], fill_value=0.0
    )
    width, height = MAP_SIZE[0] // 2, MAP_SIZE[1] // 2
    u0, v0, u_size, v_size = UV_WINDOW
    u, v = np.meshgrid(
        u0 + u_size * (np.arange(width) + 0.5) / width, v0 + v_size * (np.arange(height) + 0.5) / height
    )
    coarse = interpolate(u, v).astype(np.float32)
    return np.asarray(cv2.resize(coarse, MAP_SIZE, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _window_mask(model: HeadModel, name: str) -> FloatArray:
    """A region texture of the model, cut to the window, in [0, 1]."""
    texture = model.region_texture(name)[::-1].astype(np.float32) / 255.0
    size = texture.shape[0]
    u0, v0, u_size, v_size = (round(part * size) for part in UV_WINDOW)
    cut = texture[v0 : v0 + v_size, u0 : u0 + u_size]
    return np.asarray(cv2.resize(cut, MAP_SIZE, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def smooth_noise(rng: np.random.Generator, cell_px: float) -> FloatArray:
    """Band-limited noise over the map: zero mean, unit deviation, features of about `cell_px` texels."""
    width, height = MAP_SIZE
    cells = (max(2, round(width / cell_px)), max(2, round(height / cell_px)))
    noise = rng.standard_normal((cells[1], cells[0])).astype(np.float32)
    noise = np.asarray(cv2.resize(noise, MAP_SIZE, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    return np.asarray((noise - noise.mean()) / noise.std(), dtype=np.float32)


def build_skin_maps(
    model: HeadModel, skin: Skin, hair_density: float, brow_density: float, seed: int
) -> SkinMaps:
    """Paint the skin; the densities in [0, 1] say how far scalp hair and brows tint the skin below them."""
    rng = np.random.default_rng(seed)
    position = position_map(model)
    lips = regions.smoothstep(0.25, 0.75, _window_mask(model, "lips")).astype(np.float32)
    colour = _colour(model, skin, position, lips, rng)
    shine = 0.7 + 0.2 * regions.oily_zone(position) + 0.4 * lips
    roughness = (
        skin.roughness - 0.04 * regions.oily_zone(position) - 0.12 * lips + 0.02 * smooth_noise(rng, 5)
    )
    pores = PORE_HEIGHT_DM * (smooth_noise(rng, 2.2) + 0.3 * smooth_noise(rng, 5)) * (1.0 - lips)
    height = pores + LIP_CREASE_HEIGHT_DM * lips * _lip_creases(position, rng)
    hair = np.maximum(
        hair_density * regions.scalp(position, softness=0.20), brow_density * regions.brow(position)
    )
    wrinkle = [
        regions.forehead_wrinkles(position),
        regions.frown_wrinkles(position),
        regions.cheek_folds(position),
        regions.eye_folds(position),
    ]
    return SkinMaps(
        albedo=_stack([*np.moveaxis(colour, -1, 0), roughness]),
        detail=_stack([height, lips, hair, shine]),
        wrinkle=_stack(wrinkle),
    )


def _stack(channels: list[FloatArray]) -> FloatArray:
    return np.ascontiguousarray(np.stack(channels, axis=-1), dtype=np.float32)


def _lip_creases(position: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Fine upright grooves of the lips, as heights of about unit deviation."""
    phase = 0.6 * smooth_noise(rng, 30)
    return np.asarray(np.sin(position[..., 0] * 150.0 + 3.0 * phase) * 0.7 + 0.5 * smooth_noise(rng, 4))


def _colour(
    model: HeadModel, skin: Skin, position: FloatArray, lips: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Linear colour [h,w,3]: base, blotches, blush, sockets, freckles, stubble, lips."""
    mottle = 0.018 * smooth_noise(rng, 3) + 0.025 * smooth_noise(rng, 14) + 0.025 * smooth_noise(rng, 60)
    colour = np.array(skin.base) * (1.0 + mottle[..., None])
    blood = 0.55 * skin.blush * (regions.cheeks(position) + 0.8 * _window_mask(model, "ears"))
    blood = blood + 0.06 * smooth_noise(rng, 24)
    colour = colour * np.exp(-blood[..., None] * np.array([0.06, 0.52, 0.42]))
    sockets = regions.eye_sockets(position)[..., None]
    colour = colour * (1.0 - sockets * np.array([0.10, 0.15, 0.11]))
    freckle = regions.smoothstep(1.3, 2.2, smooth_noise(rng, 4.5)) * regions.smoothstep(
        0.6, 1.0, position[..., 2]
    )
    colour = colour * (1.0 - skin.freckles * freckle[..., None] * np.array([0.30, 0.45, 0.55]))
    shadow = skin.stubble * regions.beard(position) * (1.0 - lips) * (0.75 + 0.25 * smooth_noise(rng, 2.5))
    colour = colour * (1.0 - np.clip(shadow, 0.0, 1.0)[..., None] * np.array([0.45, 0.42, 0.38]))
    lip = np.array(skin.base) * (1.0 - skin.lip_tint) + np.array(skin.lip_colour) * skin.lip_tint
    lip = lip * (1.0 + 0.06 * smooth_noise(rng, 4)[..., None])
    mixed = colour * (1.0 - lips[..., None]) + lip * lips[..., None]
    return np.asarray(np.clip(mixed, 0.0, 1.0), dtype=np.float32)
