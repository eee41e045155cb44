"""What a camera does to a picture: blur, noise, compression, a flat or hard tone, grey film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.engine.shading import Image
from training.synthesis.rendered.geometry.bake import FloatArray


@dataclass(frozen=True, slots=True)
class Lens:
    """Faults of one picture; all lengths are pixels of that picture.

    blur_px: deviation of a Gaussian; motion_px: length of a smear, towards motion_degrees. noise: deviation in grey
    values. jpeg_quality: 1 to 100, None for no compression. grey: black and white. gain, lift: value * gain + lift.
    """

    blur_px: float = 0.0
    motion_px: float = 0.0
    motion_degrees: float = 0.0
    noise: float = 0.0
    jpeg_quality: int | None = None
    grey: bool = False
    gain: float = 1.0
    lift: float = 0.0
    seed: int = 0


def through(lens: Lens, image: Image) -> Image:
    """A BGR picture as this camera gives it; equal lenses give equal pictures."""
    values: npt.NDArray[Any] = image.astype(np.float32)
    if lens.motion_px >= 1.0:
        values = cv2.filter2D(
            values, -1, _smear(lens.motion_px, lens.motion_degrees), borderType=cv2.BORDER_REPLICATE
        )
    if lens.blur_px > 0:
        values = cv2.GaussianBlur(values, (0, 0), lens.blur_px, borderType=cv2.BORDER_REPLICATE)
    values = values * lens.gain + lens.lift
    if lens.noise > 0:
        values = values + lens.noise * _grain(values.shape[:2], lens)
    if lens.grey:
        values = np.repeat(
            cv2.cvtColor(np.asarray(values, np.float32), cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2
        )
    taken: Image = np.clip(np.round(values), 0, 255).astype(np.uint8)
    return taken if lens.jpeg_quality is None else _compressed(taken, lens.jpeg_quality)


def crisp(image: Image, amount: float, radius_px: float) -> Image:
    """A picture with its fine detail raised by an unsharp mask.

    `amount` times what a Gaussian of deviation `radius_px` would blur away is added; 0 leaves the picture as it is.
    """
    if amount <= 0:
        return image
    values = image.astype(np.float32)
    detail = values - cv2.GaussianBlur(values, (0, 0), radius_px, borderType=cv2.BORDER_REPLICATE)
    return np.clip(np.round(values + np.float32(amount) * detail), 0, 255).astype(np.uint8)


def _grain(shape: tuple[int, int], lens: Lens) -> FloatArray:
    """Noise [h,w,3]: mostly the same in all colours."""
    rng = np.random.default_rng(lens.seed)
    return 0.85 * rng.standard_normal((*shape, 1), np.float32) + 0.5 * rng.standard_normal(
        (*shape, 3), np.float32
    )


def _smear(length_px: float, degrees: float) -> FloatArray:
    """A kernel that averages along a line."""
    side = 2 * int(np.ceil(length_px / 2.0)) + 1
    kernel = np.zeros((side, side), np.float32)
    reach = length_px / 2.0 * np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])
    middle = side // 2
    for t in np.linspace(-1.0, 1.0, 4 * side):
        column, row = np.round(middle + t * reach).astype(int)
        kernel[np.clip(row, 0, side - 1), np.clip(column, 0, side - 1)] += 1.0
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _compressed(image: Image, quality: int) -> Image:
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)
