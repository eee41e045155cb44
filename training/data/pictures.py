"""Image files as other people made them: any colour mode, turned by their camera, cut short by a full disk."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from recognizer.pictures import MOST_PIXELS
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
            _check_size(file)
            picture = ImageOps.exif_transpose(file)
            if picture.mode in GREY_MODES:
                return _grey(picture)
            return np.ascontiguousarray(np.asarray(picture.convert("RGB"), np.uint8)[:, :, ::-1])
    except FileNotFoundError as error:
        raise UnusableRow("no such file") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusableRow("not a readable image; it is damaged, cut short or of another kind") from error


def _check_size(file: Image.Image) -> None:
    """Before any pixel is decoded; a large JPEG, as telephones take them, can be decoded smaller."""
    if file.width * file.height > MOST_PIXELS:
        file.draft(None, (file.width // 2, file.height // 2))
    if file.width * file.height > MOST_PIXELS:
        raise UnusableRow(
            f"an image of {file.width}x{file.height} pixels; at most {MOST_PIXELS // 1_000_000} megapixels are read"
        )


def _grey(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in {"I", "I;16"}:
        return np.asarray(np.asarray(picture) // SIXTEEN_BIT_STEP, np.uint8)
    return np.array(picture.convert("L"), np.uint8)
