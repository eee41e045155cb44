"""Sheets: many faces in one picture, to be looked at by a person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GAP_PX = 2
PAPER = 255


def sheet_of(faces: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Faces uint8 [n, h, w] or [n, h, w, 3] row by row on white, with a gap between them."""
    rows = -(-len(faces) // columns)
    height, width = faces.shape[1] + GAP_PX, faces.shape[2] + GAP_PX
    sheet = np.full((rows * height + GAP_PX, columns * width + GAP_PX, *faces.shape[3:]), PAPER, np.uint8)
    for index, face in enumerate(faces):
        top, left = GAP_PX + index // columns * height, GAP_PX + index % columns * width
        sheet[top : top + face.shape[0], left : left + face.shape[1]] = face
    return sheet
