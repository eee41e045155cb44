"""Skin as three textures over the face's window of texture space: colour, detail and wrinkles.

What all faces share (where the lips are, where a beard grows) is measured once for each texture size; painting one
person's skin is then a matter of milliseconds. Row 0 of every map is the window's lower edge (as OpenGL wants it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from scipy.interpolate import LinearNDInterpolator

from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import HeadModel
from training.synthesis.rendered.geometry.bake import FloatArray, Part
from training.synthesis.rendered.people.appearance import Appearance, BeardCut, Skin, absorb_blood

UV_WINDOW = (0.60, 0.14, 0.40, 0.72)
"""Left, lower, width and height of the part of texture space that holds head and neck."""
FINE_MAP_SIZE = (768, 1344)
"""Texels across and up, for pictures of several hundred pixels; sizes in the code are of this map."""
PORE_HEIGHT_DM = 0.00018
LIP_CREASE_HEIGHT_DM = 0.0010
AGE_LINE_HEIGHT_DM = 0.0070
NOISE_CELLS = (2.2, 4.0, 7.0, 14.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class SkinMaps:
    """Arrays [h,w,4].

    `albedo`: linear colour, and roughness. `detail`: height (dm), the nose's lines, hair over skin, shine.
    `wrinkle`: heights of the forehead's lines, frown lines, cheek folds and eye folds. Lines lie in [0, 1], to be
    weighted by the expression.
    """

    albedo: FloatArray
    detail: FloatArray
    wrinkle: FloatArray


def position_map(model: HeadModel, size: tuple[int, int]) -> FloatArray:
    """Canonical position [h,w,3] at each texel of the window."""
    surface = model.surface
    chosen = (surface.part == Part.SKIN) & (surface.source < len(model.template))
    interpolate = LinearNDInterpolator(
        surface.uv[chosen], model.canonical[surface.source[chosen]], fill_value=0.0
    )
    width, height = size[0] // 2, size[1] // 2
    u0, v0, u_size, v_size = UV_WINDOW
    u, v = np.meshgrid(
        u0 + u_size * (np.arange(width) + 0.5) / width, v0 + v_size * (np.arange(height) + 0.5) / height
    )
    coarse = interpolate(u, v).astype(np.float32)
    return np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _window_mask(model: HeadModel, name: str, size: tuple[int, int]) -> FloatArray:
    """A region texture of the model, cut to the window, in [0, 1]."""
    texture = model.region_texture(name)[::-1].astype(np.float32) / 255.0
    side = texture.shape[0]
    u0, v0, u_size, v_size = (round(part * side) for part in UV_WINDOW)
    cut = texture[v0 : v0 + v_size, u0 : u0 + u_size]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def smooth_noise(rng: np.random.Generator, cell_px: float, size: tuple[int, int]) -> FloatArray:
    """Band-limited noise over a map: zero mean, unit deviation, features of about `cell_px` texels."""
    width, height = size
    cells = (max(2, round(width / cell_px)), max(2, round(height / cell_px)))
    noise = rng.standard_normal((cells[1], cells[0])).astype(np.float32)
    noise = np.asarray(cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    return np.asarray((noise - noise.mean()) / noise.std(), dtype=np.float32)


class NoiseBank:
    """Noise made once; each person gets other shifts of it."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator) -> None:
        shrink = size[0] / FINE_MAP_SIZE[0]
        self._maps = {cell: smooth_noise(rng, max(cell * shrink, 1.0), size) for cell in NOISE_CELLS}

    def draw(self, cell: float, rng: np.random.Generator) -> FloatArray:
        """Noise [h,w] with features of about `cell` (one of NOISE_CELLS) texels of the fine map."""
        height, width = self._maps[cell].shape
        shift = (int(rng.integers(height)), int(rng.integers(width)))
        return np.roll(self._maps[cell], shift, axis=(0, 1))


