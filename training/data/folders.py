"""Folders of images: <split>/<class>/<image>, or <class>/<image> for sets without splits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.pictures import IMAGE_ENDINGS, read_picture
from training.data.rows import SPLIT_NAMES, Reader, Row, Skip, UnusableRow, label_of, split_of

PUBLIC_TEST = "PublicTest"
"""Kaggle's tree of FER2013 has both test parts in test/; the names of the files tell them apart."""

SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


class TreeReader(Reader):
    """Class folders below split folders: train/happy/1.png."""

    name = "split and class folders"
    layout = "<split>/<class>/<image>"

    def recognises(self, path: Path) -> bool:
        """By a folder with a split's name."""
        return path.is_dir() and any(folder.name.lower() in SPLIT_NAMES for folder in _folders(path))

    def count(self, path: Path) -> int:
        """The number of files in class folders."""
        return sum(ClassFolderReader().count(folder) for folder in _folders(path))

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """Splits, classes and images, each in the order of their names."""
        yield from _strays(path, path, "a file outside the class folders")
        for folder in _folders(path):
            try:
                split = split_of(folder.name)
            except UnusableRow as error:
                yield from _all_of(folder, path, str(error))
                continue
            yield from _class_folders(folder, path, split, recipe)


class ClassFolderReader(Reader):
    """Class folders alone: happy/1.png. The protocol makes the splits."""

    name = "class folders"
    layout = "<class>/<image>"

    def recognises(self, path: Path) -> bool:
        """Any folder with folders in it; what is in them shows when they are read."""
        return path.is_dir() and bool(_folders(path))

    def count(self, path: Path) -> int:
        """The number of files in the folders."""
        return sum(1 for folder in _folders(path) for _ in folder.iterdir())

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """Classes and images, each in the order of their names."""
        yield from _class_folders(path, path, None, recipe)


def _class_folders(folder: Path, root: Path, split: Split | None, recipe: DataRecipe) -> Iterator[Row | Skip]:
    yield from _strays(folder, root, "a file outside the class folders")
    for class_folder in _folders(folder):
        try:
            label = label_of(class_folder.name, recipe.classes)
        except UnusableRow as error:
            yield from _all_of(class_folder, root, str(error))
            continue
        yield from _images(class_folder, root, label, split)


def _images(folder: Path, root: Path, label: int, split: Split | None) -> Iterator[Row | Skip]:
    for path in _visible(folder):
        name = path.relative_to(root).as_posix()
        if path.is_dir():
            yield from _all_of(path, root, "in a folder inside a class folder, which is not read")
        elif path.suffix.lower() not in IMAGE_ENDINGS:
            yield Skip(name, f"'{path.suffix}' is not the ending of an image")
        else:
            yield _image(path, name, label, split)


def _image(path: Path, name: str, label: int, split: Split | None) -> Row | Skip:
    in_public_test = split is Split.TEST and path.name.startswith(PUBLIC_TEST)
    try:
        return Row(read_picture(path), label, name, Split.VALID if in_public_test else split)
    except UnusableRow as error:
        return Skip(name, str(error))


def _strays(folder: Path, root: Path, reason: str) -> Iterator[Skip]:
    for path in _visible(folder):
        if path.is_file():
            yield Skip(path.relative_to(root).as_posix(), reason)


def _all_of(folder: Path, root: Path, reason: str) -> Iterator[Skip]:
    """Every file of a folder that is not read, or the folder itself where it is empty."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files or [folder]:
        yield Skip(path.relative_to(root).as_posix(), reason)


def _folders(path: Path) -> list[Path]:
    return [entry for entry in _visible(path) if entry.is_dir()]


def _visible(path: Path) -> list[Path]:
    """What a person put there, in the order of names: neither hidden files nor those that systems leave behind."""
    entries = (e for e in path.iterdir() if not e.name.startswith(".") and e.name.lower() not in SYSTEM_FILES)
    return sorted(entries)
