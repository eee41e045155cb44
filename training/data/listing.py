"""A csv of paths and labels: path,label[,split,subject,category]; other columns are ignored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from recognizer.text_table import Cells, path_in
from training.data.data_recipe import DataRecipe
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_of
from training.data.tables import columns_of, count_rows, read_table

FILE_NAME = "faces.csv"
"""What the csv is called in a folder, such as one of synthetic faces."""

NEEDED: tuple[Literal["path"], Literal["label"]] = ("path", "label")


class ListingReader(Reader):
    """The csv itself, or a folder that holds faces.csv; relative paths start at the csv's folder."""

    name = "csv of paths and labels"
    layout = "a csv with the columns path,label[,split,subject,category]"

    def recognises(self, path: Path) -> bool:
        """By the header's columns."""
        return {"path", "label"} <= columns_of(_csv_at(path))

    def table(self, path: Path) -> Path:
        """The csv itself, or the one in the folder."""
        return _csv_at(path)

    def count(self, path: Path) -> int:
        """The number of lines."""
        return count_rows(_csv_at(path))

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """In the file's order; a row is named by its path."""
        source = _csv_at(path)
        ours = {theirs.strip().lower(): own for own, theirs in recipe.columns.items()}
        needed = tuple(recipe.columns[name].strip().lower() if recipe.columns else name for name in NEEDED)
        for item in read_table(source, needed):
            if isinstance(item, Skip):
                yield item
                continue
            name, theirs = item
            cells = {ours.get(column, column): cell for column, cell in theirs.items()}
            try:
                yield _row(source.parent, cells, recipe)
            except UnusableRow as error:
                yield Skip(f"{name} ({cells['path']})" if cells["path"] else name, str(error))


def _csv_at(path: Path) -> Path:
    """The csv itself, faces.csv in a folder, or the only csv there."""
    if not path.is_dir() or (path / FILE_NAME).exists():
        return path / FILE_NAME if path.is_dir() else path
    tables = list(path.glob("*.csv"))
    return tables[0] if len(tables) == 1 else path / FILE_NAME


def _row(folder: Path, cells: Cells, recipe: DataRecipe) -> Row:
    if not cells["path"]:
        raise UnusableRow("no path")
    label = label_of(cells["label"], recipe.classes)
    split = split_of(cells.get("split", ""))
    return Row(
        picture=_file_at(folder, cells["path"]),
        label=label,
        name=cells["path"],
        split=split,
        subject=cells.get("subject", ""),
        category=cells.get("category", ""),
    )


def _file_at(folder: Path, cell: str) -> Path:
    """A row's picture; raises UnusableRow where nothing is there."""
    path = path_in(cell, folder)
    if not path.is_file():
        raise UnusableRow("no such file")
    return path
