"""Labelled faces in memory: what every reader returns and every fit consumes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Split(StrEnum):
    """The three roles of an image; FER2013 calls them Training, PublicTest and PrivateTest."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


VOTE_CLASSES = 8
"""FER+ votes kept per image: the seven emotions in the order of EMOTIONS, then contempt."""


@dataclass(frozen=True)
class FaceSet:
    """Grey faces with labels.

    images: uint8 [n, height, width]; labels: int64 [n], positions in EMOTIONS; splits: str [n], values of Split.
    votes: float32 [n, VOTE_CLASSES], shares of the crowd's votes that sum to 1, or a row of zeros where none are known.
    skipped: one line for each item that could not be used, with its reason.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    splits: NDArray[np.str_]
    votes: NDArray[np.float32]
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, keep: NDArray[np.bool_]) -> FaceSet:
        """The rows for which `keep` (bool [n]) is true."""
        return FaceSet(
            self.images[keep], self.labels[keep], self.splits[keep], self.votes[keep], self.skipped
        )

    def split(self, split: Split) -> FaceSet:
        """The rows of one split."""
        return self.where(self.splits == split.value)

    def with_votes(self, votes: NDArray[np.float32]) -> FaceSet:
        """The same faces with other votes (float32 [n, VOTE_CLASSES])."""
        return FaceSet(self.images, self.labels, self.splits, votes, self.skipped)
