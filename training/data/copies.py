"""Copies within and between splits: a test image that the model has all but seen says nothing about new faces.

Everything goes in blocks, so that memory does not grow with the square of a set's size; time does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from training.data.measures import grey

NEAR_COPY_CORRELATION = 0.9
COMPARED_PX = 48
"""Bigger images are compared at this size: copies differ by less than what is lost."""

FREQUENCIES = 16
"""Waves kept across and down for a first look; more miss less, fewer are faster."""

DENSE_SHARE = 0.02
"""From this share of all pairs on, a product of matrices is cheaper than the pairs one by one."""

ROUNDING = 1e-4
BLOCK = 2048

Pairs = list[tuple[range, range]]
Progress = Callable[[Pairs], Iterable[tuple[range, range]]]


@dataclass(frozen=True, slots=True, eq=False)
class NearCopies:
    """The likest near copy of each image, by split.

    correlation: float32 [n, splits], above the limit that was asked for, or -1 where there is no near copy; row: int64
    [n, splits], which image that is, or -1.
    Within its own split an image is compared with those before it only, so that the first of several copies counts as
    the original and the others as its copies.
    """

    correlation: NDArray[np.float32]
    row: NDArray[np.int64]


def correlation_to_nearest(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """For each image the highest Pearson correlation of its pixels with any of the others, float32 [n] in [-1, 1].

    images: uint8 [n, h, w] or [n, h, w, 3]; others: uint8 [m, ...] alike; bigger ones are compared at COMPARED_PX.
    Flat images correlate with nothing (0).
    """
    best = np.full(len(images), -1.0 if len(others) else 0.0, np.float32)
    rows = [_unit_rows(images[one.start : one.stop]) for one in _blocks(0, len(images))]
    for part in _blocks(0, len(others)):
        library = _unit_rows(others[part.start : part.stop]).T
        for one, block in zip(_blocks(0, len(images)), rows, strict=True):
            target = best[one.start : one.stop]
            np.maximum(target, (block @ library).max(1), out=target)
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
    images: NDArray[np.uint8],
    splits: NDArray[np.str_],
    names: Sequence[str],
    watch: Progress = iter,
    above: float = NEAR_COPY_CORRELATION,
) -> NearCopies:
    """The likest image to each image in each of the splits `names`, where the two are near copies.

    images: uint8 [n, h, w] or [n, h, w, 3]; splits: str [n], all of them among `names`. `watch` passes pairs of blocks
    on and may show how many are done. Images are near copies that correlate by more than `above`; the lower it is, the
    more pairs have to be looked at closely.
    """
    place = np.array([list(names).index(split) for split in splits])
    best = np.full((len(images), len(names)), -1.0, np.float32)
    which = np.full((len(images), len(names)), -1, np.int64)
    sketches = _sketches(images)
    blocks = list(_blocks(0, len(images)))
    for a, b in watch([(a, b) for i, a in enumerate(blocks) for b in blocks[i:]]):
        earlier, later = _candidates(sketches, a, b, above)
        likeness = _correlations(images, earlier, later)
        near = likeness > above
        earlier, later, likeness = earlier[near], later[near], likeness[near]
        _keep_best(best, which, later, place[earlier], earlier, likeness)
        other = place[earlier] != place[later]
        _keep_best(best, which, earlier[other], place[later[other]], later[other], likeness[other])
    return NearCopies(best, which)


def _candidates(
    sketches: NDArray[np.float32], a: range, b: range, above: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows of all pairs, one of block `a` and a later one of block `b`, that may be near copies."""
    bound = sketches[a.start : a.stop] @ sketches[b.start : b.stop].T
    if a is b:
        bound[np.tri(len(a), dtype=bool)] = -1
    earlier, later = np.nonzero(bound > above - ROUNDING)
    return earlier + a.start, later + b.start


def _sketches(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Short vectors, one for each image, whose products are never below the images' correlations.

    A cosine transform turns rows of length 1 without changing their products. Its low frequencies hold nearly all of a
    face. What the rest can add to a product is at most the product of the rests' lengths (Cauchy and Schwarz), so that
    length is the vector's last entry.
    """
    parts = [_sketch(images[block.start : block.stop]) for block in _blocks(0, len(images))]
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def _sketch(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = _unit_rows(images).reshape(-1, *_small(images[0]).shape)
    waves = scipy.fft.dctn(small, axes=(1, 2), norm="ortho")
    low = waves[:, :FREQUENCIES, :FREQUENCIES].reshape(len(images), -1)
    rest = np.sqrt(np.maximum(0, (waves**2).sum((1, 2)) - (low**2).sum(1)))
    return np.asarray(np.column_stack([low, rest]), np.float32)


def _correlations(
    images: NDArray[np.uint8], left: NDArray[np.intp], right: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Of each pair of rows. Each image is turned into numbers once, however many pairs it is in."""
    result = np.zeros(len(left), np.float32)
    lefts, at_left = np.unique(left, return_inverse=True)
    rights, at_right = np.unique(right, return_inverse=True)
    if not len(left):
        return result
    rows, columns = _unit_rows(images[lefts]), _unit_rows(images[rights])
    if len(left) > DENSE_SHARE * len(lefts) * len(rights):
        return np.asarray((rows @ columns.T)[at_left, at_right], np.float32)
    for i in range(0, len(left), BLOCK):
        part = slice(i, i + BLOCK)
        result[part] = np.einsum("ij,ij->i", rows[at_left[part]], columns[at_right[part]])
    return result


def _keep_best(
    best: NDArray[np.float32],
    which: NDArray[np.int64],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    others: NDArray[np.intp],
    likeness: NDArray[np.float32],
) -> None:
    """Write into best[row, column] and which[row, column] where an other image is a copy, and liker than the last."""
    # In the order of likeness the likest is written last, and stays; of equals the first.
    order = np.lexsort((-others, likeness))
    order = order[likeness[order] > best[rows, columns][order]]
    best[rows[order], columns[order]] = likeness[order]
    which[rows[order], columns[order]] = others[order]


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
