"""From rows of a set of faces to what a net learns from: images as its body sees them, with their targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.crop import to_input
from training.data.faces import FaceSet
from training.fitting.augment import augment, disturb
from training.fitting.losses import Lessons
from training.fitting.mixing import Part, mix
from training.nets.backbones import FaceNet
from training.nets.model_input import input_of
from training.recipe import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The training faces of a fit.

    rows: int64 [n], where the training faces lie in `faces`. lessons: what is learned of each of them.
    """

    recipe: Recipe
    faces: FaceSet
    rows: NDArray[np.int64]
    lessons: Lessons
    device: torch.device

    def part(self, net: FaceNet, chosen: Tensor, size_px: int, generator: torch.Generator) -> Part:
        """The training faces at the positions `chosen` (int64 [k]), normalised, augmented and mixed.

        They come from memory or disk only now, and at the net's size as the recognizer makes them.
        """
        positions = chosen.numpy()
        rows = self.rows[positions]
        spoilt = disturb(self.faces.images[rows], self.recipe.augment.disturbances, generator)
        images = torch.from_numpy(to_input(spoilt, input_of(net, self.recipe))).to(self.device)
        seen = augment(net.normalise(images), size_px, self.recipe.augment, generator)
        part = Part(
            images=seen.contiguous(memory_format=torch.channels_last),
            targets=torch.from_numpy(self.lessons.targets[positions]).to(self.device),
            votes=torch.from_numpy(self.lessons.votes[positions]).to(self.device),
        )
        return mix(part, self.recipe.fit, generator)
