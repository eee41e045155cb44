"""FER2013 as people have it: the official csv with its Usage column, or a tree of class folders.

Goodfellow et al., "Challenges in Representation Learning", 2013. 48x48 grey images, seven classes, 28,709 training,
3,589 public and 3,589 private test images. The images may not be redistributed.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import emotion_named
from recognizer.crop import FACE_SIZE_PX
from recognizer.errors import ModelError
from training.data.faces import FaceSet, Split, make_faces
from training.errors import DataError

USAGES = {"Training": Split.TRAIN, "PublicTest": Split.VALID, "PrivateTest": Split.TEST}
FOLDERS = {"train": Split.TRAIN, "valid": Split.VALID, "val": Split.VALID, "test": Split.TEST}
IMAGE_ENDINGS = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}

Row = tuple[NDArray[np.uint8], int, Split]


def read_fer2013(path: Path) -> FaceSet:
    """Read `path`: a csv file, a folder that holds fer2013.csv, or a tree <split>/<class>/<image>.

    Raises:
        DataError: nothing readable is there. Single broken rows are counted and named in `skipped` instead.
    """
    if path.is_file():
        return read_csv(path)
    if (path / "fer2013.csv").is_file():
        return read_csv(path / "fer2013.csv")
    if path.is_dir():
        return read_tree(path)
    raise DataError(f"{path}: no such file or folder; give fer2013.csv or a folder of class folders")


def read_csv(path: Path) -> FaceSet:
    """The official layout: columns emotion (0 to 6), pixels (2,304 numbers) and Usage; order is kept."""
    csv.field_size_limit(sys.maxsize)
    skipped: list[str] = []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        missing = {"emotion", "pixels", "Usage"} - set(reader.fieldnames or ())
        if missing:
            raise DataError(
                f"{path}: column {', '.join(sorted(missing))} is missing; expected emotion,pixels,Usage"
            )
        rows = list(_csv_rows(reader, path, skipped))
    return _face_set(rows, skipped, path)


def _csv_rows(reader: csv.DictReader[str], path: Path, skipped: list[str]) -> Iterator[Row]:
    for row in reader:
        try:
            pixels = np.array(row["pixels"].split(), np.uint8).reshape(FACE_SIZE_PX, FACE_SIZE_PX)
            label = int(row["emotion"])
            split = USAGES[row["Usage"]]
            if not 0 <= label < len(EMOTIONS):
                raise ValueError(f"emotion {label} is not 0 to {len(EMOTIONS) - 1}")
        except (ValueError, KeyError, OverflowError, AttributeError) as error:
            skipped.append(f"{path.name} line {reader.line_num}: {error}")
            continue
        yield pixels, label, split


def read_tree(root: Path) -> FaceSet:
    """Class folders below train/ and test/ (and valid/ where there is one).

    Kaggle's tree has both test parts in test/; files named PublicTest_* are taken as the validation split.
    """
    skipped: list[str] = []
    rows = list(_tree_rows(root, skipped))
    return _face_set(rows, skipped, root)


def _tree_rows(root: Path, skipped: list[str]) -> Iterator[Row]:
    for split_folder in sorted(p for p in root.iterdir() if p.is_dir() and p.name in FOLDERS):
        for class_folder in sorted(p for p in split_folder.iterdir() if p.is_dir()):
            try:
                label = EMOTIONS.index(emotion_named(class_folder.name))
            except ModelError as error:
                skipped.append(f"{class_folder}: {error}")
                continue
            for path in sorted(p for p in class_folder.iterdir() if p.suffix.lower() in IMAGE_ENDINGS):
                yield from _image_row(path, label, FOLDERS[split_folder.name], skipped)


def _image_row(path: Path, label: int, split: Split, skipped: list[str]) -> Iterator[Row]:
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        skipped.append(f"{path}: not a readable image")
        return
    if image.shape != (FACE_SIZE_PX, FACE_SIZE_PX):
        image = cv2.resize(image, (FACE_SIZE_PX, FACE_SIZE_PX), interpolation=cv2.INTER_AREA)
    yield np.asarray(image, np.uint8), label, Split.VALID if path.name.startswith("PublicTest") else split


def _face_set(rows: list[Row], skipped: list[str], path: Path) -> FaceSet:
    if not rows:
        reason = f" ({skipped[0]})" if skipped else ""
        raise DataError(
            f"{path}: no labelled face found{reason}; expected fer2013.csv or <split>/<class>/<image>"
        )
    images, labels, splits = zip(*rows, strict=True)
    return make_faces(np.stack(images), labels, splits, skipped=skipped)
