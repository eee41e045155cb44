"""From an image of any size to the face that training keeps: the whole image, or the face found and cut out in it."""

from __future__ import annotations

from typing import Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.crop import align
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from training.data.data_recipe import DataRecipe
from training.data.rows import Row, UnusableRow

FINDABLE_PX = 256
"""A smaller image is enlarged before a face is looked for: the landmarker was made for photographs."""

MARGIN_SHARE = 0.5
"""A second look, where the first found nothing, gets the edge repeated around the image: tight crops need room."""


class Preparer:
    """Makes every image as big and as colourful as the recipe says, by its `crop` or another one.

    Close it after use: it may hold a landmarker.
    """

    def __init__(self, recipe: DataRecipe, crop: str) -> None:
        self._recipe = recipe
        self._crop = crop
        self._finder: FaceFinder | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of each prepared face: [size_px, size_px] grey, or [size_px, size_px, 3] BGR."""
        size = self._recipe.size_px
        return (size, size) if self._recipe.channels == 1 else (size, size, 3)

    def prepare(self, row: Row) -> NDArray[np.uint8]:
        """The face of a row; raises UnusableRow where one must be found and is not there."""
        if self._crop == "aligned":
            return self._aligned(_as_bgr(row.image))
        return whole(row.image, self._recipe.size_px, self._recipe.channels)

    def close(self) -> None:
        """Free the landmarker; more than once is fine."""
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    def __enter__(self) -> Self:
        """The preparer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _aligned(self, image_bgr: Image) -> NDArray[np.uint8]:
        """Cut from the image as it is, whatever was done to it for the search: as at run time."""
        scale = max(1.0, FINDABLE_PX / min(image_bgr.shape[:2]))
        big = _enlarged(image_bgr, scale)
        landmarks = self._landmarks_px(big)
        if landmarks is None:
            margin = np.array([round(side * MARGIN_SHARE) for side in (big.shape[1], big.shape[0])])
            landmarks = self._landmarks_px(_framed(big, *margin))
            if landmarks is None:
                raise UnusableRow("no face found")
            landmarks = landmarks - margin
        colour: Literal["grey", "bgr"] = "grey" if self._recipe.channels == 1 else "bgr"
        return align(image_bgr, landmarks / scale, self._recipe.size_px, colour)

    def _landmarks_px(self, image_bgr: Image) -> NDArray[np.float32] | None:
        """Those of the biggest face, [478, 2]."""
        if self._finder is None:
            # Loading it takes a second, and most sets of cropped faces never need it.
            self._finder = FaceFinder(consecutive=False)
        faces = self._finder.find(Frame(image_bgr, 0, 0.0, 0.0))
        biggest = max(faces, key=lambda face: face.box.area_px, default=None)
        return None if biggest is None else biggest.landmarks_px


def whole(image: NDArray[np.uint8], size_px: int, channels: int) -> NDArray[np.uint8]:
    """The middle square of an image at the wanted size and colours: uint8 [size_px, size_px] or [.., .., 3] BGR.

    A square keeps a face's proportions, which tell emotions apart.
    """
    square = _middle_square(image)
    if channels == 1 and square.ndim == 3:
        square = np.asarray(cv2.cvtColor(square, cv2.COLOR_BGR2GRAY), np.uint8)
    if len(square) != size_px:
        how = cv2.INTER_AREA if len(square) > size_px else cv2.INTER_LINEAR
        square = np.asarray(cv2.resize(square, (size_px, size_px), interpolation=how), np.uint8)
    return _as_bgr(square) if channels == 3 else square


def _middle_square(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(image[top : top + side, left : left + side])


def _as_bgr(image: NDArray[np.uint8]) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if image.ndim == 2 else image


def _enlarged(image: Image, scale: float) -> Image:
    if scale == 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _framed(image: Image, columns: int, rows: int) -> Image:
    """With its edge repeated around it."""
    framed = cv2.copyMakeBorder(image, rows, rows, columns, columns, cv2.BORDER_REPLICATE)
    return np.asarray(framed, np.uint8)
