"""Fitted emotion nets that tell the warp generator how well a face shows what was wanted.

A discriminator of a few hundred thousand weights is slow to learn what tells a sad face from an angry one; nets that
were fitted to just that know it already. The share that the recipe's card reads as meant stays honest only where that
is another model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from training.errors import DataError
from training.fitting.run_folder import load_net
from training.nets.face_net import FaceNet


def load_classifiers(runs: Sequence[Path], device: torch.device) -> list[FaceNet]:
    """The nets of runs of `fit`, which learn nothing more.

    Raises:
        DataError: a run's recipe or weights cannot be used, or its net wants faces in colour.
    """
    classifiers = [load_net(run).requires_grad_(False).to(device) for run in runs]
    for run, classifier in zip(runs, classifiers, strict=True):
        if classifier.channels != 1:
            raise DataError(
                f"{run}: its net reads faces in colour, these are grey; fit one with net.channels=1"
            )
    return classifiers


def classification_loss(classifiers: Sequence[FaceNet], faces: Tensor, said: Tensor) -> Tensor:
    """How far the classifiers, in the mean, are from reading what is said.

    The cross-entropy of their answers to faces float32 [n, 1, h, w] in [-1, 1], where `said` [n, 7] holds how much of
    each emotion they show.
    """
    images = (faces + 1) / 2
    sized = [
        F.interpolate(images, classifier.size_px, mode="bilinear", antialias=True)
        for classifier in classifiers
    ]
    losses = [
        F.cross_entropy(classifier(image), said) for classifier, image in zip(classifiers, sized, strict=True)
    ]
    return torch.stack(losses).mean()
