"""Labelled faces in memory: what every reader's rows become and every fit consumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.store import reordered


class Split(StrEnum):
    """The three roles of an image; FER2013 calls them Training, PublicTest and PrivateTest."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


VOTE_CLASSES = 8
"""FER+ votes kept per image: the seven emotions in the order of EMOTIONS, then contempt."""


MAJORITY = 0.5
UNDECIDED = -1
"""In the place of a class: people did not agree on one, or nobody was asked."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Faces with labels; `make_faces` builds one from few arguments.

    images: uint8 [n, height, width] grey or [n, height, width, 3] BGR; a set too big for memory lies in a np.memmap.
    labels: int64 [n], positions in EMOTIONS. splits: str [n], values of Split.
    votes: float32 [n, VOTE_CLASSES], shares of the crowd's votes that sum to 1, or a row of zeros where none are known.
    plurality and majority: int64 [n], the vote class that most people saw, and FER+'s own majority, UNDECIDED where
    there is none.
    targets: float32 [n, 7], what the label head learns; each row sums to 1.
    names: str [n], an image's path, or "row 17" of a csv (counted from 1). subjects and categories: str [n], "" where
    unknown. pictures: str [n], the digest of each picture as it was found, "" where unknown. skipped: one line for each
    item that could not be used, with its reason.
    thumbnails: uint8 [n, 48, 48], each face as copies are told by it; None where the images are such themselves.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    splits: NDArray[np.str_]
    votes: NDArray[np.float32]
    plurality: NDArray[np.int64]
    majority: NDArray[np.int64]
    targets: NDArray[np.float32]
    names: NDArray[np.str_]
    subjects: NDArray[np.str_]
    categories: NDArray[np.str_]
    pictures: NDArray[np.str_]
    thumbnails: NDArray[np.uint8] | None = None
    skipped: tuple[str, ...] = ()

    @property
    def compared(self) -> NDArray[np.uint8]:
        """What copies are told by: `thumbnails`, or the images where there are none."""
        return self.images if self.thumbnails is None else self.thumbnails

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, order: NDArray[np.intp]) -> FaceSet:
        """These rows in this order. Rows that lie together are a view; images in a file never come to memory whole."""
        rows = _as_slice(order)
        return FaceSet(
            images=_taken(self.images, rows),
            thumbnails=None if self.thumbnails is None else _taken(self.thumbnails, rows),
            labels=self.labels[rows],
            splits=self.splits[rows],
            votes=self.votes[rows],
            plurality=self.plurality[rows],
            majority=self.majority[rows],
            targets=self.targets[rows],
            names=self.names[rows],
            subjects=self.subjects[rows],
            categories=self.categories[rows],
            pictures=self.pictures[rows],
            skipped=self.skipped,
        )

    def where(self, keep: NDArray[np.bool_]) -> FaceSet:
        """The rows for which `keep` (bool [n]) is true."""
        return self.take(np.flatnonzero(keep))

    def split(self, split: Split) -> FaceSet:
        """The rows of one split."""
        return self.where(self.splits == split.value)

    def with_votes(
        self,
        votes: NDArray[np.float32],
        plurality: NDArray[np.int64] | None = None,
        majority: NDArray[np.int64] | None = None,
    ) -> FaceSet:
        """The same faces with other votes; what most people saw comes from the shares where it is not given."""
        return replace(
            self,
            votes=votes,
            plurality=plurality_of(votes) if plurality is None else plurality,
            majority=majority_of(votes) if majority is None else majority,
        )


def make_faces(
    images: NDArray[np.uint8],
    labels: Sequence[int] | NDArray[np.int64],
    splits: Sequence[str] | NDArray[np.str_] | Split = Split.TRAIN,
    votes: NDArray[np.float32] | None = None,
    targets: NDArray[np.float32] | None = None,
    names: Sequence[str] | NDArray[np.str_] | None = None,
    subjects: Sequence[str] | NDArray[np.str_] | None = None,
    categories: Sequence[str] | NDArray[np.str_] | None = None,
    pictures: Sequence[str] | NDArray[np.str_] | None = None,
    thumbnails: NDArray[np.uint8] | None = None,
    skipped: Sequence[str] = (),
) -> FaceSet:
    """A FaceSet from what is known: no votes, the labels as targets, "row 1" and on as names, and no subjects."""
    count = len(labels)
    numbers = np.array(labels, np.int64)
    one_split = isinstance(splits, str)
    shares = np.zeros((count, VOTE_CLASSES), np.float32) if votes is None else votes
    return FaceSet(
        images=images,
        labels=numbers,
        splits=np.array([str(splits)] * count if one_split else [str(split) for split in splits], np.str_),
        votes=shares,
        plurality=plurality_of(shares),
        majority=majority_of(shares),
        targets=one_hot(numbers) if targets is None else targets,
        names=np.array([f"row {i + 1}" for i in range(count)] if names is None else names, np.str_),
        subjects=np.array([""] * count if subjects is None else subjects, np.str_),
        categories=np.array([""] * count if categories is None else categories, np.str_),
        pictures=np.array([""] * count if pictures is None else pictures, np.str_),
        thumbnails=thumbnails,
        skipped=tuple(skipped),
    )


def plurality_of(votes: NDArray[np.floating]) -> NDArray[np.int64]:
    """For each row of votes [n, classes] the class that has more than any other; UNDECIDED for a tie or no votes."""
    second, first = np.sort(votes, axis=1)[:, -2:].T
    return np.where(first > second, votes.argmax(1), UNDECIDED)


def majority_of(votes: NDArray[np.floating]) -> NDArray[np.int64]:
    """For each row of votes [n, classes] the class with more than half of them; UNDECIDED where there is none."""
    return np.where(votes.max(1) > MAJORITY * np.maximum(votes.sum(1), 1e-9), votes.argmax(1), UNDECIDED)


def one_hot(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Targets float32 [n, 7] that are sure of each label (int64 [n])."""
    return np.eye(len(EMOTIONS), dtype=np.float32)[labels]


def _taken(images: NDArray[np.uint8], rows: slice | NDArray[np.intp]) -> NDArray[np.uint8]:
    return images[rows] if isinstance(rows, slice) else reordered(images, rows)


def _as_slice(order: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """A slice where the rows follow each other: a split of a set on disk then stays where it is."""
    if len(order) and np.array_equal(order, np.arange(order[0], order[0] + len(order))):
        return slice(int(order[0]), int(order[-1]) + 1)
    return order
