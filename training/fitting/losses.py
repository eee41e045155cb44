"""What a fit minimises: pure functions of targets and logits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.affect import EMOTIONS
from training.data.targets import CLASSES
from training.fit_recipe import ClassWeights, FitRecipe, Head

EFFECTIVE_BETA = 0.999
"""Cui et al. 2019: how soon a class's further faces bring nothing new."""
MOST_TIMES = 10.0
"""No emotion counts more than so many times the middle one: a handful of faces would steer the whole fit."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingTargets:
    """What the two heads learn of the training faces.

    targets: float32 [n, 7], the label head's; rows sum to 1. votes: float32 [n, 8], the votes head's; rows sum to 1, or
    are zeros where there is nothing to learn. target_weights [7] and vote_weights [8] say how much each class counts.
    """

    targets: NDArray[np.float32]
    votes: NDArray[np.float32]
    target_weights: Tensor
    vote_weights: Tensor


def training_targets(
    targets: NDArray[np.float32],
    votes: NDArray[np.float32],
    recipe: FitRecipe,
    answers: Head,
    teacher: NDArray[np.float32] | None = None,
) -> TrainingTargets:
    """What there is to learn for targets [n, 7], votes [n, 8] and a teacher's answers [n, 7].

    An emotion that no training face shows takes no part: smoothing and teacher give it nothing, and it weighs nothing.
    The teacher teaches the head that `answers`. Where that is the votes' head it learns the label of a face that nobody
    voted on, and the class weights count for it too; else it is only an aid, and learns the votes as they are.
    """
    target_weights = weights_of_classes(recipe.class_weights, targets.sum(0))
    there = targets.sum(0) > 0
    smoothed = targets * (1 - recipe.label_smoothing) + recipe.label_smoothing * there / max(there.sum(), 1)
    if answers == "label":
        learned = _taught(smoothed, teacher, recipe.teacher_weight, there)
        return TrainingTargets(learned, votes, target_weights, torch.ones(votes.shape[1]))
    voted = votes.sum(1, keepdims=True) > 0
    known = np.where(voted, votes, np.pad(smoothed, ((0, 0), (0, votes.shape[1] - CLASSES))))
    # The teacher knows nothing of contempt, and so has its say in the rest alone.
    seven = np.maximum(known[:, :CLASSES].sum(1, keepdims=True), 1e-9)
    wanted = known.copy()
    counts = np.where(voted, votes[:, :CLASSES], targets).sum(0)
    taught = _taught(known[:, :CLASSES] / seven, teacher, recipe.teacher_weight, counts > 0)
    wanted[:, :CLASSES] = seven * taught
    vote_weights = torch.ones(votes.shape[1])
    vote_weights[:CLASSES] = weights_of_classes(recipe.class_weights, counts)
    return TrainingTargets(
        np.asarray(smoothed, np.float32), np.asarray(wanted, np.float32), target_weights, vote_weights
    )


def _taught(
    known: NDArray[np.floating], teacher: NDArray[np.float32] | None, share: float, there: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Rows [n, 7] mixed with what the teacher says of the emotions that are `there`, of which they take `share`."""
    if teacher is None:
        return np.asarray(known, np.float32)
    said = np.where(there, teacher, 0)
    mass = said.sum(1, keepdims=True)
    said = np.where(mass > 0, said / np.maximum(mass, 1e-9), known)
    return np.asarray((1 - share) * known + share * said, np.float32)


def weights_of_classes(wanted: ClassWeights, counts: NDArray[np.floating]) -> Tensor:
    """A weight for each emotion, float32 [7], such that the mean over the training faces is 1.

    `counts` [7] are the training faces of each emotion; one without any weighs nothing, and none more than MOST_TIMES
    the middle one of the others. balanced: by the reciprocal of the count. effective: by the
    reciprocal of the effective number of faces (1 - beta^n) / (1 - beta).
    """
    there = counts > 0
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
    if isinstance(wanted, str) and there.any():
        raw = np.minimum(raw, MOST_TIMES * np.median(raw[there]))
    raw, counts = np.where(there, raw, 0.0), np.where(there, counts, 0.0)
    return torch.from_numpy(raw * counts.sum() / max((raw * counts).sum(), 1e-9)).float()


def cross_entropy(logits: Tensor, wanted: Tensor, class_weights: Tensor) -> Tensor:
    """Mean over all rows [n, classes]; a row of zeros in `wanted` costs nothing."""
    return -(class_weights * wanted * logits.float().log_softmax(1)).sum(1).mean()
