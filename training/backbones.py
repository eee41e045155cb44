"""Networks: our own small residual net for grey faces, and the shim that lets timm load beside a CPU-only torch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recognizer.affect import EMOTIONS
from training.data.faces import VOTE_CLASSES
from training.recipe import NetRecipe

STANDARD_DEVIATION_FLOOR = 8 / 255
"""Added to an image's standard deviation, so that a nearly flat image is not blown up to noise."""

_torchvision_schemas: list[torch.library.Library] = []
"""Kept alive: a schema goes with its library."""


def allow_timm_without_torchvision_extension() -> None:
    """Define torchvision's compiled operators as bare schemas where its extension does not load (CPU-only torch).

    timm imports torchvision, which fails with "operator torchvision::nms does not exist" otherwise. Does nothing where
    the extension is there.
    """
    if _torchvision_schemas or hasattr(torch.ops.torchvision, "nms"):
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _torchvision_schemas.append(library)


def to_pixels(faces: Tensor) -> Tensor:
    """Grey faces uint8 [n, h, w] as the network takes them: float32 [n, 1, h, w] in [0, 1]."""
    return faces.float()[:, None] / 255


def standardise(images: Tensor) -> Tensor:
    """Zero mean and about unit deviation for each image, float32 [n, 1, h, w] in [0, 1].

    It is part of the network, so that an exported model cannot be fed differently from the trained one.
    """
    mean = images.mean(dim=(2, 3), keepdim=True)
    centred = images - mean
    deviation = (centred * centred).mean(dim=(2, 3), keepdim=True).sqrt()
    return centred / (deviation + STANDARD_DEVIATION_FLOOR)


def _conv(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut; the block starts as the identity (zero-initialised last scale)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
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
        return F.relu(self.shortcut(x) + self.second_norm(self.second(inner)))


class EmotionNet(nn.Module):
    """Grey faces [n, 1, h, w] in [0, 1] to logits of the seven emotions and of the crowd's votes.

    Two heads share one body: the first learns the label that FER2013 gives, the second what ten people voted. The votes
    are much less noisy than the labels and teach the body more; the label head answers.
    """

    def __init__(self, recipe: NetRecipe) -> None:
        super().__init__()
        first = recipe.widths[0]
        self.stem = nn.Sequential(_conv(1, first, 2, 5), nn.BatchNorm2d(first), nn.ReLU())
        blocks: list[nn.Module] = []
        inputs = first
        for stage, (width, count) in enumerate(zip(recipe.widths, recipe.blocks, strict=True)):
            for index in range(count):
                blocks.append(ResidualBlock(inputs, width, 2 if stage > 0 and index == 0 else 1))
                inputs = width
        self.body = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(recipe.dropout)
        self.label_head = nn.Linear(inputs, len(EMOTIONS))
        self.votes_head = nn.Linear(inputs, VOTE_CLASSES)

    def heads(self, standardised: Tensor) -> tuple[Tensor, Tensor]:
        """Both heads' logits, [n, 7] and [n, 8], for images that are standardised already (and augmented)."""
        features = self.body(self.stem(standardised)).float().mean(dim=(2, 3))
        features = self.dropout(features)
        return self.label_head(features), self.votes_head(features)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [n, 7] of the label head, for images in [0, 1]."""
        return self.heads(standardise(images))[0]
