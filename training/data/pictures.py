"""Pictures of any origin: read upright whatever their colour mode, and measured without knowing what they show."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from recognizer.clean import sharpness
from training.data.rows import UnusableRow

IMAGE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})

GREY_MODES = frozenset({"1", "L", "LA", "I", "I;16", "F"})
SIXTEEN_BIT_STEP = 256


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Grey uint8 [h, w] or BGR uint8 [h, w, 3], upright as the camera's own note (EXIF) says.

    Raises UnusableRow with the reason: the file is missing, no image, or ends early. OpenCV would give what it has of
    an image that ends early; Pillow refuses it.
    """
    try:
        # Pillow reads in small pieces, which costs more than decoding a small face: it gets the whole file at once.
        content = BytesIO(path.read_bytes())
        with warnings.catch_warnings(), Image.open(content) as file:
            warnings.simplefilter("ignore")
            picture = ImageOps.exif_transpose(file)
            if picture.mode in GREY_MODES:
                return _grey(picture)
            return np.ascontiguousarray(np.asarray(picture.convert("RGB"), np.uint8)[:, :, ::-1])
    except FileNotFoundError as error:
        raise UnusableRow("no such file") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableRow("not a readable image; it is damaged, cut short or of another kind") from error


def _grey(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in {"I", "I;16"}:
        return np.asarray(np.asarray(picture) // SIXTEEN_BIT_STEP, np.uint8)
    return np.array(picture.convert("L"), np.uint8)


GREY_LEVELS = 256


def grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey uint8 [h, w] from grey or BGR [h, w, 3]."""
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def entropy_bits(image: NDArray[np.uint8]) -> float:
    """Shannon entropy of a grey image's histogram, 0 (one grey value) to 8 (all alike): low for what shows nothing."""
    shares = np.bincount(image.ravel(), minlength=GREY_LEVELS) / image.size
    present = shares[shares > 0]
    return float(max(0.0, -(present * np.log2(present)).sum()))


def measured(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """For each image [n, h, w] or [n, h, w, 3]: sharpness, entropy in bits, brightness 0 to 255; float64 [n, 3]."""
    result = np.empty((len(images), 3))
    for row, image in enumerate(images):
        one = grey(image)
        result[row] = sharpness(one), entropy_bits(one), one.mean()
    return result
