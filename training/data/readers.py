"""Which reader fits a path."""

from __future__ import annotations

from pathlib import Path

from training.data.fer2013 import Fer2013Reader
from training.data.folders import ClassFolderReader, TreeReader
from training.data.listing import ListingReader
from training.data.reactions import ReactionReader
from training.data.rows import Reader
from training.errors import DataError

READERS: tuple[Reader, ...] = (
    Fer2013Reader(),
    ReactionReader(),
    ListingReader(),
    TreeReader(),
    ClassFolderReader(),
)
"""Plug point: asked in this order, the first that recognises the path reads it."""


def reader_for(path: Path) -> Reader:
    """The reader of what lies at `path`; raises DataError with the layouts that would do."""
    if not path.exists():
        raise DataError(f"{path}: no such file or folder; give a csv or a folder of class folders")
    for reader in READERS:
        if reader.recognises(path):
            return reader
    layouts = "; ".join(reader.layout for reader in READERS)
    raise DataError(f"{path}: not in a known layout; expected one of: {layouts}")
