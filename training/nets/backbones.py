"""Networks that read emotions: our own small residual net, and any of timm's, behind one interface."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recognizer.affect import EMOTIONS
from recognizer.card import UNIT_SCALE, InputSpec
from training.data.faces import VOTE_CLASSES
from training.recipe import Head, NetRecipe

STANDARD_DEVIATION_FLOOR = 8 / 255
"""Added to an image's standard deviation, so that a nearly flat image is not blown up to noise."""


class FaceNet(nn.Module, ABC):
    """Faces [n, channels, h, w] in [0, 1] to logits of the seven emotions and of the crowd's votes.

    Two heads share one body: the first learns the label, the second what ten people voted. The votes are much less
    noisy than the labels and teach the body more. `answers` says which head answers. A subclass makes the body and
    calls `_make_heads`.
    """

    label_head: nn.Linear
    votes_head: nn.Linear
    mean: Tensor
    std: Tensor

    def __init__(self, recipe: NetRecipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.answers: Head = "label"
        self.dropout = nn.Dropout(recipe.dropout)
        # Not part of the state: the recipe holds them.
        self.register_buffer("mean", torch.tensor(recipe.mean)[None, :, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(recipe.std)[None, :, None, None], persistent=False)

    @abstractmethod
    def features(self, normalised: Tensor) -> Tensor:
        """What the heads see, [n, features], for normalised images."""

    def _make_heads(self, features: int) -> None:
        self.label_head = nn.Linear(features, len(EMOTIONS))
        self.votes_head = nn.Linear(features, VOTE_CLASSES)

    @property
    def size_px(self) -> int:
        """Side of the images that the net is made for."""
        return self.recipe.size_px

    @property
    def channels(self) -> int:
        """1 for grey, 3 for red, green and blue."""
        return self.recipe.channels

    @property
    def input_spec(self) -> InputSpec:
        """The net's input as a model card states it."""
        grey = self.channels == 1
        return InputSpec(
            size_px=(self.size_px, self.size_px),
            channels=self.channels,
            layout="NCHW",
            colour="grey" if grey else "rgb",
            scale=UNIT_SCALE,
            mean=(0.0,) * self.channels,
            std=(1.0,) * self.channels,
            tensor="faces",
        )

    def normalise(self, images: Tensor) -> Tensor:
        """Images in [0, 1] as the body wants them.

        It is part of the network, so that an exported model cannot be fed differently from the trained one.
        """
        if self.recipe.normalise == "image":
            return standardise(images)
        normalised: Tensor = (images - self.mean) / self.std
        return normalised

    def heads(self, normalised: Tensor) -> tuple[Tensor, Tensor]:
        """Both heads' logits, [n, 7] and [n, 8], for images that are normalised already (and augmented)."""
        features = self.dropout(self.features(normalised))
        return self.label_head(features), self.votes_head(features)

    def forward(self, images: Tensor) -> Tensor:
        """Logits [n, 7] of the head that answers, for images in [0, 1].

        The votes' eighth class, contempt, is left out: what remains is how votes for one of the seven are shared out.
        """
        label_logits, votes_logits = self.heads(self.normalise(images))
        return label_logits if self.answers == "label" else votes_logits[:, : len(EMOTIONS)]


def build_net(recipe: NetRecipe, answers: Head = "label") -> FaceNet:
    """The net of a recipe, with random weights or with `recipe.pretrained`; the head `answers` is the one that answers.

    Raises:
        RecipeError: timm knows no such model, or not with these settings.
        DataError: the file of weights cannot be used.
    """
    net = _new_net(recipe)
    net.answers = answers
    return net


def _new_net(recipe: NetRecipe) -> FaceNet:
    if recipe.kind == "small":
        return SmallNet(recipe)
    from training.nets.timm_net import TimmNet

    return TimmNet(recipe)


def standardise(images: Tensor) -> Tensor:
    """Zero mean and about unit deviation for each image, float32 [n, channels, h, w] in [0, 1]."""
    centred = images - images.mean(dim=(1, 2, 3), keepdim=True)
    deviation = (centred * centred).mean(dim=(1, 2, 3), keepdim=True).sqrt()
    return centred / (deviation + STANDARD_DEVIATION_FLOOR)


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
