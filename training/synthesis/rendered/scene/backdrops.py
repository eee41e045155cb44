"""What stands behind the person: a plain wall, a bright or dark studio, or a room out of focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.geometry.bake import FloatArray
from training.synthesis.rendered.people.appearance import Colour


class Backdrop(Protocol):
    """Anything that can fill the picture behind the person."""

    def image(self, width_px: int, height_px: int) -> FloatArray:
        """Linear picture [h,w,3], RGB."""
        ...


@dataclass(frozen=True, slots=True)
class Wall:
    """A plain wall with a soft pool of light behind the head."""

    centre: Colour = (0.56, 0.525, 0.48)
    edge: Colour = (0.30, 0.275, 0.25)

    def image(self, width_px: int, height_px: int) -> FloatArray:
        """Linear picture [h,w,3], RGB."""
        x, y = np.meshgrid(np.linspace(-1.0, 1.0, width_px), np.linspace(-1.0, 1.0, height_px))
        distance = np.hypot((x - 0.15) * 0.85, (y + 0.10) * 0.75)
        weight = np.exp(-(distance**2) * 1.1)[..., None]
        return np.asarray(
            np.array(self.edge) * (1.0 - weight) + np.array(self.centre) * weight, dtype=np.float32
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A room or a street out of focus: `things` blurred shapes by chance, `blur` as a share of the height."""

    brightness: float
    things: int
    blur: float
    seed: int

    def image(self, width_px: int, height_px: int) -> FloatArray:
        """Linear picture [h,w,3], RGB."""
        rng = np.random.default_rng(self.seed)
        size = 64
        picture: npt.NDArray[Any] = np.empty((size, size, 3), dtype=np.float32)
        picture[:] = _tone(self.brightness, rng)
        slope = rng.normal(0.0, 0.4, 2)
        ramp = np.linspace(-1.0, 1.0, size)
        picture *= np.clip(1.0 + slope[0] * ramp[:, None, None] + slope[1] * ramp[None, :, None], 0.2, 2.0)
        for _ in range(self.things):
            shape = np.zeros((size, size), dtype=np.uint8)
            middle = rng.uniform(0, size, 2)
            extent = rng.uniform(0.1, 0.6, 2) * size
            turned = (tuple(map(float, middle)), tuple(map(float, extent)), float(rng.uniform(0, 180)))
            if rng.random() < 0.3:
                cv2.ellipse(shape, turned, 255, -1)
            else:
                cv2.fillPoly(shape, [cv2.boxPoints(turned).astype(np.int32)], 255)
            cover = shape[..., None] / 255.0 * rng.uniform(0.3, 1.0)
            picture += cover * (_tone(self.brightness, rng) - picture)
        picture = cv2.GaussianBlur(picture, (0, 0), max(0.5, self.blur * size))
        large = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.maximum(large, 0.0), dtype=np.float32)


def _tone(brightness: float, rng: np.random.Generator) -> FloatArray:
    shade = brightness * rng.uniform(0.25, 1.9)
    return np.asarray(shade * (0.6 + 0.8 * rng.random(3)), dtype=np.float32)
