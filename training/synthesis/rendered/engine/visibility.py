"""Soft light: how much of the sky and of the window each point of the face sees, from depth maps of many lights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.rendered.geometry.bake import FloatArray
from training.synthesis.rendered.geometry.regions import smoothstep
from training.synthesis.rendered.scene.values import SKY_LIGHTS, Light, Matrix, sky_radiance

LIFT_DM = 0.022
"""How far a point is lifted off its surface before it is tested, so that it does not shade itself."""
BIAS = 0.0035
"""How much nearer (of a depth of 0 to 1) something must be to cast a full shadow."""


@dataclass(frozen=True, slots=True)
class Received:
    """Light at points: `sky` [n,3] under a cosine weight, `open` [n] and `window` [n] in [0, 1]."""

    sky: FloatArray
    open: FloatArray
    window: FloatArray

    def columns(self) -> FloatArray:
        """[n,5]: sky, open, window."""
        return np.column_stack([self.sky, self.open, self.window]).astype(np.float32)


def seen(points: FloatArray, matrix: Matrix, depth: FloatArray) -> FloatArray:
    """How far one light sees each of `points` [n,3], in [0, 1]; `depth` [t,t] has its row 0 below."""
    placed = (points @ matrix[:3, :3].T + matrix[:3, 3]) * 0.5 + 0.5
    size = depth.shape[0]
    column, row = (np.clip((placed[:, axis] * size).astype(int), 0, size - 1) for axis in (0, 1))
    nearer = placed[:, 2] - depth[row, column]
    return np.asarray(1.0 - smoothstep(0.4 * BIAS, BIAS, nearer), dtype=np.float32)


def visibility(
    points: FloatArray, normals: FloatArray, matrices: list[Matrix], depths: FloatArray
) -> FloatArray:
    """How far each light sees each point: [n, lights] in [0, 1]."""
    lifted = points + LIFT_DM * normals
    pairs = zip(matrices, depths, strict=True)
    return np.stack([seen(lifted, matrix, depth) for matrix, depth in pairs], axis=1)


def openness(normals: FloatArray, directions: FloatArray, visible: FloatArray) -> FloatArray:
    """Share [n] of the sky that points see, of what their normals let them see; `visible` [n, directions]."""
    weight = np.maximum(normals @ directions.T, 0.0)
    share = (weight * visible).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-4)
    return np.asarray(share, dtype=np.float32)


def receive_quickly(
    normals: FloatArray, open_share: FloatArray, light: Light, visible: FloatArray
) -> Received:
    """Light at points whose openness was measured before; `visible` [n, lights] are the window's lights alone."""
    sky = sky_radiance(light, normals) * open_share[:, None]
    return Received(sky, open_share, visible.mean(axis=1).astype(np.float32))


def receive(
    points: FloatArray, normals: FloatArray, light: Light, matrices: list[Matrix], depths: FloatArray
) -> Received:
    """Light at `points` [n,3] with unit `normals` [n,3]; `depths` [lights,t,t] were drawn through `matrices`."""
    visible = visibility(points, normals, matrices, depths)
    directions = light.directions()
    weight = np.maximum(normals @ directions[:SKY_LIGHTS].T, 0.0)
    share = weight * visible[:, :SKY_LIGHTS] / np.maximum(weight.sum(axis=1, keepdims=True), 1e-4)
    sky = share @ sky_radiance(light, directions[:SKY_LIGHTS])
    return Received(
        sky.astype(np.float32), share.sum(axis=1).astype(np.float32), visible[:, SKY_LIGHTS:].mean(axis=1)
    )
