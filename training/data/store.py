"""Where images of one shape are kept while a set is read: in memory, and from a certain size on in a file."""

from __future__ import annotations

import math
import tempfile
from typing import IO

import numpy as np
from numpy.typing import NDArray

MEMORY_LIMIT_BYTES = 1 << 30
"""About 450,000 faces of 48x48 in grey, or 28,000 of 112x112 in colour."""


class ImageStore:
    """Takes images one by one and gives them back as one array.

    The file is a temporary one without a name, in the folder that TMPDIR says: the system frees it when the array is
    gone, even where the program was killed.
    """

    def __init__(self, shape: tuple[int, ...], memory_limit_bytes: int | None = None) -> None:
        self._shape = shape
        self._limit_bytes = MEMORY_LIMIT_BYTES if memory_limit_bytes is None else memory_limit_bytes
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._count = 0

    def add(self, image: NDArray[np.uint8]) -> None:
        """Keep one image of the store's shape."""
        if self._file is None and len(self._memory) + image.nbytes > self._limit_bytes:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the images
            self._file.write(self._memory)
            self._memory.clear()
        if self._file is None:
            self._memory += image.tobytes()
        else:
            self._file.write(image.tobytes())
        self._count += 1

    def images(self) -> NDArray[np.uint8]:
        """All of them, uint8 [n, *shape]; a np.memmap where they lie in a file. Nothing can be added after that."""
        shape = (self._count, *self._shape)
        if self._file is None:
            return np.frombuffer(self._memory, np.uint8, math.prod(shape)).reshape(shape)
        # The array keeps the file's bytes reachable after this handle is closed.
        with self._file as file:
            file.flush()
            return np.memmap(file, np.uint8, "r+", shape=shape)


def reordered(images: NDArray[np.uint8], order: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The images in another order, or some of them; those in a file go to another file, never through memory whole."""
    if not isinstance(images, np.memmap):
        return images[order]
    store = ImageStore(images.shape[1:], memory_limit_bytes=0)
    for row in order:
        store.add(images[row])
    return store.images()
