"""Random changes of training images, on whole batches in torch.

All is drawn on the CPU, so that a GPU sees the same images; the pixels move where the images are.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.fit_recipe import AugmentRecipe


def augment(images: Tensor, size_px: int, recipe: AugmentRecipe, generator: torch.Generator) -> Tensor:
    """Rotate, scale, shift, mirror, blur and erase; float32 [n, c, h, w] to [n, c, size_px, size_px].

    Pixels that come from outside the image and erased pixels are zero, the mean of a normalised image.
    """
    moved = _move(images, size_px, recipe, generator)
    if recipe.blur_share > 0:
        moved = _blur(moved, recipe.blur_share, generator)
    return _erase(moved, recipe, generator)


def _uniform(count: int, limit: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(count, generator=generator) * 2 - 1) * limit


def _move(images: Tensor, size_px: int, recipe: AugmentRecipe, generator: torch.Generator) -> Tensor:
    """One bilinear resampling for rotation, scale, shift, mirroring and the output size together."""
    count = len(images)
    angle = _uniform(count, math.radians(recipe.rotation_degrees), generator)
    scale = 1 + _uniform(count, recipe.scale, generator)
    shift_x = _uniform(count, 2 * recipe.shift, generator)
    shift_y = _uniform(count, 2 * recipe.shift, generator)
    mirror = torch.ones(count)
    if recipe.flip:
        mirror = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    rows = (
        torch.stack([angle.cos() * scale * mirror, -angle.sin() * scale, shift_x], 1),
        torch.stack([angle.sin() * scale * mirror, angle.cos() * scale, shift_y], 1),
    )
    matrices = torch.stack(rows, 1).to(images.device)
    grid = F.affine_grid(matrices, [count, 1, size_px, size_px], align_corners=False)
    return F.grid_sample(images, grid, align_corners=False, padding_mode="zeros")


def _blur(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A 3x3 binomial blur on a share of the images: cameras are less sharp than photographs."""
    row = torch.tensor([1.0, 2.0, 1.0], device=images.device) / 4
    channels = images.shape[1]
    kernel = torch.outer(row, row).expand(channels, 1, 3, 3)
    blurred = F.conv2d(images, kernel, padding=1, groups=channels)
    chosen = torch.rand(len(images), 1, 1, 1, generator=generator) < share
    return torch.where(chosen.to(images.device), blurred, images)


def _erase(images: Tensor, recipe: AugmentRecipe, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al. 2020): one rectangle in a share of the images."""
    count, size_px = len(images), images.shape[-1]
    low, high = recipe.erase_sides
    position = torch.arange(size_px)
    spans = []
    for _axis in range(2):
        side = (low + torch.rand(count, 1, generator=generator) * (high - low)) * size_px
        centre = torch.rand(count, 1, generator=generator) * size_px
        spans.append((position[None, :] - centre).abs() * 2 < side)
    chosen = torch.rand(count, 1, 1, generator=generator) < recipe.erase_share
    mask = spans[0][:, :, None] & spans[1][:, None, :] & chosen
    return images.masked_fill(mask[:, None].to(images.device), 0.0)
