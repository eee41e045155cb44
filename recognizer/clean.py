"""Image cleaning of face crops: sharpening of blurred ones, and histogram equalisation.

Steps of Sultanov et al. 2025. They stand here, and not in the training, because a model must see at run time what it
saw in training: a model's card says which of them it wants, and `to_input` applies them in both places.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

EQUALISE = ("none", "global", "adaptive")
"""Kinds of histogram equalisation: none, one histogram for the face, or one for each region (CLAHE)."""

CLIP_LIMIT = 2.0
REGIONS = (4, 4)
"""CLAHE (Zuiderveld 1994): at 48 px a region is 12 px wide, about an eye; OpenCV's 8x8 leaves 36 pixels to count."""

SHARPEN_SIGMA_PX = 1.0


def clean(
    face: NDArray[np.uint8], equalise: str = "none", sharpen_below: float | None = None
) -> NDArray[np.uint8]:
    """Face sharpened if it is blurred, then equalised; the same array object if neither is asked for.

    `face` is uint8, grey [h, w] or BGR [h, w, 3]; in colour only the luminance changes.
    `equalise` is one of EQUALISE. A face whose `sharpness` is under `sharpen_below` is sharpened; None never does.
    Raises ValueError for another `equalise`.
    """
    if equalise not in EQUALISE:
        raise ValueError(f"equalise must be one of {', '.join(EQUALISE)}, not {equalise!r}")
    if equalise == "none" and sharpen_below is None:
        return face
    if face.ndim == 2:
        return _clean_grey(face, equalise, sharpen_below)
    parts = cv2.cvtColor(face, cv2.COLOR_BGR2YCrCb)
    parts[:, :, 0] = _clean_grey(np.ascontiguousarray(parts[:, :, 0], np.uint8), equalise, sharpen_below)
    return np.asarray(cv2.cvtColor(parts, cv2.COLOR_YCrCb2BGR), np.uint8)


def sharpness(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of a grey image uint8 [h, w] (Pech-Pacheco et al. 2000): low where it is blurred."""
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def _clean_grey(grey: NDArray[np.uint8], equalise: str, sharpen_below: float | None) -> NDArray[np.uint8]:
    """Sharpness is judged before the light is changed, so that the limit means the same for every `equalise`."""
    if sharpen_below is not None and sharpness(grey) < sharpen_below:
        grey = _sharpened(grey)
    if equalise == "global":
        return np.asarray(cv2.equalizeHist(grey), np.uint8)
    if equalise == "adaptive":
        return np.asarray(cv2.createCLAHE(CLIP_LIMIT, REGIONS).apply(grey), np.uint8)
    return grey


def _sharpened(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Unsharp mask: what a Gaussian blur takes away is added once more."""
    blurred = cv2.GaussianBlur(grey, (0, 0), SHARPEN_SIGMA_PX)
    return np.asarray(cv2.addWeighted(grey, 2.0, blurred, -1.0, 0.0), np.uint8)
