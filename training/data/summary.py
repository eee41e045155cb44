"""What is there: a set of faces in numbers, before anybody fits anything to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.copies import NearCopies, first_identical
from training.data.faces import FaceSet, Split
from training.data.gather import Gathered
from training.data.pictures import measured

NO_SPLIT = "no split"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEASURES = ("sharpness", "entropy", "brightness")
COMMON_SIZES = 5
PAIRS_KEPT = 12
REASONS_NAMED = 3

Table = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one measure: the smallest, the QUANTILES, the biggest."""

    least: float
    quantiles: tuple[float, ...]
    most: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why items were skipped, how many, and the names of the first."""

    reason: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two images that are alike: their rows, names, splits and labels, and the correlation of their pixels."""

    rows: tuple[int, int]
    names: tuple[str, str]
    splits: tuple[str, str]
    labels: tuple[str, str]
    correlation: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A set in numbers.

    counts: faces by emotion and split. median_px: width and height of the middle image when found.
    size_counts: how many images were "48 x 48" (width, height) when found, the commonest first. spreads: of each of
    MEASURES. identical and near: for each split how many of its images have a copy in each split; in its own, how many
    are copies of one before them. near is None where it was not looked for; it includes the identical.
    mislabelled: images that exist with another label too, identical in every pixel.
    """

    path: str
    reader: str
    faces: int
    counts: Table
    subjects: int
    categories: Mapping[str, int]
    skipped: tuple[Reason, ...]
    size_px: int
    crop: str
    median_px: tuple[int, int]
    sizes: int
    size_counts: Mapping[str, int]
    spreads: Mapping[str, Spread]
    identical: Table
    near: Table | None
    mislabelled: int
    pairs: tuple[Pair, ...]

    @property
    def skipped_count(self) -> int:
        """All that could not be used."""
        return sum(reason.count for reason in self.skipped)

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that have faces, in the order of Split; NO_SPLIT last."""
        return tuple(next(iter(self.counts.values())))

    def of_split(self, split: str) -> int:
        """How many faces a split has."""
        return sum(row[split] for row in self.counts.values())


def split_names(faces: FaceSet) -> NDArray[np.str_]:
    """The split of each face for people to read: NO_SPLIT instead of ""."""
    return np.where(faces.splits == "", NO_SPLIT, faces.splits.astype("U8"))


def splits_of(faces: FaceSet) -> tuple[str, ...]:
    """The splits that have faces, in the order of Split; NO_SPLIT last."""
    there = set(split_names(faces).tolist())
    return tuple(name for name in (*(split.value for split in Split), NO_SPLIT) if name in there)


def summarise(path: str, gathered: Gathered, near: NearCopies | None) -> Summary:
    """Count and measure; `near` is `near_copies` of the faces with `split_names` and `splits_of`, or None."""
    faces, splits = gathered.faces, split_names(gathered.faces)
    order = splits_of(faces)
    first = first_identical(faces.images)
    sizes = Counter(f"{width} x {height}" for height, width in gathered.sizes_px.tolist())
    return Summary(
        path=path,
        reader=gathered.reader.name,
        faces=len(faces),
        counts=_counts(faces.labels, splits, order),
        subjects=len(set(faces.subjects.tolist()) - {""}),
        categories=dict(sorted(Counter(c for c in faces.categories.tolist() if c).items())),
        skipped=reasons(faces.skipped),
        size_px=faces.images.shape[1],
        crop=gathered.crop,
        median_px=(int(np.median(gathered.sizes_px[:, 1])), int(np.median(gathered.sizes_px[:, 0]))),
        sizes=len(sizes),
        size_counts=dict(sizes.most_common(COMMON_SIZES)),
        spreads=_spreads(faces.images),
        identical=_identical(first, splits, order),
        near=None if near is None else _near(near, splits, order),
        mislabelled=int(_mislabelled(first, faces.labels).sum()),
        pairs=() if near is None else _pairs(near, faces, splits),
    )


def reasons(skipped: tuple[str, ...]) -> tuple[Reason, ...]:
    """The skipped items by reason, the commonest first; reasons that differ in their numbers only are one."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in skipped:
        name, _, reason = line.partition(": ")
        found.setdefault(re.sub(r"\d[\d.,]*", "", reason), []).append((name, reason))
    return tuple(
        Reason(
            reason=items[0][1] + (", and alike" if len({reason for _, reason in items}) > 1 else ""),
            count=len(items),
            names=tuple(name for name, _ in items[:REASONS_NAMED]),
        )
        for items in sorted(found.values(), key=len, reverse=True)
    )


def _counts(labels: NDArray[np.int64], splits: NDArray[np.str_], order: tuple[str, ...]) -> Table:
    return {
        str(emotion): {split: int(((labels == i) & (splits == split)).sum()) for split in order}
        for i, emotion in enumerate(EMOTIONS)
    }


def _spreads(images: NDArray[np.uint8]) -> dict[str, Spread]:
    values = measured(images)
    return {
        name: Spread(
            least=round(float(column.min()), 2),
            quantiles=tuple(round(float(q), 2) for q in np.quantile(column, QUANTILES)),
            most=round(float(column.max()), 2),
        )
        for name, column in zip(MEASURES, values.T, strict=True)
    }


def _identical(first: NDArray[np.int64], splits: NDArray[np.str_], order: tuple[str, ...]) -> Table:
    groups = {split: first[splits == split] for split in order}
    return {
        split: {
            other: len(mine) - len(np.unique(mine)) if other == split else int(np.isin(mine, theirs).sum())
            for other, theirs in groups.items()
        }
        for split, mine in groups.items()
    }


def _near(near: NearCopies, splits: NDArray[np.str_], order: tuple[str, ...]) -> Table:
    copies = near.row >= 0
    return {
        split: {other: int(copies[splits == split, k].sum()) for k, other in enumerate(order)}
        for split in order
    }


def _mislabelled(first: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which images (bool [n]) are identical to one with another label."""
    return np.isin(first, first[labels != labels[first]])


def _pairs(near: NearCopies, faces: FaceSet, splits: NDArray[np.str_]) -> tuple[Pair, ...]:
    """The likest pairs that are not of one split and label, each once: what an eye should judge. Those with two labels
    come first.
    """
    found: dict[frozenset[int], Pair] = {}
    for row, column in np.argwhere(near.row >= 0).tolist():
        other = int(near.row[row, column])
        if splits[row] == splits[other] and faces.labels[row] == faces.labels[other]:
            continue
        one = _pair(row, other, float(near.correlation[row, column]), faces, splits)
        found.setdefault(frozenset((row, other)), one)
    pairs = sorted(found.values(), key=lambda pair: (pair.labels[0] == pair.labels[1], -pair.correlation))
    return tuple(pairs[:PAIRS_KEPT])


def _pair(row: int, other: int, correlation: float, faces: FaceSet, splits: NDArray[np.str_]) -> Pair:
    return Pair(
        rows=(row, other),
        names=(str(faces.names[row]), str(faces.names[other])),
        splits=(str(splits[row]), str(splits[other])),
        labels=(str(EMOTIONS[faces.labels[row]]), str(EMOTIONS[faces.labels[other]])),
        correlation=round(correlation, 4),
    )
