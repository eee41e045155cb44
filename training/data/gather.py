"""Read a whole set: rows stream from the reader, through the preparer, into arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.copies import COMPARED_PX
from training.data.crop_cache import Crop
from training.data.crops import Cropper
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, make_faces
from training.data.readers import reader_for
from training.data.rows import Reader, Row, Skip
from training.data.store import ImageStore
from training.errors import DataError
from training.review.answers import Standing, answers_path, read_answers, standing
from training.review.applied import apply_answers

Items = Iterable[Row | Skip]
Progress = Callable[[Items, int | None], Items]
"""Passes items on while it shows how many there were of about how many (None: not known)."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A set as its reader gave it: before votes, protocol and cleaning.

    crop: how the images were cropped, whole or aligned. faces: splits are "" where the set does not say.
    sizes_px: int64 [n, 2], height and width of each image as it was found. files: of each face the picture's file, None
    where there is none (a row of pixels, a camera's frame); empty where no file is known.
    """

    reader: Reader
    crop: str
    faces: FaceSet
    sizes_px: NDArray[np.int64]
    files: tuple[Path | None, ...] = ()


@dataclass(slots=True)
class _Columns:
    labels: list[int] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    sizes_px: list[tuple[int, int]] = field(default_factory=list)
    files: list[Path | None] = field(default_factory=list)

    def add(self, row: Row, crop: Crop) -> None:
        self.labels.append(row.label)
        self.splits.append(row.split.value if row.split else "")
        self.names.append(row.name)
        self.subjects.append(row.subject)
        self.categories.append(row.category)
        self.pictures.append(crop.picture)
        self.sizes_px.append(crop.size_px)
        self.files.append(row.picture if isinstance(row.picture, Path) else None)


def unwatched(items: Items, count: int | None) -> Items:
    """The items, with nothing shown."""
    return items


def gather(recipe: DataRecipe, watch: Progress = unwatched, *, reviewed: bool = True) -> Gathered:
    """Everything that can be used of the set at `recipe.faces`; the rest is named in `faces.skipped`.

    `reviewed`: with the labels that people gave in a review, without what they removed.

    Raises:
        DataError: nothing is there, its layout is not known, or no row of it can be used.
    """
    reader = reader_for(recipe)
    columns, skipped = _Columns(), list[str]()
    try:
        with Cropper(recipe) as cropper:
            store = ImageStore(cropper.shape)
            thumbnails = ImageStore((COMPARED_PX, COMPARED_PX)) if cropper.has_thumbnails else None
            items = watch(reader.rows(recipe.faces, recipe), reader.count(recipe.faces))
            for item in cropper.crops(items):
                _take(item, store, thumbnails, columns, skipped)
    except OSError as error:
        raise DataError(f"{recipe.faces}: cannot be read ({error.strerror or error})") from error
    if not columns.labels:
        raise DataError(
            f"{recipe.faces}: no labelled face was found (read as {reader.name}); {_first(skipped)}"
        )
    gathered = Gathered(
        reader=reader,
        crop="aligned" if cropper.found_faces else recipe.crop,
        faces=make_faces(
            images=store.images(),
            labels=columns.labels,
            splits=columns.splits,
            names=columns.names,
            subjects=columns.subjects,
            categories=columns.categories,
            pictures=columns.pictures,
            thumbnails=None if thumbnails is None else thumbnails.images(),
            skipped=skipped,
        ),
        sizes_px=np.array(columns.sizes_px, np.int64),
        files=tuple(columns.files),
    )
    return with_answers(gathered, answers_about(recipe)) if reviewed else gathered


def answers_place(recipe: DataRecipe) -> Path:
    """The file of what people answered about the recipe's set."""
    return answers_path(recipe.faces, reader_for(recipe).table(recipe.faces))


def answers_about(recipe: DataRecipe) -> Standing:
    """What people answered about the recipe's set."""
    return standing(read_answers(answers_place(recipe)))


def with_answers(gathered: Gathered, answers: Standing) -> Gathered:
    """The set as the answers want it; raises DataError where they remove all of it."""
    faces, kept = apply_answers(gathered.faces, answers)
    if not len(faces):
        raise DataError(f"no face is left: the review removed all {len(kept):,}")
    return replace(
        gathered,
        faces=faces,
        sizes_px=gathered.sizes_px[kept],
        files=tuple(file for file, keep in zip(gathered.files, kept, strict=True) if keep),
    )


def _take(
    item: tuple[Row, Crop] | Skip,
    store: ImageStore,
    thumbnails: ImageStore | None,
    columns: _Columns,
    skipped: list[str],
) -> None:
    if isinstance(item, Skip):
        skipped.append(str(item))
        return
    row, crop = item
    if crop.face is None:
        skipped.append(f"{row.name}: {crop.reason}")
        return
    store.add(crop.face.pixels)
    if thumbnails is not None:
        assert crop.face.thumbnail is not None
        thumbnails.add(crop.face.thumbnail)
    columns.add(row, crop)


def _first(skipped: list[str]) -> str:
    return f"{len(skipped):,} skipped, the first is {skipped[0]}" if skipped else "it is empty"
