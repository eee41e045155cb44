"""FER+ votes: ten people's labels for each image of FER2013 (Barsoum et al., ICMI 2016)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.faces import VOTE_CLASSES, FaceSet
from training.errors import DataError

COLUMNS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt")
"""The votes that are kept, in the order of EMOTIONS and then contempt; "unknown" and "NF" (no face) are left out."""


def read_votes(path: Path, rows_expected: int) -> NDArray[np.float32]:
    """Read fer2013new.csv: one row for each row of fer2013.csv, in the same order.

    Returns float32 [rows_expected, VOTE_CLASSES]: shares that sum to 1; zeros where FER+ gives no image name (its sign
    for an image that it could not use) or where nobody saw an emotion.

    Raises:
        DataError: the file is missing, a column is missing, or its rows do not pair with the images.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; FER+ votes come as fer2013new.csv")
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise DataError(
                f"{path}: column {', '.join(sorted(missing))} is missing; expected FER+'s fer2013new.csv"
            )
        rows = [
            [float(row[c]) for c in COLUMNS] if row["Image name"] else [0.0] * VOTE_CLASSES for row in reader
        ]
    if len(rows) != rows_expected:
        raise DataError(
            f"{path}: {len(rows):,} rows of votes for {rows_expected:,} images; take the csv of the same set"
        )
    counts = np.array(rows, np.float32)
    return np.asarray(counts / np.maximum(counts.sum(1, keepdims=True), 1.0), np.float32)


def join_votes(faces: FaceSet, path: Path) -> FaceSet:
    """The faces (in the official csv's order) with FER+'s votes."""
    return faces.with_votes(read_votes(path, len(faces)))
