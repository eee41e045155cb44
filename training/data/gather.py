"""Read a whole set: rows stream from the reader, through the preparer, into arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, make_faces
from training.data.prepare import Preparer
from training.data.readers import reader_for
from training.data.rows import Reader, Row, Skip, UnusableRow
from training.data.store import ImageStore
from training.errors import DataError

Items = Iterable[Row | Skip]
Progress = Callable[[Items, int | None], Items]
"""Passes items on while it shows how many there were of about how many (None: not known)."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A set as its reader gave it: before votes, protocol and cleaning.

    crop: how the images were cropped, whole or aligned. faces: splits are "" where the set does not say.
    sizes_px: int64 [n, 2], height and width of each image as it was found.
    """

    reader: Reader
    crop: str
    faces: FaceSet
    sizes_px: NDArray[np.int64]


@dataclass(slots=True)
class _Columns:
    labels: list[int] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    sizes_px: list[tuple[int, ...]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.labels.append(row.label)
        self.splits.append(row.split.value if row.split else "")
        self.names.append(row.name)
        self.subjects.append(row.subject)
        self.categories.append(row.category)
        self.sizes_px.append(row.image.shape[:2])


def unwatched(items: Items, count: int | None) -> Items:
    """The items, with nothing shown."""
    return items


def gather(recipe: DataRecipe, watch: Progress = unwatched) -> Gathered:
    """Everything that can be used of the set at `recipe.faces`; the rest is named in `faces.skipped`.

    Raises:
        DataError: nothing is there, its layout is not known, or no row of it can be used.
    """
    reader = reader_for(recipe.faces)
    crop = "aligned" if reader.gives_frames else recipe.crop
    columns, skipped = _Columns(), list[str]()
    try:
        with Preparer(recipe, crop) as preparer:
            store = ImageStore(preparer.shape)
            for item in watch(reader.rows(recipe.faces, recipe), reader.count(recipe.faces)):
                _take(item, preparer, store, columns, skipped)
    except OSError as error:
        raise DataError(f"{recipe.faces}: cannot be read ({error.strerror or error})") from error
    if not columns.labels:
        raise DataError(
            f"{recipe.faces}: no labelled face was found (read as {reader.name}); {_first(skipped)}"
        )
    return Gathered(
        reader=reader,
        crop=crop,
        faces=make_faces(
            images=store.images(),
            labels=columns.labels,
            splits=columns.splits,
            names=columns.names,
            subjects=columns.subjects,
            categories=columns.categories,
            skipped=skipped,
        ),
        sizes_px=np.array(columns.sizes_px, np.int64),
    )


def _take(
    item: Row | Skip, preparer: Preparer, store: ImageStore, columns: _Columns, skipped: list[str]
) -> None:
    if isinstance(item, Skip):
        skipped.append(str(item))
        return
    try:
        store.add(preparer.prepare(item))
    except UnusableRow as error:
        skipped.append(f"{item.name}: {error}")
        return
    columns.add(item)


def _first(skipped: list[str]) -> str:
    return f"{len(skipped):,} skipped, the first is {skipped[0]}" if skipped else "it is empty"
