"""A net for a recipe: our own small residual net, or any of timm's."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.fit_recipe import NetRecipe
from training.nets.face_net import FaceNet
from training.nets.timm_net import TimmNet


def build_net(recipe: NetRecipe) -> FaceNet:
    """The net of a recipe, with random weights or with `recipe.pretrained`.

    Raises:
        RecipeError: timm knows no such model, or not with these settings.
        DataError: the file of weights cannot be used.
    """
    if recipe.kind == "small":
        return SmallNet(recipe)
    return TimmNet(recipe)


def drop_path(branch: Tensor, rate: float, training: bool) -> Tensor:
    """Leave a residual branch [n, ...] out for a share `rate` of the images (Huang et al. 2016)."""
    if not training or rate == 0:
        return branch
    kept = torch.rand(len(branch), 1, 1, 1, device=branch.device) >= rate
    return branch * (kept.to(branch.dtype) / (1 - rate))


def _conv(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut; the block starts as the identity (zero-initialised last scale)."""

    def __init__(self, inputs: int, outputs: int, stride: int, drop_rate: float) -> None:
        super().__init__()
        self.drop_rate = drop_rate
        self.first = _conv(inputs, outputs, stride)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = _conv(outputs, outputs)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            # Averaging first keeps what a strided 1x1 convolution would throw away ("ResNet-D", He et al. 2019).
            pool = nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
            self.shortcut = nn.Sequential(pool, _conv(inputs, outputs, 1, 1), nn.BatchNorm2d(outputs))
        nn.init.zeros_(self.second_norm.weight)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.first_norm(self.first(x)))
        branch = drop_path(self.second_norm(self.second(inner)), self.drop_rate, self.training)
        return F.relu(self.shortcut(x) + branch)


class SmallNet(FaceNet):
    """A residual net for small faces: one stage for each entry of the recipe's `widths` and `blocks`."""

    def __init__(self, recipe: NetRecipe) -> None:
        super().__init__(recipe)
        first = recipe.widths[0]
        self.stem = nn.Sequential(_conv(recipe.channels, first, 2, 5), nn.BatchNorm2d(first), nn.ReLU())
        blocks: list[nn.Module] = []
        inputs = first
        for stage, (width, count) in enumerate(zip(recipe.widths, recipe.blocks, strict=True)):
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(ResidualBlock(inputs, width, stride, recipe.drop_path))
                inputs = width
        self.body = nn.Sequential(*blocks)
        self._make_heads(inputs)

    def features(self, normalised: Tensor) -> Tensor:
        maps: Tensor = self.body(self.stem(normalised))
        return maps.float().mean(dim=(2, 3))
