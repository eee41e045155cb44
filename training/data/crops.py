"""From rows to faces, several at once, in the rows' order; no face is cut out a second time."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Self

from recognizer.face_model import FACE_MODEL_SHA256
from recognizer.frames import Image
from training.data.crop_cache import Crop, CropCache
from training.data.data_recipe import DataRecipe
from training.data.pictures import content_of, pixels_of
from training.data.prepare import Preparer
from training.data.rows import Row, Skip, UnusableRow

MOST_THREADS = 8
WAITING_EACH = 4
"""Rows that are read ahead for each thread."""

CUT_VERSION = 1
"""Raise it when the same picture would be cut otherwise than before."""


class Cropper:
    """Cuts rows as a recipe says. Threads: decoding and landmarks leave Python's lock. Close it after use."""

    def __init__(self, recipe: DataRecipe, threads: int | None = None) -> None:
        self._recipe = recipe
        self._threads = threads or min(MOST_THREADS, os.cpu_count() or 1)
        self._of_thread = threading.local()
        self._opened = ExitStack()
        self._opening = threading.Lock()
        self._cache: CropCache | None = None
        self.found_faces = recipe.crop == "aligned"
        """True where at least one face was looked for, because of the recipe or of a camera's frames."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of each face."""
        return Preparer(self._recipe, "whole").shape

    @property
    def has_thumbnails(self) -> bool:
        """Whether faces come with thumbnails."""
        return Preparer(self._recipe, "whole").has_thumbnails

    def crops(self, items: Iterable[Row | Skip]) -> Iterator[tuple[Row, Crop] | Skip]:
        """Each row with its crop; what readers skip passes through."""
        waiting: deque[tuple[Row, Future[Crop]] | Skip] = deque()
        with ThreadPoolExecutor(self._threads) as pool:
            for item in items:
                waiting.append(item if isinstance(item, Skip) else (item, pool.submit(self.crop, item)))
                if len(waiting) > WAITING_EACH * self._threads:
                    yield _done(waiting.popleft())
            while waiting:
                yield _done(waiting.popleft())

    def crop(self, row: Row) -> Crop:
        """One row's crop, or the reason why there is none."""
        try:
            content, digest = content_of(row)
        except UnusableRow as error:
            return Crop(None, str(error), "", (0, 0))
        aligned = row.is_frame or self._recipe.crop == "aligned"
        cache = self._shared_cache() if aligned else None
        known = cache.get(digest) if cache else None
        if known is not None:
            return known
        try:
            image = pixels_of(row, content)
        except UnusableRow as error:
            return Crop(None, str(error), digest, (0, 0))
        crop = self._cut(image, digest, aligned)
        if cache:
            cache.put(crop)
        return crop

    def _cut(self, image: Image, digest: str, aligned: bool) -> Crop:
        size_px = image.shape[0], image.shape[1]
        try:
            return Crop(self._preparer(aligned).prepare(image), "", digest, size_px)
        except UnusableRow as error:
            return Crop(None, str(error), digest, size_px)

    def _shared_cache(self) -> CropCache:
        with self._opening:
            self.found_faces = True
            if self._cache is None:
                recipe = self._recipe
                sizes = f"{recipe.size_px} px {recipe.channels} channels"
                cut = " ".join([f"{CUT_VERSION} {FACE_MODEL_SHA256[:12]} {sizes}", *map(str, recipe.anchors)])
                self._cache = self._opened.enter_context(CropCache(cut))
            return self._cache

    def _preparer(self, aligned: bool) -> Preparer:
        """One for each thread and kind: a landmarker must not be shared."""
        name = "aligned" if aligned else "whole"
        if not hasattr(self._of_thread, name):
            with self._opening:
                preparer = self._opened.enter_context(Preparer(self._recipe, name))
                preparer.open()
                setattr(self._of_thread, name, preparer)
        preparer = getattr(self._of_thread, name)
        assert isinstance(preparer, Preparer)
        return preparer

    def close(self) -> None:
        """Free the landmarkers and write the cache; more than once is fine."""
        self._opened.close()

    def __enter__(self) -> Self:
        """The cropper itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _done(item: tuple[Row, Future[Crop]] | Skip) -> tuple[Row, Crop] | Skip:
    return item if isinstance(item, Skip) else (item[0], item[1].result())
