"""Which reader fits a path."""

from __future__ import annotations

from training.data.data_recipe import DataRecipe
from training.data.fer2013 import Fer2013Reader
from training.data.folders import ClassFolderReader, TreeReader
from training.data.label_files import LabelFilesReader
from training.data.label_lists import LabelListReader
from training.data.listing import ListingReader
from training.data.named_files import NamedFilesReader
from training.data.parquet import ParquetReader
from training.data.published import LABEL_FILES, LABEL_LISTS, NAMED_FILES
from training.data.reactions import ReactionReader
from training.data.rows import Reader
from training.errors import DataError

LISTING = ListingReader()

READERS: tuple[Reader, ...] = (
    Fer2013Reader(),
    ReactionReader(),
    LISTING,
    ParquetReader(),
    *map(LabelListReader, LABEL_LISTS),
    *map(LabelFilesReader, LABEL_FILES),
    *map(NamedFilesReader, NAMED_FILES),
    TreeReader(),
    ClassFolderReader(),
)
"""Plug point: asked in this order, the first that recognises the path reads it."""


def reader_for(recipe: DataRecipe) -> Reader:
    """The reader of what lies at the recipe's faces; raises DataError with the layouts that would do."""
    path = recipe.faces
    if not path.exists():
        raise DataError(f"{path}: no such file or folder; give a csv or a folder of class folders")
    if recipe.columns:
        return LISTING
    for reader in READERS:
        if reader.recognises(path):
            return reader
    layouts = "; ".join(reader.layout for reader in READERS)
    raise DataError(
        f"{path}: not in a known layout; expected one of: {layouts}; or a csv whose columns data.columns names"
    )
