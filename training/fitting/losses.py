"""What a fit minimises: pure functions of targets and logits."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.affect import EMOTIONS
from training.fit_recipe import ClassWeights, FitRecipe

EFFECTIVE_BETA = 0.999
"""Cui et al. 2019: how soon a class's further faces bring nothing new."""


def learned_targets(
    targets: NDArray[np.float32], recipe: FitRecipe, teacher: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """What the label head learns, float32 [n, 7]: the targets smoothed, then mixed with the teacher's answers."""
    smoothing = recipe.label_smoothing
    learned = targets * (1 - smoothing) + smoothing / len(EMOTIONS)
    if teacher is not None:
        learned = (1 - recipe.teacher_weight) * learned + recipe.teacher_weight * teacher
    return np.asarray(learned, np.float32)


def weights_of_classes(wanted: ClassWeights, counts: NDArray[np.floating]) -> Tensor:
    """A weight for each emotion, float32 [7], such that the mean over the training faces is 1.

    `counts` [7] are the training faces of each emotion. balanced: by the reciprocal of the count. effective: by the
    reciprocal of the effective number of faces (1 - beta^n) / (1 - beta).
    """
    counts = np.maximum(counts, 1.0)
    raw: NDArray[np.floating]
    if wanted == "none":
        raw = np.ones(len(EMOTIONS))
    elif wanted == "balanced":
        raw = 1 / counts
    elif wanted == "effective":
        raw = (1 - EFFECTIVE_BETA) / (1 - EFFECTIVE_BETA**counts)
    else:
        raw = np.array([wanted[emotion] for emotion in EMOTIONS])
    return torch.from_numpy(raw * counts.sum() / (raw * counts).sum()).float()


def two_headed_loss(
    label_logits: Tensor,
    votes_logits: Tensor,
    targets: Tensor,
    votes: Tensor,
    class_weights: Tensor,
    votes_weight: float,
) -> Tensor:
    """Cross-entropy with the targets, weighted by class, plus that with the crowd's votes where there are any."""
    label_loss = -(class_weights * targets * label_logits.float().log_softmax(1)).sum(1).mean()
    # A row of zeros has no votes and so no loss.
    votes_loss = -(votes * votes_logits.float().log_softmax(1)).sum(1).mean()
    total: Tensor = label_loss + votes_weight * votes_loss
    return total
