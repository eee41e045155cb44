"""What a reader of faces gives, one item after another, and what every reader can do."""

from __future__ import annotations

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import OTHER_LABELS, SYNONYMS, emotion_named
from recognizer.errors import ModelError
from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.published import NUMBERS, OFFERED

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


LEFT_OUT = OTHER_LABELS | {"uncertain", "no face"}
"""What sets say of faces that show none of the seven emotions. Contempt is one of them: a model's card, the player and
the studies know seven, and a face of contempt taught as another emotion would be a wrong label.
"""

LIKE_ENOUGH = 0.75
"""Of two words, as difflib counts it: one letter missing or swapped in a word of five."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One labelled picture as it was found.

    picture: a file that nobody has opened yet, or pixels, uint8 grey [h, w] or BGR [h, w, 3]; `training.data.pictures`
    reads either. label: its position in EMOTIONS. name: the path within the set, or "row 17". split: None where the set
    does not say. subject and category: "" where unknown. box_px: left, top, right and bottom of the face where the set
    says it. is_frame: a camera's picture, in which the face is found and cut out whatever the recipe's crop.
    """

    picture: Path | NDArray[np.uint8]
    label: int
    name: str
    split: Split | None = None
    subject: str = ""
    category: str = ""
    box_px: tuple[int, int, int, int] | None = None
    is_frame: bool = False


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

    A reader streams, and opens no picture file. What it cannot use it gives as a Skip, never silently.
    """

    name: str
    layout: str

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether `path` (which exists) has this layout; looks at names and headers, not at images."""

    @abstractmethod
    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """All rows in a fixed order; raises DataError where the layout itself is broken."""

    def table(self, path: Path) -> Path | None:
        """The csv that the rows stand in; None where folders alone say what is what."""
        return None

    def count(self, path: Path) -> int | None:
        """About how many items `rows` will give, for a progress bar; None where only reading them tells."""
        return None


def label_of(name: str, classes: Mapping[str, str]) -> int:
    """The position in EMOTIONS of a class name, with `classes` for names of one's own; raises UnusableRow."""
    own = {key.strip().lower(): emotion for key, emotion in classes.items()}
    meant = own.get(name.strip().lower(), name)
    if meant.strip().lower() in LEFT_OUT:
        raise UnusableRow(f"{meant.strip().lower()} is none of the seven emotions")
    try:
        return EMOTIONS.index(emotion_named(meant))
    except ModelError as error:
        raise UnusableRow(unknown_class(name)) from error


def unknown_class(name: str) -> str:
    """What to say of a class that nobody knows: the emotion that may be meant is offered, not taken."""
    if name.strip().isdecimal():
        return (
            f"unknown class '{name}'; say what the numbers mean in data.classes, such as {{{name}: happy}}, or whose "
            f"numbers they are: data.classes={' or '.join(NUMBERS)}"
        )
    words = [*map(str, EMOTIONS), *SYNONYMS, *OFFERED]
    near = difflib.get_close_matches(name.strip().lower(), words, 1, LIKE_ENOUGH)
    if not near:
        return f"unknown class '{name}'; say what it means in data.classes"
    meant = OFFERED.get(near[0]) or emotion_named(near[0])
    return f"unknown class '{name}'; did you mean {meant}? Then say data.classes={{{name}: {meant}}}"


def split_of(name: str) -> Split | None:
    """The split of a cell or folder name, None for an empty one; raises UnusableRow for a name nobody knows."""
    if not name.strip():
        return None
    split = split_named(name)
    if split is None:
        raise UnusableRow(f"unknown split '{name}'; use train, valid or test")
    return split


def split_named(name: str) -> Split | None:
    """The split that a name means or begins with, such as Val_AFEW; None where it means none."""
    word = name.strip().lower()
    return SPLIT_NAMES.get(word) or SPLIT_NAMES.get(re.split(r"[_\-. ]", word)[0])
