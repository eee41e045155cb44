"""Near copies between splits: a test image that the model has all but seen says nothing about new faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAR_COPY_CORRELATION = 0.9
BLOCK = 512


def correlation_to_nearest(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """For each image the highest Pearson correlation of its pixels with any of the others, float32 [n] in [-1, 1].

    images: uint8 [n, h, w]; others: uint8 [m, h, w]. Flat images correlate with nothing (0).
    """
    library = _unit_rows(others)
    best = [(_unit_rows(images[i : i + BLOCK]) @ library.T).max(1) for i in range(0, len(images), BLOCK)]
    return np.concatenate(best) if best else np.zeros(0, np.float32)


def _unit_rows(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(1, keepdims=True)
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(rows / lengths, np.float32)
