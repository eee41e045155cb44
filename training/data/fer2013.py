"""FER2013's own csv: columns emotion (0 to 6), pixels (2,304 numbers) and Usage.

Goodfellow et al., "Challenges in Representation Learning", 2013. 48x48 grey images, seven classes, 28,709 training,
3,589 public and 3,589 private test images. The images may not be redistributed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.crop import FACE_SIZE_PX
from recognizer.text_table import Cells
from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.rows import Reader, Row, Skip, UnusableRow, split_of
from training.data.tables import columns_of, count_rows, read_table

FILE_NAMES = ("fer2013.csv", "icml_face_data.csv")
"""What the csv is called in a folder: in the archive of 2013, and on Kaggle's page of the challenge."""

USAGES = {"Training": Split.TRAIN, "PublicTest": Split.VALID, "PrivateTest": Split.TEST}


class Fer2013Reader(Reader):
    """The csv itself, or a folder that holds it; a csv without Usage has no splits of its own."""

    name = "FER2013 csv"
    layout = "a csv with the columns emotion,pixels,Usage"

    def recognises(self, path: Path) -> bool:
        """By the header's columns."""
        return {"emotion", "pixels"} <= columns_of(_csv_at(path))

    def table(self, path: Path) -> Path:
        """The csv itself, or the one in the folder."""
        return _csv_at(path)

    def count(self, path: Path) -> int:
        """The number of lines."""
        return count_rows(_csv_at(path))

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """In the file's order, so that FER+'s votes can be paired by row."""
        for item in read_table(_csv_at(path), ("emotion", "pixels")):
            if isinstance(item, Skip):
                yield item
                continue
            name, cells = item
            try:
                yield _row(name, cells)
            except UnusableRow as error:
                yield Skip(name, str(error))


def _csv_at(path: Path) -> Path:
    """The csv that is meant: the path itself, or the file of a known name in that folder."""
    return next((path / name for name in FILE_NAMES if (path / name).is_file()), path)


def _row(name: str, cells: Cells) -> Row:
    return Row(
        picture=_image(cells["pixels"]),
        label=_label(cells["emotion"]),
        name=name,
        split=split_of(cells.get("usage", "")),
    )


def _label(cell: str) -> int:
    if not cell.isdecimal() or int(cell) >= len(EMOTIONS):
        raise UnusableRow(f"emotion '{cell}' is not 0 to {len(EMOTIONS) - 1}")
    return int(cell)


def _image(cell: str) -> NDArray[np.uint8]:
    try:
        numbers = np.fromstring(cell, np.int64, sep=" ")
    except ValueError as error:
        raise UnusableRow("pixels are not numbers") from error
    if len(numbers) != FACE_SIZE_PX**2:
        raise UnusableRow(f"{len(numbers):,} pixels instead of {FACE_SIZE_PX**2:,}")
    if numbers.min() < 0 or numbers.max() > np.iinfo(np.uint8).max:
        raise UnusableRow("a pixel is not 0 to 255")
    return numbers.astype(np.uint8).reshape(FACE_SIZE_PX, FACE_SIZE_PX)
