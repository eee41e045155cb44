"""The interface of networks that read emotions, and what they are fed in the fit, its validation and the export."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

import torch
from torch import Tensor, nn

from recognizer.affect import EMOTIONS
from recognizer.card import UNIT_SCALE, InputSpec
from training.data.faces import VOTE_CLASSES
from training.fit_recipe import NetRecipe, Recipe

STANDARD_DEVIATION_FLOOR = 8 / 255
"""Added to an image's standard deviation, so that a nearly flat image is not blown up to noise."""


class FaceNet(nn.Module, ABC):
    """Faces [n, channels, h, w] in [0, 1] to logits of the seven emotions and of the crowd's votes.

    Two heads share one body: the first learns the label, the second what ten people voted. The votes are much less
    noisy than the labels and teach the body more; the label head answers. A subclass makes the body and calls
    `_make_heads`.
    """

    label_head: nn.Linear
    votes_head: nn.Linear
    mean: Tensor
    std: Tensor

    def __init__(self, recipe: NetRecipe) -> None:
        super().__init__()
        self.recipe = recipe
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
        """Logits [n, 7] of the label head, for images in [0, 1]."""
        return self.heads(self.normalise(images))[0]


def input_of(net: FaceNet, recipe: Recipe) -> InputSpec:
    """The net's input, with the cleaning that its training faces had."""
    clean = recipe.data.clean
    return replace(net.input_spec, equalise=clean.equalise, sharpen_below=clean.sharpen_below)


def standardise(images: Tensor) -> Tensor:
    """Zero mean and about unit deviation for each image, float32 [n, channels, h, w] in [0, 1]."""
    centred = images - images.mean(dim=(1, 2, 3), keepdim=True)
    deviation = (centred * centred).mean(dim=(1, 2, 3), keepdim=True).sqrt()
    return centred / (deviation + STANDARD_DEVIATION_FLOOR)
