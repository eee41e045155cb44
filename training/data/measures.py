"""What can be measured of a face image without knowing what it shows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.clean import sharpness

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
