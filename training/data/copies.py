"""Copies within and between splits: a test image that the model has all but seen says nothing about new faces.

Everything goes in blocks, so that memory does not grow with the square of a set's size; time does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.measures import grey

NEAR_COPY_CORRELATION = 0.9
COMPARED_PX = 48
"""Bigger images are compared at this size: copies differ by less than what is lost."""

BLOCK = 2048

Pairs = list[tuple[range, range]]
Watch = Callable[[Pairs], Iterable[tuple[range, range]]]


@dataclass(frozen=True, slots=True, eq=False)
class NearCopies:
    """The likest other image of each image, by split.

    correlation: float32 [n, splits] in [-1, 1]; row: int64 [n, splits], which image that is, -1 where there is none.
    Within its own split an image is compared with those before it only, so that the first of several copies counts as
    the original and the others as its copies.
    """

    correlation: NDArray[np.float32]
    row: NDArray[np.int64]


def correlation_to_nearest(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """For each image the highest Pearson correlation of its pixels with any of the others, float32 [n] in [-1, 1].

    images: uint8 [n, h, w] or [n, h, w, 3]; others: uint8 [m, ...] alike. Flat images correlate with nothing (0).
    """
    best = np.full(len(images), -1.0 if len(others) else 0.0, np.float32)
    library = [_unit_rows(others[one.start : one.stop]) for one in _blocks(0, len(others))]
    for block in _blocks(0, len(images)):
        rows = _unit_rows(images[block.start : block.stop])
        for part in library:
            np.maximum(
                best[block.start : block.stop], (rows @ part.T).max(1), out=best[block.start : block.stop]
            )
    return best


def first_identical(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each image [n, ...] the row of the first image with the very same pixels: its own where it is the first."""
    first: dict[bytes, int] = {}
    rows = [
        first.setdefault(hashlib.blake2b(image.tobytes(), digest_size=16).digest(), row)
        for row, image in enumerate(images)
    ]
    return np.array(rows, np.int64)


def near_copies(
    images: NDArray[np.uint8], splits: NDArray[np.str_], names: Sequence[str], watch: Watch = iter
) -> NearCopies:
    """The likest image to each image in each of the splits `names`.

    images: uint8 [n, h, w] or [n, h, w, 3]; splits: str [n], all of them among `names`. `watch` passes pairs of blocks
    on and may show how many are done.
    """
    place = np.array([list(names).index(split) for split in splits])
    # Blocks lie within one split each, so that a pair of blocks means a pair of splits.
    order = np.argsort(place, kind="stable")
    edges = np.cumsum([0, *np.bincount(place, minlength=len(names))])
    blocks = [one for start, stop in pairwise(edges.tolist()) for one in _blocks(start, stop)]
    best = np.full((len(order), len(names)), -1.0, np.float32)
    which = np.full((len(order), len(names)), -1, np.int64)
    for a, b, likeness in _compared(images, order, blocks, watch):
        of_a, of_b = place[order[a.start]], place[order[b.start]]
        _keep_best(best[b.start : b.stop, of_a], which[b.start : b.stop, of_a], likeness, a.start)
        if of_a != of_b:
            _keep_best(best[a.start : a.stop, of_b], which[a.start : a.stop, of_b], likeness.T, b.start)
    return _in_order(best, np.where(which >= 0, order[which], -1), order)


def _compared(
    images: NDArray[np.uint8], order: NDArray[np.intp], blocks: list[range], watch: Watch
) -> Iterator[tuple[range, range, NDArray[np.float32]]]:
    """Each pair of blocks with its correlations [a, b]; within one block only those with images before it."""
    last, rows_a = None, np.zeros((0, 0), np.float32)
    for a, b in watch([(a, b) for i, a in enumerate(blocks) for b in blocks[i:]]):
        if a is not last:
            last, rows_a = a, _unit_rows(images[order[a.start : a.stop]])
        if a is b:
            yield a, b, np.where(np.tri(len(a), dtype=bool), np.float32(-1), rows_a @ rows_a.T)
        else:
            yield a, b, rows_a @ _unit_rows(images[order[b.start : b.stop]]).T


def _keep_best(
    best: NDArray[np.float32], which: NDArray[np.int64], likeness: NDArray[np.float32], first: int
) -> None:
    """Take over into `best` and `which` [n], which are written to, what is liker in `likeness` [others, n]."""
    nearest = likeness.argmax(0)
    value = likeness[nearest, np.arange(len(best))]
    better = value > best
    best[better], which[better] = value[better], first + nearest[better]


def _in_order(best: NDArray[np.float32], which: NDArray[np.int64], order: NDArray[np.intp]) -> NearCopies:
    back = np.argsort(order)
    return NearCopies(best[back], which[back])


def _blocks(start: int, stop: int) -> Iterator[range]:
    return (range(first, min(first + BLOCK, stop)) for first in range(start, stop, BLOCK))


def _unit_rows(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """One row of length 1 and mean 0 for each image; zeros for a flat one."""
    small = np.stack([_small(image) for image in images]) if len(images) else images
    rows = small.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / lengths, np.float32)


def _small(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    one = grey(image)
    if max(one.shape) <= COMPARED_PX:
        return one
    return np.asarray(cv2.resize(one, (COMPARED_PX, COMPARED_PX), interpolation=cv2.INTER_AREA), np.uint8)
