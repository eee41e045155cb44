"""The same few drawn faces in every layout that a reader knows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from recognizer.affect import EMOTIONS
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.data.faces import FaceSet

FACES = drawn_faces(1)
"""Three of each emotion, one in each split."""

FRAMES_PER_SECOND = 10


def write_csv(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_images(faces: FaceSet, folder: Path, with_splits: bool) -> Path:
    for index, (image, label, split) in enumerate(zip(faces.images, faces.labels, faces.splits, strict=True)):
        place = folder / (str(split) if with_splits else "") / str(EMOTIONS[label])
        place.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place / f"{index:03}.png"), image)
    return folder


def write_listing(folder: Path) -> Path:
    rows: list[list[object]] = []
    for index, (image, label, split) in enumerate(zip(FACES.images, FACES.labels, FACES.splits, strict=True)):
        cv2.imwrite(str(folder / f"{index:03}.png"), image)
        rows.append([f"{index:03}.png", EMOTIONS[label], split, f"person {index % 4}", "cars", "ignored"])
    return write_csv(
        folder / "mine.csv", ["path", "label", "split", "subject", "category", "generator"], rows
    )


def write_video(path: Path, seconds: float = 1.0) -> Path:
    """A clip of noise, in which there is no face."""
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FRAMES_PER_SECOND, (64, 48))
    rng = np.random.default_rng(0)
    for _ in range(round(seconds * FRAMES_PER_SECOND)):
        video.write(rng.integers(0, 255, (48, 64, 3)).astype(np.uint8))
    video.release()
    return path


def write_clips(folder: Path) -> Path:
    write_video(folder / "clip.mp4")
    rows: list[list[object]] = [["clip.mp4", "happy", "anna", "cars", "train"]]
    return write_csv(folder / "clips.csv", ["video", "label", "subject", "category", "split"], rows)


LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "FER2013 csv": lambda folder: write_fer2013(FACES, folder)[0],
    "split and class folders": lambda folder: write_images(FACES, folder, with_splits=True),
    "class folders": lambda folder: write_images(FACES, folder, with_splits=False),
    "csv of paths and labels": write_listing,
    "recorded reactions": write_clips,
}
"""By the name of the reader that must recognise it."""
