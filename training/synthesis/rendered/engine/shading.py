"""From the G-buffer to a picture: light scatters below the skin, a film curve, and a clean downscale."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.engine.renderer import GBuffer
from training.synthesis.rendered.geometry.bake import FloatArray

Image = npt.NDArray[np.uint8]

SCATTER_MM = (0.5, 1.2, 3.0)
"""Deviations of the Gaussians that stand for the skin's diffusion profile, after d'Eon and Luebke (2007)."""
SCATTER_WEIGHTS = ((0.25, 0.40, 0.35), (0.50, 0.25, 0.05), (0.45, 0.12, 0.02))
"""Shares of the Gaussians for red, green and blue; what is missing to 1 stays where it fell."""


LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
SKIN_SCATTER = 0.7
"""What scatters more is bare skin."""


@dataclass(frozen=True, slots=True)
class Film:
    """`white` is the linear value that becomes pure white; `saturation` and `contrast` are 1 where neutral.

    `face_luminance`: the camera exposes so that what it sees of the person has this mean; None: `exposure` alone.

    `softness_px` is the blur of a plain webcam's lens, as a deviation in pixels of the finished picture.
    """

    exposure: float = 1.0
    face_luminance: float | None = None
    white: float = 3.2
    saturation: float = 1.0
    contrast: float = 1.06
    softness_px: float = 0.68


def scatter(irradiance: FloatArray, px_per_mm: float) -> FloatArray:
    """Diffuse light [h,w,3] after scattering below the surface, where the alpha of `irradiance` [h,w,4] asks for it.

    The blurs run at half size: nothing finer is left of them anyway.
    """
    light, amount = irradiance[..., :3], irradiance[..., 3:]
    height, width = amount.shape[:2]
    weighted = np.concatenate([light * amount, amount], axis=-1)
    half = cv2.resize(weighted, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    shares = np.array(SCATTER_WEIGHTS, dtype=np.float32)
    spread = np.zeros((*half.shape[:2], 3), dtype=np.float32)
    for index, sigma_mm in enumerate(SCATTER_MM):
        blurred = cv2.GaussianBlur(half, (0, 0), sigma_mm * px_per_mm / 2.0)
        spread += shares[:, index] * blurred[..., :3] / np.maximum(blurred[..., 3:], 1e-3)
    full = cv2.resize(spread, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(light + amount * (full - shares.sum(axis=1) * light), dtype=np.float32)


def develop(linear: FloatArray, film: Film, exposure: float) -> FloatArray:
    """Linear light [h,w,3] to display-linear values in [0, 1]: Reinhard's (2002) shoulder, contrast, saturation."""
    exposed = np.maximum(linear * np.float32(exposure), 0.0)
    luminance = exposed @ LUMINANCE
    mapped = luminance * (1.0 + luminance / film.white**2) / (1.0 + luminance)
    mapped = 0.18 * (np.maximum(mapped, 1e-6) / 0.18) ** film.contrast
    colour = exposed / np.maximum(luminance, 1e-6)[..., None]
    colour = 1.0 + (colour - 1.0) * film.saturation
    return np.asarray(np.clip(colour * mapped[..., None], 0.0, 1.0), dtype=np.float32)


def encode(display: FloatArray) -> Image:
    """Display-linear RGB [h,w,3] in [0, 1] to 8-bit BGR with the sRGB curve."""
    low = display * 12.92
    high = 1.055 * np.maximum(display, 1e-6) ** (1.0 / 2.4) - 0.055
    srgb = np.where(display <= 0.0031308, low, high)
    return np.ascontiguousarray(np.round(srgb[..., ::-1] * 255.0), dtype=np.uint8)


def picture(
    buffer: GBuffer, backdrop: FloatArray, film: Film, px_per_mm: float, size_px: tuple[int, int]
) -> Image:
    """BGR picture of `size_px` (width, height) out of a larger G-buffer over `backdrop` [h,w,3]."""
    diffuse = buffer.albedo[..., :3] * scatter(buffer.irradiance, px_per_mm)
    covered = buffer.albedo[..., 3:]
    linear = (diffuse + buffer.specular) * covered + backdrop * (1.0 - covered)
    display = develop(linear, film, exposure_for(linear, buffer.irradiance[..., 3], film))
    small = cv2.resize(display, size_px, interpolation=cv2.INTER_AREA)
    if film.softness_px > 0:
        small = cv2.GaussianBlur(small, (0, 0), film.softness_px)
    return encode(np.asarray(small, dtype=np.float32))


def exposure_for(linear: FloatArray, skin: FloatArray, film: Film) -> float:
    """The factor that brings the skin's mean luminance to the film's wish; `skin` [h,w] is its scattering."""
    if film.face_luminance is None:
        return film.exposure
    weight = skin * (skin > SKIN_SCATTER)
    seen = float((linear @ LUMINANCE * weight).sum() / max(float(weight.sum()), 1e-6))
    return film.exposure * film.face_luminance / max(seen, 1e-3)
