"""Which faces an arm is trained and tested on: pure functions of the sets, the arm and the seed.

Draws are nested: with the same seed the first 50 faces of an emotion are among the first 100, and the same for
synthetic ones. So arms that differ in number differ in nothing else.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.faces import FaceSet, Split
from training.data.protocol import random_splits
from training.data.store import ImageStore
from training.errors import DataError
from training.study.study_recipe import AddedFaces, ArmRecipe

Rows = NDArray[np.int64]

REAL = "real"
POOLED_SHARE = 0.1
"""Of a pooled arm's faces that are its validation split, and again its test."""


@dataclass(frozen=True, slots=True)
class Source:
    """Synthetic faces as one arm sees them: a set, all of it or what the filters kept."""

    set: str
    filtered: bool

    @property
    def name(self) -> str:
        """Such as "rendered" or "rendered, filtered"."""
        return f"{self.set}, filtered" if self.filtered else self.set


@dataclass(frozen=True, slots=True, eq=False)
class SourceRows:
    """Rows (int64 [n]) of one set; origin: "real" or the name of a source."""

    origin: str
    faces: FaceSet
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """The faces of one fit. origins: str [n], "real" or the name of the source that a face is from."""

    faces: FaceSet
    origins: NDArray[np.str_]

    def counts(self, split: Split) -> dict[str, dict[str, int]]:
        """How many faces of each emotion come from where."""
        here = self.faces.splits == split.value
        return {
            str(origin): {
                str(emotion): int((here & (self.origins == origin) & (self.faces.labels == label)).sum())
                for label, emotion in enumerate(EMOTIONS)
            }
            for origin in dict.fromkeys(self.origins.tolist())
        }


def sources_of(arm: ArmRecipe) -> list[Source]:
    """The synthetic faces that an arm needs."""
    return [Source(added.set, added.filtered) for added in arm.synthetic]


def mix(arm: ArmRecipe, real: FaceSet, synthetic: Mapping[Source, FaceSet], seed: int) -> Mixture:
    """The faces of one fit; `synthetic` holds each of `sources_of(arm)`.

    Only real faces are validated and tested on, except in a pooled arm. Raises DataError as `drawn` does.
    """
    parts = sampled_rows(arm, real, synthetic, seed)
    origins = np.concatenate([np.full(len(part.rows), part.origin) for part in parts])
    mixture = Mixture(_joined(parts), origins)
    return _pooled(mixture, seed) if arm.pooled else mixture


def sampled_rows(
    arm: ArmRecipe, real: FaceSet, synthetic: Mapping[Source, FaceSet], seed: int
) -> list[SourceRows]:
    """What one fit takes of each set, the real faces first.

    Raises DataError where a source has too few faces of an emotion, or no real one is there to test on.
    """
    if not arm.pooled and not (real.splits == Split.TEST.value).any():
        raise DataError("no real faces in the split 'test'; choose another data.protocol.kind")
    chosen = _real_rows(arm, real, seed)
    counts = _per_class(real.labels[chosen[real.splits[chosen] == Split.TRAIN.value]])
    if not arm.trained_on_real:
        chosen = chosen[real.splits[chosen] != Split.TRAIN.value]
    parts = [SourceRows(REAL, real, chosen)]
    for added, source in zip(arm.synthetic, sources_of(arm), strict=True):
        faces = synthetic[source]
        rows = take_nested(faces.labels, wanted(added, counts), seed, source.name)
        parts.append(SourceRows(source.name, faces, rows))
    return parts


def _real_rows(arm: ArmRecipe, real: FaceSet, seed: int) -> Rows:
    """The chosen training faces and all others, in the set's order. An emotion with fewer faces gives all it has."""
    train = np.flatnonzero(real.splits == Split.TRAIN.value)
    if arm.real == "all":
        return np.arange(len(real))
    limits = np.minimum(_per_class(real.labels[train]), arm.real)
    kept = train[take_nested(real.labels[train], limits, seed, REAL)]
    return np.sort(np.concatenate([kept, np.flatnonzero(real.splits != Split.TRAIN.value)]))


def wanted(added: AddedFaces, real_counts: Rows) -> Rows:
    """How many synthetic faces of each emotion, int64 [7], beside `real_counts` real ones."""
    if added.times is not None:
        return np.round(added.times * real_counts).astype(np.int64)
    if added.fill_to is not None:
        return np.maximum(0, added.fill_to - real_counts)
    asked = added.per_class
    return np.array([asked.get(e, 0) if isinstance(asked, dict) else asked for e in EMOTIONS], np.int64)


def take_nested(labels: Rows, counts: Rows, seed: int, name: str) -> Rows:
    """So many rows of each emotion (int64 [7]), drawn by the seed and the set's name, in rising order.

    A larger count takes the same rows and more. Raises DataError where an emotion has too few.
    """
    taken = []
    for label, count in enumerate(counts.tolist()):
        rows = np.flatnonzero(labels == label)
        if count > len(rows):
            raise DataError(
                f"the set {name} has {len(rows):,} faces of {EMOTIONS[label]}, and {count:,} are wanted;"
                " draw more, or lower the arm's number"
            )
        rng = np.random.default_rng([seed, label, zlib.crc32(name.encode())])
        taken.append(rng.permutation(rows)[:count])
    return np.sort(np.concatenate(taken)).astype(np.int64)


def _per_class(labels: Rows) -> Rows:
    return np.bincount(labels, minlength=len(EMOTIONS)).astype(np.int64)


def _joined(parts: Sequence[SourceRows]) -> FaceSet:
    """One set of all; images that memory should not hold go to a file (`ImageStore`)."""
    store = ImageStore(parts[0].faces.images.shape[1:])
    for part in parts:
        for row in part.rows:
            store.add(part.faces.images[row])

    def joined(column: str) -> NDArray[Any]:
        return np.concatenate([getattr(part.faces, column)[part.rows] for part in parts])

    def owned(column: str) -> NDArray[np.str_]:
        return np.concatenate([_owned(part.origin, getattr(part.faces, column)[part.rows]) for part in parts])

    return FaceSet(
        images=store.images(),
        labels=joined("labels"),
        splits=joined("splits"),
        votes=joined("votes"),
        targets=joined("targets"),
        names=owned("names"),
        subjects=owned("subjects"),
        categories=joined("categories"),
    )


def _owned(name: str, values: NDArray[np.str_]) -> NDArray[np.str_]:
    """Names with the set's before them, since two sets may use the same; "" stays."""
    return np.where(values == "", "", np.char.add(f"{name}/", values))


def _pooled(mixture: Mixture, seed: int) -> Mixture:
    """All faces drawn anew, each source by itself: the real ones' splits do not depend on what is added."""
    splits = np.full(len(mixture.faces), "", "U5")
    for origin in dict.fromkeys(mixture.origins.tolist()):
        rows = mixture.origins == origin
        own = zlib.crc32(f"{seed} {origin}".encode())
        splits[rows] = random_splits(mixture.faces.labels[rows], POOLED_SHARE, POOLED_SHARE, own)
    return Mixture(replace(mixture.faces, splits=splits), mixture.origins)
