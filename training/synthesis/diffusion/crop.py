"""The recognizer's crop of a face once more, on tensors, so that a classifier's gradient reaches the picture."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from recognizer.crop import covered

GREY = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in grey (ITU-R BT.601), as OpenCV has them."""


def crop(images: Tensor, to_crop: NDArray[np.float64], size_px: int) -> Tensor:
    """Images [n, c, h, w] through the 2x3 matrix `to_crop` (image to crop, both in pixels from the corner).

    Like `recognizer.crop.align`: each pixel of [n, c, size_px, size_px] is the mean of the area that it covers, and
    beyond the image its edge is repeated.
    """
    finer = max(1, math.ceil(covered(to_crop)))
    side = size_px * finer
    centres = (torch.arange(side, device=images.device) + 0.5) / finer
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    back = torch.from_numpy(_inverse(to_crop)).to(images)
    points = torch.stack([x, y, torch.ones_like(x)], dim=-1).to(images) @ back.T
    height, width = images.shape[2:]
    grid = points / points.new_tensor([width, height]) * 2 - 1
    big = F.grid_sample(
        images, grid.expand(len(images), -1, -1, -1), "bilinear", "border", align_corners=False
    )
    return F.avg_pool2d(big, finer)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(np.vstack([matrix, (0.0, 0.0, 1.0)]))[:2], np.float64)


def for_net(images: Tensor, channels: int) -> Tensor:
    """Colour images [n, 3, h, w] with the channels of a net: 3 as they are, 1 grey [n, 1, h, w]; values in [0, 1]."""
    images = images.clamp(0, 1)
    if channels == 3:
        return images
    return (images * images.new_tensor(GREY).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)