class SkinPainter:
    """Paints skin at one texture size."""

    def __init__(self, model: HeadModel, size: tuple[int, int] = FINE_MAP_SIZE) -> None:
        self._model, self._size = model, size
        self._position = position_map(model, size)
        self._bank = NoiseBank(size, np.random.default_rng(0))
        self._scalps: dict[float, FloatArray] = {}

    def paint(self, look: Appearance, seed: int) -> SkinMaps:
        """The maps of one person; equal seeds give equal skin."""
        rng = np.random.default_rng(seed)
        skin, lips = look.skin, self._lips
        colour = self._colour(look, rng)
        lines = skin.lines * self._field("age_lines")
        colour *= (1.0 - 0.16 * np.minimum(lines, 1.2))[..., None]
        shine = 0.7 + 0.2 * self._field("oily_zone") + (0.15 + 0.5 * skin.lip_gloss) * lips
        roughness = skin.roughness - 0.04 * self._field("oily_zone") - 0.12 * lips
        roughness = roughness + 0.02 * self._bank.draw(4.0, rng)
        pores = PORE_HEIGHT_DM * (1.0 + skin.lines) * (1.0 - lips)
        height = pores * (self._bank.draw(2.2, rng) + 0.3 * self._bank.draw(4.0, rng))
        height = height + LIP_CREASE_HEIGHT_DM * lips * self._lip_creases - AGE_LINE_HEIGHT_DM * lines
        return SkinMaps(
            albedo=_stack([colour[..., 0], colour[..., 1], colour[..., 2], roughness]),
            detail=_stack([height, self._field("nose_lines"), self._haired(look, rng), shine]),
            wrinkle=self._wrinkles,
        )

    def _field(self, name: str) -> FloatArray:
        """A region's weights [h,w] over the map, measured once."""
        known = self.__dict__.setdefault("_fields", {})
        if name not in known:
            known[name] = np.asarray(getattr(regions, name)(self._position), dtype=np.float32)
        return np.asarray(known[name])

    @cached_property
    def _lips(self) -> FloatArray:
        mask = _window_mask(self._model, "lips", self._size)
        return np.asarray(regions.smoothstep(0.25, 0.75, mask), dtype=np.float32)

    @cached_property
    def _ears(self) -> FloatArray:
        return _window_mask(self._model, "ears", self._size)

    @cached_property
    def _upper_lids(self) -> FloatArray:
        above = regions.smoothstep(7.27, 7.31, self._position[..., 1])
        return np.asarray(_window_mask(self._model, "eyelids", self._size) * above, dtype=np.float32)

    @cached_property
    def _lip_creases(self) -> FloatArray:
        """Fine upright grooves of the lips, as heights of about unit deviation."""
        rng = np.random.default_rng(1)
        phase = 0.6 * self._bank.draw(30.0, rng)
        grooves = np.sin(self._position[..., 0] * 150.0 + 3.0 * phase)
        return np.asarray(0.7 * grooves + 0.5 * self._bank.draw(4.0, rng), dtype=np.float32)

    @cached_property
    def _wrinkles(self) -> FloatArray:
        names = ("forehead_wrinkles", "frown_wrinkles", "cheek_folds", "eye_folds")
        return _stack([self._field(name) for name in names])

    def _scalp(self, recession: float) -> FloatArray:
        if recession not in self._scalps:
            field = regions.scalp(self._position, softness=0.13, recession=recession)
            self._scalps[recession] = np.asarray(field, dtype=np.float32)
        return self._scalps[recession]

    def _haired(self, look: Appearance, rng: np.random.Generator) -> FloatArray:
        """How far hair hides the skin's own colour: scalp and brows."""
        fine = 0.82 + 0.18 * self._bank.draw(2.2, rng)
        scalp = look.hair.cut.cover * self._scalp(look.hair.cut.recession)
        brows = look.hair.brow_density * self._field("brow")
        return np.asarray(np.clip(np.maximum(scalp, brows) * fine, 0.0, 1.0), dtype=np.float32)

    def _beard(self, look: Appearance) -> FloatArray:
        beard = look.beard
        fields = {
            BeardCut.NONE: (),
            BeardCut.STUBBLE: ("beard_jaw", "moustache"),
            BeardCut.FULL: ("beard_jaw", "moustache"),
            BeardCut.GOATEE: ("beard_chin", "moustache"),
            BeardCut.MOUSTACHE: ("moustache",),
        }[beard.cut]
        grown = [self._field(name) for name in fields]
        shadow = 0.35 * look.skin.shaven * np.maximum(self._field("beard_jaw"), self._field("moustache"))
        standing = [beard.density * field for field in grown]
        return np.asarray(np.maximum.reduce([shadow, *standing]), dtype=np.float32)

    def _colour(self, look: Appearance, rng: np.random.Generator) -> FloatArray:
        """Linear colour [h,w,3]: base, blotches, blush, sockets, freckles, spots, make-up, beard shadow, lips."""
        skin, noise = look.skin, self._bank
        mottle = 0.018 * noise.draw(4.0, rng) + 0.025 * noise.draw(14.0, rng) + 0.03 * noise.draw(60.0, rng)
        blood = 0.55 * skin.blush * (self._field("cheeks") + 0.8 * self._ears) + 0.06 * noise.draw(30.0, rng)
        colour = np.array(skin.base, dtype=np.float32) * (1.0 + mottle)[..., None]
        colour *= absorb_blood(blood)
        colour *= _filtered(self._field("eye_sockets") * (0.5 + skin.tired), (0.10, 0.15, 0.11))
        marks = skin.freckles * regions.smoothstep(1.3, 2.2, noise.draw(4.0, rng)) * self._field("face_front")
        marks = marks + skin.spots * regions.smoothstep(1.2, 2.0, noise.draw(14.0, rng))
        colour *= _filtered(marks, (0.30, 0.45, 0.55))
        colour *= _filtered(skin.eye_shadow * self._upper_lids, (0.45, 0.60, 0.50))
        beard = np.clip(self._beard(look) * (1.0 - self._lips) * (0.8 + 0.2 * noise.draw(2.2, rng)), 0.0, 1.0)
        hair = np.array(look.beard.colour, dtype=np.float32)
        colour += beard[..., None] * 0.85 * (hair - colour)
        lip = _lip_colour(skin) * (1.0 + 0.06 * noise.draw(4.0, rng)[..., None])
        colour += self._lips[..., None] * (lip - colour)
        return np.asarray(np.clip(colour, 0.0, 1.0), dtype=np.float32)


def _lip_colour(skin: Skin) -> FloatArray:
    own = np.array(skin.base) * np.array([0.88, 0.60, 0.60])
    return np.asarray(
        own * (1.0 - skin.lip_tint) + np.array(skin.lip_colour) * skin.lip_tint, dtype=np.float32
    )


def _filtered(amount: FloatArray, absorbed: tuple[float, float, float]) -> FloatArray:
    """Factors [h,w,3] of a layer that takes away shares of red, green and blue."""
    return np.asarray(1.0 - amount[..., None] * np.array(absorbed, dtype=np.float32), dtype=np.float32)


def _stack(channels: list[FloatArray]) -> FloatArray:
    return np.ascontiguousarray(np.stack(channels, axis=-1), dtype=np.float32)
