"""Pictures inside the page: stills of the film, and rows of the heat map, as data addresses."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from player.reactions.films import stills
from player.reactions.readings import Floats
from recognizer.errors import SourceError
from recognizer.frames import Image

STILLS = 12
STILL_WIDTH_PX = 180
JPEG_QUALITY = 72

_LOW = np.array((200, 96, 60), np.float64)
_MIDDLE = np.array((244, 246, 246), np.float64)
_HIGH = np.array((52, 150, 232), np.float64)
"""BGR: blue for low, pale for the middle, orange for high; told apart with any kind of colour vision."""


def film_strip(file: str, duration_seconds: float, count: int = STILLS) -> tuple[str, ...]:
    """Stills from the middle of each of `count` equal parts of a film; none where it cannot be read."""
    path = Path(file)
    if not file or not path.is_file():
        return ()
    times = [duration_seconds * (part + 0.5) / count for part in range(count)]
    try:
        return tuple(_jpeg(frame.image) for frame in stills(path, times))
    except SourceError:
        return ()


def heat_row(values: Floats, limits: tuple[float, float]) -> str:
    """A row of the heat map, one pixel for each value; transparent where nothing is known."""
    low, high = limits
    share = np.clip((np.nan_to_num(values) - low) / (high - low), 0, 1)[:, None]
    lower, upper = _LOW + (_MIDDLE - _LOW) * 2 * share, _MIDDLE + (_HIGH - _MIDDLE) * (2 * share - 1)
    pixels = np.zeros((1, len(values), 4), np.uint8)
    pixels[0, :, :3] = np.where(share < 0.5, lower, upper).round()
    pixels[0, :, 3] = np.where(np.isnan(values), 0, 255)
    return _data("png", cv2.imencode(".png", pixels)[1])


def _jpeg(image: Image) -> str:
    height = max(1, round(image.shape[0] * STILL_WIDTH_PX / image.shape[1]))
    small = cv2.resize(image, (STILL_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    return _data("jpeg", cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def _data(kind: str, packed: NDArray[np.uint8]) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(packed.tobytes()).decode()}"
