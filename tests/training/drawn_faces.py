"""Seven kinds of drawn faces, one for each emotion: enough for a small net to learn in seconds."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.crop import FACE_SIZE_PX
from training.data.faces import VOTE_CLASSES, FaceSet, Split, make_faces
from training.data.fer2013 import USAGES
from training.data.ferplus import COLUMNS

MOUTHS = (
    (10, 2, 180, 360),
    (5, 8, 180, 360),
    (4, 4, 0, 360),
    (12, 7, 0, 180),
    (12, 7, 180, 360),
    (6, 9, 0, 360),
    (9, 1, 0, 360),
)
"""Half axes and the arc in degrees of each emotion's mouth, in the order of EMOTIONS."""


def draw(label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """One grey face, uint8 [48, 48], whose mouth tells the label."""
    image = np.full((FACE_SIZE_PX, FACE_SIZE_PX), 90, np.uint8)
    x, y = (int(v) for v in rng.integers(-2, 3, 2))
    cv2.ellipse(image, (24 + x, 24 + y), (19, 22), 0, 0, 360, 170, -1)
    for side in (-8, 8):
        cv2.circle(image, (24 + side + x, 17 + y), 3, 30, -1)
    width, height, start, end = MOUTHS[label]
    cv2.ellipse(image, (24 + x, 34 + y), (width, height), 0, start, end, 20, 2)
    noisy = image + rng.normal(0, 6, image.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def drawn_faces(per_class: int, seed: int = 0) -> FaceSet:
    """`per_class` faces of each emotion and split; the crowd's votes are sure of every label."""
    rng = np.random.default_rng(seed)
    rows = [(label, split) for split in Split for label in range(len(EMOTIONS)) for _ in range(per_class)]
    labels = np.array([label for label, _ in rows], np.int64)
    return make_faces(
        images=np.stack([draw(label, rng) for label, _ in rows]),
        labels=labels,
        splits=[split.value for _, split in rows],
        votes=np.eye(VOTE_CLASSES, dtype=np.float32)[labels],
    )


def write_fer2013(faces: FaceSet, folder: Path) -> tuple[Path, Path]:
    """The faces as fer2013.csv and their votes as fer2013new.csv, in the official columns."""
    usage = {split.value: name for name, split in USAGES.items()}
    images, votes = folder / "fer2013.csv", folder / "fer2013new.csv"
    with images.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["emotion", "pixels", "Usage"])
        for image, label, split in zip(faces.images, faces.labels, faces.splits, strict=True):
            rows.writerow([int(label), " ".join(map(str, image.ravel())), usage[str(split)]])
    with votes.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Usage", "Image name", *COLUMNS, "unknown", "NF"])
        for index, (split, shares) in enumerate(zip(faces.splits, faces.votes, strict=True)):
            rows.writerow([usage[str(split)], f"fer{index:07d}.png", *(int(10 * s) for s in shares), 0, 0])
    return images, votes
