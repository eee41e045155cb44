"""Sets with one file for each label: CK+ as its authors give it, AffectNet's annotations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.data.data_recipe import DataRecipe
from training.data.pictures import IMAGE_ENDINGS
from training.data.published import LabelFiles
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_named


class LabelFilesReader(Reader):
    """The folder in which the set's own folders lie."""

    def __init__(self, rule: LabelFiles) -> None:
        self._rule = rule
        self.name = rule.name
        labels, pictures = rule.folders[0]
        self.layout = f"{rule.name}'s folders {labels} and {pictures}"

    def recognises(self, path: Path) -> bool:
        """By the two folders."""
        return any((path / a).is_dir() and (path / b).is_dir() for a, b in self._rule.folders)

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """Label files in the order of their names; after a sequence's face its neutral one."""
        for labels, pictures in self._rule.folders:
            for file in sorted((path / labels).glob(self._rule.label_files)):
                above = file.parent.relative_to(path / labels)
                stem = file.stem.removesuffix(self._rule.mark)
                try:
                    yield from self._rows(path, file, path / pictures / above, stem)
                except UnusableRow as error:
                    yield Skip(file.relative_to(path).as_posix(), str(error))

    def _rows(self, root: Path, file: Path, folder: Path, stem: str) -> Iterator[Row]:
        code = _code(file)
        if code not in self._rule.emotions:
            raise UnusableRow(f"label {code} is not one of {self._rule.name}'s")
        picture = next(
            (folder / f"{stem}{ending}" for ending in _ENDINGS if (folder / f"{stem}{ending}").is_file()),
            None,
        )
        if picture is None:
            raise UnusableRow(f"no picture {stem} in {folder.relative_to(root)}")
        parts = file.relative_to(root).parts
        subject = parts[-3] if self._rule.neutral_first else ""
        split = split_named(parts[0])
        label = label_of(self._rule.emotions[code], {})
        yield Row(picture, label, picture.relative_to(root).as_posix(), split, subject)
        if self._rule.neutral_first:
            first = min(one for one in folder.iterdir() if one.suffix.lower() in IMAGE_ENDINGS)
            if first != picture:
                neutral = label_of("neutral", {})
                yield Row(first, neutral, first.relative_to(root).as_posix(), split, subject)


_ENDINGS = tuple(sorted(IMAGE_ENDINGS | {ending.upper() for ending in IMAGE_ENDINGS}))


def _code(file: Path) -> str:
    """The number in a label file, without the ".0" of those that hold real numbers."""
    try:
        if file.suffix == ".npy":
            return str(int(np.load(file, allow_pickle=False).item()))
        return str(int(float(file.read_text(encoding="utf-8"))))
    except (OSError, ValueError, OverflowError) as error:
        raise UnusableRow("holds no number") from error
