"""Still pictures, decoded with bounds: their size is read before their pixels."""

from __future__ import annotations

import struct
from io import BytesIO

import cv2
import imagesize
import numpy as np

from recognizer.frames import Image

MOST_PIXELS = 40_000_000
"""Larger pictures are not decoded: a file of 100 KB can state a picture that fills the memory."""
JPEG_REDUCTIONS = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
"""How many times smaller a JPEG can be decoded without ever being whole in memory."""
MOST_JPEG_PIXELS = 4 * MOST_PIXELS

_JPEG_MAGIC = b"\xff\xd8"


class UnreadablePicture(ValueError):
    """`str(error)` is the reason alone, for instance "not an image that can be read"."""


def decoded(content: bytes, longest_side_px: int | None = None) -> Image:
    """The picture in a file's content: uint8 BGR [height, width, 3], upright as its camera noted.

    It is not larger than `longest_side_px`, nor than MOST_PIXELS: a larger JPEG, as telephones take them, is decoded at
    half its size. Raises UnreadablePicture.
    """
    width, height = stated_size(content)
    jpeg = content.startswith(_JPEG_MAGIC)
    if width * height > (MOST_JPEG_PIXELS if jpeg else MOST_PIXELS):
        limit = MOST_PIXELS // 1_000_000
        raise UnreadablePicture(f"an image of {width}x{height} pixels; at most {limit} megapixels are read")
    reduction = _reduction(width, height, longest_side_px) if jpeg else 1
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), JPEG_REDUCTIONS[reduction])
    except (cv2.error, MemoryError) as error:
        raise UnreadablePicture("not an image that can be read") from error
    if image is None:
        raise UnreadablePicture("not an image that can be read")
    return _fitted(np.asarray(image, np.uint8), longest_side_px)


def stated_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels that a file's header states; raises UnreadablePicture where it states none."""
    try:
        width, height = imagesize.get(BytesIO(content))
    except (ValueError, struct.error, LookupError, OSError, OverflowError, TypeError, SyntaxError) as error:
        raise UnreadablePicture("not an image that can be read") from error
    if width <= 0 or height <= 0:
        raise UnreadablePicture("not an image that can be read")
    return int(width), int(height)


def _reduction(width: int, height: int, longest_side_px: int | None) -> int:
    """The smallest that fits into MOST_PIXELS, or the largest that leaves the longest side long enough."""
    needed = min(step for step in JPEG_REDUCTIONS if width * height / step**2 <= MOST_PIXELS)
    if longest_side_px is None:
        return needed
    ample = [step for step in JPEG_REDUCTIONS if max(width, height) / step >= longest_side_px]
    return max([needed, *ample])


def _fitted(image: Image, longest_side_px: int | None) -> Image:
    factor = longest_side_px / max(image.shape[:2]) if longest_side_px else 1.0
    if factor >= 1:
        return image
    size = (max(round(image.shape[1] * factor), 1), max(round(image.shape[0] * factor), 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
