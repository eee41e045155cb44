"""From rows of a set of faces to what a net learns from: images as its body sees them, with their targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.crop import to_input
from training.data.faces import FaceSet
from training.fit_recipe import Recipe
from training.fitting.augment import augment
from training.fitting.mixing import MicroBatch, mix
from training.nets.face_net import FaceNet, input_of


@dataclass(frozen=True, slots=True, eq=False)
class TrainingBatches:
    """The training faces of a fit.

    rows: int64 [n], where the training faces lie in `faces`. targets: float32 [n, 7], what the label head learns.
    """

    recipe: Recipe
    faces: FaceSet
    rows: NDArray[np.int64]
    targets: NDArray[np.float32]
    device: torch.device

    def micro_batch(
        self, net: FaceNet, chosen: Tensor, size_px: int, generator: torch.Generator
    ) -> MicroBatch:
        """The training faces at the positions `chosen` (int64 [k]), normalised, augmented and mixed.

        They come from memory or disk only now, and at the net's size as the recognizer makes them.
        """
        positions = chosen.numpy()
        rows = self.rows[positions]
        images = torch.from_numpy(to_input(self.faces.images[rows], input_of(net, self.recipe))).to(
            self.device
        )
        seen = augment(net.normalise(images), size_px, self.recipe.augment, generator)
        batch = MicroBatch(
            images=seen.contiguous(memory_format=torch.channels_last),
            targets=torch.from_numpy(self.targets[positions]).to(self.device),
            votes=torch.from_numpy(self.faces.votes[rows]).to(self.device),
        )
        return mix(batch, self.recipe.fit, generator)
