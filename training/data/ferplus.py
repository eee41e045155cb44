"""FER+ votes: ten people's labels for each image of FER2013 (Barsoum et al., ICMI 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.text_table import Cells
from training.data.faces import UNDECIDED, VOTE_CLASSES, FaceSet, majority_of, plurality_of
from training.data.rows import Skip, UnusableRow, split_of
from training.data.tables import read_table
from training.errors import DataError

COLUMNS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt")
"""The votes that are kept, in the order of EMOTIONS and then contempt."""
NO_EMOTION = ("unknown", "nf")
"""Votes for nothing and for "no face": no part of the shares, yet a face that most people gave up on is undecided."""


@dataclass(frozen=True, slots=True)
class Votes:
    """One line of FER+: the name it gives to its image, the split, and the shares of the votes.

    `shares` is float32 [VOTE_CLASSES] and sums to 1; zeros where FER+ gives no image name (its sign for an image that
    it could not use) or where nobody saw an emotion. `plurality` is the class with more votes than any other, "unknown"
    and "no face" among them; `majority` the one with more than half of them once single votes are taken for mistakes,
    as FER+'s own evaluation does. Both are UNDECIDED where there is none.
    """

    image: str
    split: str
    shares: NDArray[np.float32]
    plurality: int
    majority: int


def read_votes(path: Path) -> dict[str, Votes]:
    """fer2013new.csv by row ("row 17") and, where it names them, by image too.

    Raises:
        DataError: the file is missing, a column is missing, or a line is broken.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; FER+ votes come as fer2013new.csv")
    found: dict[str, Votes] = {}
    for item in read_table(path, ("image name", *COLUMNS)):
        if isinstance(item, Skip):
            raise DataError(f"{path}: {item}")
        row, cells = item
        votes = _votes(path, row, cells)
        found[row] = votes
        if votes.image:
            found[votes.image] = votes
    return found


def join_votes(faces: FaceSet, path: Path) -> FaceSet:
    """The faces with FER+'s votes, paired by row of the csv or by the image's file name; zeros where there are none.

    Raises:
        DataError: the votes cannot be read, or belong to another set.
    """
    found = read_votes(path)
    votes = np.zeros((len(faces), VOTE_CLASSES), np.float32)
    agreed = np.full((2, len(faces)), UNDECIDED, np.int64)
    paired = 0
    for index, (name, split) in enumerate(zip(faces.names, faces.splits, strict=True)):
        one = found.get(str(name)) or found.get(Path(str(name)).name)
        if one is None:
            continue
        if one.split and split and one.split != split:
            raise DataError(
                f"{path}: {name} is {one.split} here and {split} in the images; take the same set's csv"
            )
        votes[index] = one.shares
        agreed[:, index] = one.plurality, one.majority
        paired += 1
    if not paired:
        raise DataError(
            f"{path}: none of its rows belongs to one of the {len(faces):,} images; is it the same set's?"
        )
    if paired < len(faces) and str(faces.names[0]).startswith("row "):
        raise DataError(
            f"{path}: votes for {paired:,} of {len(faces):,} images; take the csv of the same set"
        )
    return faces.with_votes(votes, *agreed)


def _votes(path: Path, row: str, cells: Cells) -> Votes:
    try:
        counts = np.array([float(cells.get(column) or 0) for column in (*COLUMNS, *NO_EMOTION)], np.float32)
        split = split_of(cells.get("usage", ""))
    except (ValueError, UnusableRow) as error:
        raise DataError(f"{path}: {row}: {error}") from error
    if not cells["image name"]:
        counts[:] = 0
    kept = counts[:VOTE_CLASSES]
    return Votes(
        image=cells["image name"],
        split=split.value if split else "",
        shares=kept / max(float(kept.sum()), 1.0),
        plurality=_class_of(plurality_of(counts[None])),
        majority=_class_of(majority_of(np.where(counts > 1, counts, 0)[None])),
    )


def _class_of(winner: NDArray[np.int64]) -> int:
    """The one winner, UNDECIDED where that is none of the vote classes."""
    return int(winner[0]) if winner[0] < VOTE_CLASSES else UNDECIDED
