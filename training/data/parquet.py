"""Parquet as Hugging Face keeps sets of pictures: a column of encoded images and one of labels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.data.data_recipe import DataRecipe
from training.data.pictures import decoded
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_named
from training.errors import DataError

IMAGES = ("image", "img", "img_bytes", "image_bytes", "picture", "pixel_values")
LABELS = ("label", "labels", "emotion", "expression")
ROWS_AT_ONCE = 64


class ParquetReader(Reader):
    """One file, or all in a folder or its folder data; a file's name begins with its split, such as train-00000."""

    name = "parquet"
    layout = "parquet files with an image and a label column"

    def recognises(self, path: Path) -> bool:
        """By the files' ending."""
        return bool(_files(path))

    def count(self, path: Path) -> int | None:
        """The rows that the files say they have; None where one cannot be read."""
        import pyarrow
        import pyarrow.parquet

        try:
            return sum(int(pyarrow.parquet.read_metadata(file).num_rows) for file in _files(path))
        except (OSError, pyarrow.ArrowException):
            return None

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """File after file in the order of their names, row after row."""
        for file in _files(path):
            yield from _rows(file, recipe)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted([*path.glob("*.parquet"), *path.glob("data/*.parquet")])
    return [path] if path.suffix == ".parquet" else []


def _rows(file: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(file) as table:
            image, label = (
                _column(file, table.schema_arrow.names, IMAGES),
                _column(file, table.schema_arrow.names, LABELS),
            )
            names = _class_names(table.schema_arrow.metadata or {}, label)
            number = 0
            for batch in table.iter_batches(ROWS_AT_ONCE, columns=[image, label]):
                for cells in batch.to_pylist():
                    number += 1
                    name = f"{file.name} row {number}"
                    try:
                        yield _row(file, name, cells[image], cells[label], names, recipe)
                    except UnusableRow as error:
                        yield Skip(name, str(error))
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{file}: not a readable parquet file ({type(error).__name__})") from error


def _row(file: Path, name: str, image: Any, label: Any, names: Mapping[str, str], recipe: DataRecipe) -> Row:
    content = image.get("bytes") if isinstance(image, dict) else image
    if not isinstance(content, bytes):
        raise UnusableRow("holds no encoded image")
    known = names.get(str(label), str(label))
    return Row(decoded(content), label_of(known, recipe.classes), name, split_named(file.name))


def _column(file: Path, there: list[str], wanted: tuple[str, ...]) -> str:
    found = next((name for name in wanted if name in there), None)
    if found is None:
        raise DataError(f"{file}: no column {wanted[0]}; there are {', '.join(there)}")
    return found


def _class_names(metadata: Mapping[bytes, bytes], label: str) -> Mapping[str, str]:
    """What the numbers of a label column mean, where Hugging Face wrote it down."""
    try:
        about = json.loads(metadata[b"huggingface"])["info"]["features"][label]
        return {str(number): str(name) for number, name in enumerate(about["names"])}
    except (KeyError, TypeError, ValueError):
        return {}
