"""Finding the face in pictures as generators draw them: small, and filled by the face to the edge."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.faces import BLENDSHAPES, Face, FaceFinder
from recognizer.frames import Frame, Image

FINDABLE_PX = 256
MARGIN_SHARE = 0.25
"""The landmarker was made for photographs: small pictures are enlarged, tight ones get their edge repeated around."""


class PictureFaceFinder:
    """Finds the face of one picture at a time. Close it after use."""

    def __init__(self) -> None:
        self._finder = FaceFinder(max_faces=1, consecutive=False)

    def find(self, image: Image) -> Face | None:
        """The face of a BGR picture, its landmarks in the picture's own pixels; None where none is found."""
        scale = max(1.0, FINDABLE_PX / min(image.shape[:2]))
        margin_px = round(MARGIN_SHARE * min(image.shape[:2]))
        framed = cv2.copyMakeBorder(image, margin_px, margin_px, margin_px, margin_px, cv2.BORDER_REPLICATE)
        big = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        found = self._finder.find(Frame(np.asarray(big, np.uint8), 0, 0.0, 0.0))
        if not found:
            return None
        return replace(found[0], landmarks_px=found[0].landmarks_px / scale - margin_px)

    def close(self) -> None:
        """Free the landmarker; more than once is fine."""
        self._finder.close()

    def __enter__(self) -> Self:
        """The finder itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def shown_blendshapes(face: Face | None) -> NDArray[np.float32]:
    """A face's blendshapes float32 [52], not numbers where there is no face."""
    return np.full(len(BLENDSHAPES), np.nan, np.float32) if face is None else face.blendshapes
