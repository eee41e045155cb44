"""Sets whose files' names say the emotion: KDEF, JAFFE, CREMA-D, RAVDESS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from training.data.clips import VIDEO_ENDINGS, clip_rows
from training.data.data_recipe import DataRecipe
from training.data.folders import files_below
from training.data.pictures import IMAGE_ENDINGS
from training.data.published import NamedFiles
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of

LOOKED_AT = 200
"""The first files tell whether a folder is such a set."""


class NamedFilesReader(Reader):
    """All pictures or videos below a folder; those whose names do not follow the set's rule are skipped by name."""

    def __init__(self, rule: NamedFiles) -> None:
        self._rule = rule
        self.name = rule.name
        self.layout = f"{rule.name}'s files, such as {rule.example}"

    def recognises(self, path: Path) -> bool:
        """By at least half of the first names."""
        if not path.is_dir():
            return False
        names = [file.stem for file in islice(self._files(path), LOOKED_AT)]
        return bool(names) and sum(map(self._follows, names)) >= len(names) / 2

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """In the order of names."""
        for file in self._files(path):
            name = file.relative_to(path).as_posix()
            found = self._rule.pattern.fullmatch(file.stem)
            if found is None:
                yield Skip(name, f"not a name of {self._rule.name}, such as {self._rule.example}")
                continue
            parts = {"subject": "", "category": "", **found.groupdict()}
            try:
                label = label_of(self._rule.emotions[parts["emotion"]], {})
                row = Row(file, label, name, None, parts["subject"], parts["category"])
                yield from clip_rows(row, recipe.frames_per_second) if _is_video(file) else (row,)
            except UnusableRow as error:
                yield Skip(name, str(error))

    def _files(self, path: Path) -> Iterator[Path]:
        endings = VIDEO_ENDINGS | IMAGE_ENDINGS if self._rule.videos else IMAGE_ENDINGS
        return (file for file in files_below(path) if file.suffix.lower() in endings)

    def _follows(self, stem: str) -> bool:
        return self._rule.pattern.fullmatch(stem) is not None


def _is_video(file: Path) -> bool:
    return file.suffix.lower() in VIDEO_ENDINGS
