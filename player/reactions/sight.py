"""Why a face is not in sight: the viewer looked away, left or covered it; or the technique failed. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from player.reactions.readings import Readings

DARKEST_PICTURE = 0.05
"""A picture whose mean grey is below this share of white shows nobody, whoever sits there."""
SMALLEST_FACE_PX = 40.0
"""A face of fewer pixels in height is now and then not found at all."""
LONGEST_SLIP_SECONDS = 1.0
"""A face that is gone for less was not found; one that is gone for longer has turned away, left, or is covered."""


def away(readings: Readings) -> NDArray[np.bool_]:
    """[n]: pictures without the viewer's face because of what the viewer did."""
    return gone(readings) & ~dark(readings)


def failed(readings: Readings) -> NDArray[np.bool_]:
    """[n]: pictures in which a face that may have been there was not found, or is too small to be."""
    small = np.nan_to_num(readings.face_height_px, nan=np.inf) < SMALLEST_FACE_PX
    return np.asarray(small | (~readings.seen & ~away(readings)))


def gone(readings: Readings) -> NDArray[np.bool_]:
    """[n]: pictures without the viewer's face that belong to a gap too long for a slip of the face finder."""
    found = np.zeros(len(readings), bool)
    for start, end in runs(~readings.seen):
        at_edge = start == 0 or end == len(readings)
        if at_edge or readings.film_seconds[end] - readings.film_seconds[start] >= LONGEST_SLIP_SECONDS:
            found[start:end] = True
    return found


def dark(readings: Readings) -> NDArray[np.bool_]:
    """[n]: pictures that are too dark to show anybody."""
    return np.asarray(np.nan_to_num(readings.picture_light, nan=1.0) < DARKEST_PICTURE)


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
