"""Deforming a face: pixels move, then something is painted over them; both grow with the intensity."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class WarpField(NamedTuple):
    """What is done to a batch of faces at full intensity.

    flow [n, 2, h, w]: from where each pixel is taken, x and y relative to itself in half sides; paint [n, 1, h, w] in
    [-1, 1] is added, weighed by cover [n, 1, h, w] in [0, 1].
    """

    flow: Tensor
    paint: Tensor
    cover: Tensor


def apply(faces: Tensor, warp: WarpField, intensity: Tensor) -> Tensor:
    """The warped faces float32 [n, 1, h, w] in [-1, 1]; intensity [n] in [0, 1], where 0 gives the face back."""
    share = intensity[:, None, None, None]
    moved = _move(faces.float(), share * warp.flow)
    return (moved + share * warp.paint * warp.cover).clamp(-1, 1)


def _move(faces: Tensor, flow: Tensor) -> Tensor:
    still = torch.eye(2, 3, device=faces.device).expand(len(faces), 2, 3)
    grid = F.affine_grid(still, list(faces.shape), align_corners=False) + flow.permute(0, 2, 3, 1)
    return F.grid_sample(faces, grid, align_corners=False, padding_mode="border")


def roughness(flow: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring movements, in pixels: skin stretches, it does not tear."""
    side = flow.shape[-1]
    across = (flow[..., :, 1:] - flow[..., :, :-1]).abs().mean()
    along = (flow[..., 1:, :] - flow[..., :-1, :]).abs().mean()
    return (across + along) * side / 2
