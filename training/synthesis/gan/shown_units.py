"""The action units that real faces show, so that a network can learn to draw each of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognizer.frames import Image
from recognizer.whole_file import replacing
from training.data.faces import FaceSet
from training.synthesis.facs import measured_units
from training.synthesis.landmarks import PictureFaceFinder, shown_blendshapes


def units_on(faces: FaceSet, kept: Path) -> NDArray[np.float32]:
    """Units float32 [n, units] in the order of facs.UNITS, not numbers where no face is found.

    `kept` is a file in which they are kept, because measuring takes minutes; it is read where it fits the faces.
    """
    if kept.exists():
        units = np.load(kept)
        if len(units) == len(faces):
            return np.asarray(units, np.float32)
    with PictureFaceFinder() as finder:
        pictures = tqdm(faces.images, "action units", unit=" faces")
        shown = [shown_blendshapes(finder.find(_as_bgr(image))) for image in pictures]
    units = measured_units(np.stack(shown))
    with replacing(kept) as file:
        np.save(file, units)
    return units


def _as_bgr(grey: NDArray[np.uint8]) -> Image:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
