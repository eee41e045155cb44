"""How common each emotion was in what a net learned: where the card's prior starts."""

from __future__ import annotations

import numpy as np

from training.data.faces import FaceSet, Split
from training.data.targets import emotion_shares
from training.fit_recipe import ClassWeights
from training.fitting.losses import weights_of_classes

SHARE_FLOOR = 1e-3
"""Keeps the log of an emotion's share finite where a set has no faces of it."""


def training_shares(faces: FaceSet, weights: ClassWeights, answers: str) -> tuple[float, ...]:
    """How common each of EMOTIONS was in what the head that `answers` (label or votes) learned, by `weights`; seven."""
    rows = faces.splits == Split.TRAIN.value  # without a copy of their images
    seven, targets = emotion_shares(faces.votes[rows]), faces.targets[rows]
    voted = (seven.sum(1, keepdims=True) > 0) & (answers == "votes")
    counts = np.where(voted, seven, targets).sum(0, dtype=np.float64)
    felt = np.maximum(counts * weights_of_classes(weights, counts).numpy(), SHARE_FLOOR * len(targets))
    return tuple(round(float(share), 4) for share in felt / felt.sum())
