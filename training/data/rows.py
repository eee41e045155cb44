"""What a reader of faces gives, one item after another, and what every reader can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import emotion_named
from recognizer.errors import ModelError
from training.data.data_recipe import DataRecipe
from training.data.faces import Split

SPLIT_NAMES: Mapping[str, Split] = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "valid": Split.VALID,
    "val": Split.VALID,
    "validation": Split.VALID,
    "dev": Split.VALID,
    "publictest": Split.VALID,
    "test": Split.TEST,
    "testing": Split.TEST,
    "privatetest": Split.TEST,
}
"""What people call the three splits (compared without regard to case); FER2013's PublicTest is used to validate."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One labelled image as it was found.

    image: uint8, grey [h, w] or BGR [h, w, 3], of any size. label: its position in EMOTIONS. name: the path within the
    set, or "row 17". split: None where the set does not say. subject and category: "" where unknown.
    """

    image: NDArray[np.uint8]
    label: int
    name: str
    split: Split | None = None
    subject: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """One item, or a whole folder, that cannot be used, and why."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class UnusableRow(Exception):
    """Ends the reading of one row; its text is the reason. Never leaves a reader."""


class Reader(ABC):
    """Reads one layout of labelled faces.

    A reader streams: it holds one image at a time. What it cannot use it gives as a Skip, never silently.
    """

    name: str
    layout: str
    gives_frames: bool = False
    """True where the images are a camera's: faces are found and cut out whatever the recipe's crop."""

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether `path` (which exists) has this layout; looks at names and headers, not at images."""

    @abstractmethod
    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """All rows in a fixed order; raises DataError where the layout itself is broken."""

    def count(self, path: Path) -> int | None:
        """About how many items `rows` will give, for a progress bar; None where only reading them tells."""
        return None


def label_of(name: str, classes: Mapping[str, str]) -> int:
    """The position in EMOTIONS of a class name, with `classes` for names of one's own; raises UnusableRow."""
    own = {key.strip().lower(): emotion for key, emotion in classes.items()}
    try:
        return EMOTIONS.index(emotion_named(own.get(name.strip().lower(), name)))
    except ModelError as error:
        raise UnusableRow(f"unknown class '{name}'; say what it means in data.classes") from error


def split_of(name: str) -> Split | None:
    """The split of a cell or folder name, None for an empty one; raises UnusableRow for a name nobody knows."""
    if not name.strip():
        return None
    if name.strip().lower() not in SPLIT_NAMES:
        raise UnusableRow(f"unknown split '{name}'; use train, valid or test")
    return SPLIT_NAMES[name.strip().lower()]
