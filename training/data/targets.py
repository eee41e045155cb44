"""What a net learns and is judged by, from the labels and the crowd's votes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.faces import UNDECIDED, FaceSet, one_hot

CLASSES = len(EMOTIONS)


def with_targets(faces: FaceSet, votes_as: str) -> FaceSet:
    """The faces with targets (and for "majority" labels) as `DataRecipe.votes_as` says.

    head: the labels. soft: the votes. mixed: the mean of the two. A row without a vote for one of the seven emotions
    keeps its label. majority: FER+'s own majority; rows without one are skipped.
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


def truth_of(faces: FaceSet, answers: str) -> NDArray[np.int64]:
    """What each face is rightly called, positions in EMOTIONS int64 [n]; UNDECIDED where nobody can say.

    answers: votes, what most people saw, where anybody voted on any face of the set; label, what the set says.
    """
    if answers == "votes" and faces.votes.any():
        return np.where(faces.plurality < CLASSES, faces.plurality, UNDECIDED)
    return faces.labels


def emotion_shares(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes [n, VOTE_CLASSES] without contempt's, each row's rest summing to 1; zeros where there is no rest."""
    seven = votes[:, :CLASSES]
    return np.asarray(seven / np.maximum(seven.sum(1, keepdims=True), 1e-9), np.float32)


def _majority(faces: FaceSet) -> FaceSet:
    majority = faces.majority
    keep = (majority >= 0) & (majority < CLASSES)
    reasons = [
        f"{name}: {'most votes say contempt' if one == CLASSES else 'no majority among the votes'}"
        for name, one in zip(faces.names[~keep], majority[~keep], strict=True)
    ]
    labels = np.where(keep, majority, faces.labels)
    relabelled = replace(faces, labels=labels, targets=one_hot(labels), skipped=(*faces.skipped, *reasons))
    return relabelled.where(keep)
