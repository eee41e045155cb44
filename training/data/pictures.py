"""Pictures of any origin: read upright whatever their kind, depth and colours, and measured without knowing what they
show.
"""

from __future__ import annotations

import functools
import hashlib
import warnings
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from recognizer.clean import sharpness
from training.data.rows import Row, UnusableRow

IMAGE_ENDINGS = frozenset(
    {
        *{".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".avif"},
        *{".heic", ".heif", ".ppm", ".pgm", ".pnm", ".jp2"},
    }
)

GREY_MODES = frozenset({"1", "L", "LA"})
DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
SIXTEEN_BIT_STEP = 256
LARGEST_PIXELS = 180_000_000
"""About half a gigabyte in colour; more is named, not read."""

JPEG_AT_MOST_PX = 4096
"""A JPEG that is larger is decoded at a half, a quarter or an eighth: no face needs more."""

# Pillow refuses by the size in the header, also a JPEG that can be decoded at a part of its size: `decoded` asks.
Image.MAX_IMAGE_PIXELS = None

DAMAGED = "not a readable image; it is damaged, cut short or of another kind"


def content_of(row: Row) -> tuple[bytes | NDArray[np.uint8], str]:
    """A row's picture as it lies there (a file's bytes, or pixels) and its digest: 32 hexadecimal digits of BLAKE2b.

    Raises UnusableRow where the file is missing or cannot be read.
    """
    content: bytes | NDArray[np.uint8]
    if isinstance(row.picture, Path):
        content = read_bytes(row.picture)
        digest = hashlib.blake2b(content, digest_size=16)
    else:
        content = row.picture
        digest = hashlib.blake2b(str(content.shape).encode() + content.tobytes(), digest_size=16)
    if row.box_px is not None:
        digest.update(str(row.box_px).encode())
    return content, digest.hexdigest()


def digest_of_picture(path: Path) -> str:
    """The digest of a picture's file; "" where it cannot be read."""
    try:
        return content_of(Row(path, 0, ""))[1]
    except UnusableRow:
        return ""


def pixels_of(row: Row, content: bytes | NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """A row's picture, or the box in it, as uint8: grey [h, w] or BGR [h, w, 3]; raises UnusableRow with the reason."""
    found = content_of(row)[0] if content is None else content
    image = decoded(found) if isinstance(found, bytes) else found
    if row.box_px is None:
        return image
    left, top, right, bottom = row.box_px
    part = image[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if not part.size:
        raise UnusableRow(f"its face box {left},{top},{right},{bottom} lies outside the picture")
    return np.ascontiguousarray(part)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Grey uint8 [h, w] or BGR uint8 [h, w, 3], upright as the camera's own note (EXIF) says.

    Raises UnusableRow with the reason: the file is missing, no image, too large, or ends early. OpenCV would give what
    it has of an image that ends early; Pillow refuses it.
    """
    return decoded(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """A file whole: Pillow would read it in small pieces, which costs more than decoding a small face."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnusableRow("no such file") from error
    except OSError as error:
        raise UnusableRow(f"cannot be read ({error.strerror})") from error


def decoded(content: bytes) -> NDArray[np.uint8]:
    """The first picture of an image file as `read_picture` gives it; raises UnusableRow."""
    if not content:
        raise UnusableRow("the file is empty")
    _learn_heif()
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(content)) as file:
            warnings.simplefilter("ignore")
            file.draft(None, (JPEG_AT_MOST_PX, JPEG_AT_MOST_PX))
            _demand_readable_size(file)
            return _as_pixels(ImageOps.exif_transpose(file))
    except (OSError, ValueError, SyntaxError) as error:
        deep = _deep_colour(content)
        if deep is None:
            raise UnusableRow(DAMAGED) from error
        return deep


def _demand_readable_size(file: Image.Image) -> None:
    width, height = file.size
    if width * height > LARGEST_PIXELS:
        raise UnusableRow(f"has {width:,} x {height:,} pixels, more than {LARGEST_PIXELS:,}; make it smaller")


def _as_pixels(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode in GREY_MODES:
        return np.array(picture.convert("L"), np.uint8)
    if picture.mode in DEEP_MODES:
        return _eight_bits(np.asarray(picture))
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"), np.uint8)[:, :, ::-1])


def _eight_bits(deep: NDArray[np.generic]) -> NDArray[np.uint8]:
    """16 bits lose their lower half. 32 bits have no agreed white: the picture's own range becomes 0 to 255."""
    if deep.dtype.kind in "ui" and deep.dtype.itemsize == 2:
        return np.asarray(deep.astype(np.uint16) // SIXTEEN_BIT_STEP, np.uint8)
    values = deep.astype(np.float64)
    if not np.isfinite(values).all():
        raise UnusableRow("holds numbers that are not finite")
    low, high = float(values.min()), float(values.max())
    return np.asarray(np.rint((values - low) * (255 / max(high - low, 1e-12))), np.uint8)


def _deep_colour(content: bytes) -> NDArray[np.uint8] | None:
    """TIFF in colour with 16 or 32 bits a channel, which Pillow does not know; None for anything else."""
    if content[:4] not in (b"II*\0", b"MM\0*"):
        return None
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_ANYDEPTH | cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if image is None or image.dtype == np.uint8 else _eight_bits(np.asarray(image))


@functools.cache
def _learn_heif() -> None:
    """Teach Pillow HEIC, which telephones write; AVIF it knows by itself."""
    import pi_heif

    pi_heif.register_heif_opener()


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
