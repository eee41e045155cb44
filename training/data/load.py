"""From the data part of a recipe to faces that a fit can use: read, join votes, share out, drop what shows nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, Split
from training.data.ferplus import join_votes
from training.data.gather import Progress, gather, unwatched
from training.data.measures import entropy_bits, grey
from training.data.protocol import UNPLACED, assign_splits
from training.data.targets import with_targets
from training.errors import DataError


def load_faces(recipe: DataRecipe, watch: Progress = unwatched) -> FaceSet:
    """The recipe's faces, each with its split; what could not be used is named in `skipped`.

    Pixels are only cropped and resized here. Equalising and sharpening are `recognizer.crop.to_input`'s, which does
    them in training, in evaluation and at run time alike.

    Raises:
        DataError: the set, its votes or what its protocol needs is missing, or nothing is left of it.
    """
    return finished(gather(recipe, watch).faces, recipe)


def finished(faces: FaceSet, recipe: DataRecipe) -> FaceSet:
    """Gathered faces with the recipe's votes, protocol and entropy filter; raises DataError."""
    if recipe.votes is not None:
        faces = with_targets(join_votes(faces, recipe.votes), recipe.votes_as)
    faces = _with_protocol(faces, recipe)
    if recipe.clean.entropy_between is not None:
        faces = _without_odd_entropy(faces, *recipe.clean.entropy_between)
    if not len(faces):
        raise DataError(
            f"{recipe.faces}: nothing is left: {len(faces.skipped):,} skipped, {faces.skipped[0]}"
        )
    return _splits_together(faces)


def _with_protocol(faces: FaceSet, recipe: DataRecipe) -> FaceSet:
    try:
        splits = assign_splits(recipe.protocol, faces.labels, faces.splits, faces.subjects, faces.categories)
    except DataError as error:
        raise DataError(f"{recipe.faces}: {error}") from error
    placed = replace(faces, splits=splits)
    return _dropped(placed, splits == "", [UNPLACED[recipe.protocol.kind]] * int((splits == "").sum()))


def _without_odd_entropy(faces: FaceSet, low_bits: float, high_bits: float) -> FaceSet:
    """Only training images are dropped: a test that leaves out what is hard would measure something else."""
    bits = np.full(len(faces), low_bits)
    for row in np.flatnonzero(faces.splits == Split.TRAIN.value):
        bits[row] = entropy_bits(grey(faces.images[row]))
    odd = (bits < low_bits) | (bits > high_bits)
    reasons = [f"entropy {b:.2f} bits is not within {low_bits:g} to {high_bits:g}" for b in bits[odd]]
    return _dropped(faces, odd, reasons)


def _dropped(faces: FaceSet, drop: NDArray[np.bool_], reasons: list[str]) -> FaceSet:
    lines = [f"{name}: {reason}" for name, reason in zip(faces.names[drop], reasons, strict=True)]
    return replace(faces, skipped=(*faces.skipped, *lines)).where(~drop) if lines else faces


def _splits_together(faces: FaceSet) -> FaceSet:
    """A set on disk in the order of its splits, so that each split is a piece of the file; others stay as they are."""
    if not isinstance(faces.images, np.memmap):
        return faces
    rank = np.array([list(Split).index(Split(str(split))) for split in faces.splits])
    return faces.take(np.argsort(rank, kind="stable"))
