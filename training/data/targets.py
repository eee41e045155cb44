"""What the label head learns, from the labels and the crowd's votes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.faces import FaceSet, one_hot

CLASSES = len(EMOTIONS)
MAJORITY = 0.5
"""More than this share of the votes must agree, as in FER+'s own majority mode."""


def with_targets(faces: FaceSet, votes_as: str) -> FaceSet:
    """The faces with targets (and for "majority" labels) as `DataRecipe.votes_as` says.

    head: the labels. soft: the votes. mixed: the mean of the two. A row without a vote for one of the seven emotions
    keeps its label. majority: the emotion with more than half of the votes; rows without one are skipped.
    """
    if votes_as == "majority":
        return _majority(faces)
    labels = one_hot(faces.labels)
    if votes_as == "head":
        return replace(faces, targets=labels)
    shares = faces.votes[:, :CLASSES]
    known = shares.sum(1, keepdims=True) > 0
    soft = np.where(known, shares / np.maximum(shares.sum(1, keepdims=True), 1e-9), labels)
    targets = soft if votes_as == "soft" else (soft + labels) / 2
    return replace(faces, targets=np.asarray(targets, np.float32))


def majority_of(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each row of votes [n, VOTE_CLASSES] the class with more than half of them, -1 where there is none."""
    return np.where(votes.max(1, initial=0) > MAJORITY, votes.argmax(1), -1)


def plurality_of(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each row of votes [n, VOTE_CLASSES] the emotion with most of them; -1 for a tie, contempt, or no votes."""
    first, second = np.sort(votes, axis=1)[:, :-3:-1].T
    winner = votes.argmax(1)
    return np.where((first > second) & (winner < CLASSES), winner, -1)


def _majority(faces: FaceSet) -> FaceSet:
    majority = majority_of(faces.votes)
    keep = (majority >= 0) & (majority < CLASSES)
    reasons = [
        f"{name}: {'most votes say contempt' if one == CLASSES else 'no majority among the votes'}"
        for name, one in zip(faces.names[~keep], majority[~keep], strict=True)
    ]
    labels = np.where(keep, majority, faces.labels)
    relabelled = replace(faces, labels=labels, targets=one_hot(labels), skipped=(*faces.skipped, *reasons))
    return relabelled.where(keep)
