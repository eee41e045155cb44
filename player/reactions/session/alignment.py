"""Which of the film's pictures were shown: told by the pictures themselves. Pure, but for the reading.

On a busy machine libVLC drops a film's first picture or two, or halts after the first one, and does not say so; simply
counting from the first one shown would set everything off by as much. So what was shown is compared with the film.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from player.reactions.readings import Floats
from player.reactions.session.stimulus import Picture
from recognizer.capture import VideoSource
from recognizer.errors import SourceError

OPENING_SECONDS = 8.0
"""So much of a film is compared: enough for one that begins with a still."""
MOST_AWAY_SECONDS = 1.0
"""The count is wrong by no more than this."""
SIDE_PX = 8
LEAST_GAIN_GREY = 0.25
"""Another start must fit better by so many grey values (0 to 255), in the mean over all pictures."""


def thumbnail(image: NDArray[np.uint8]) -> Floats:
    """A picture [h, w, 3 or 4] as 64 grey values."""
    # Every few pixels are enough for a mean, and quick for a large picture.
    step = max(1, min(image.shape[:2]) // (6 * SIDE_PX))
    small = cv2.resize(
        np.ascontiguousarray(image[::step, ::step, :3]), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA
    )
    return np.asarray(small.mean(axis=2).ravel(), np.float64)


def shown_thumbnail(picture: Picture) -> Floats:
    """The same for a picture on the screen."""
    width, height = picture.size_px
    pixels = np.frombuffer(picture.pixels, np.uint8)[: 4 * width * height]
    return thumbnail(pixels.reshape(height, width, 4))


def film_opening(path: Path) -> Floats:
    """Thumbnails [n, 64] of a film's first seconds; empty for a film that cannot be read."""
    found = []
    try:
        with VideoSource(path) as source:
            for frame in source:
                if frame.time_seconds > OPENING_SECONDS:
                    break
                found.append(thumbnail(frame.image))
    except SourceError:
        found = []
    return np.array(found).reshape(len(found), SIDE_PX * SIDE_PX)


def ahead(opening: Floats, shown: Floats, numbers: NDArray[np.int64], frames_per_second: float) -> int:
    """By how many pictures the film is ahead of `numbers`; 0 unless the pictures clearly say otherwise.

    `opening` [n, 64] are the film's first pictures; `shown` [m, 64] those that were shown, of which the k-th was
    counted as the film's `numbers[k]`-th. Negative where the film is behind the count.
    """
    most = round(MOST_AWAY_SECONDS * frames_per_second)
    costs = {}
    for shift in sorted(range(-most, most + 1), key=abs):
        places = numbers + shift
        known = (places >= 0) & (places < len(opening))
        if known.sum() >= max(1, len(numbers) // 2):
            costs[shift] = float(np.abs(opening[places[known]] - shown[known]).mean())
    if 0 not in costs:
        return 0
    best = min(costs, key=lambda shift: costs[shift])
    return best if costs[0] - costs[best] >= LEAST_GAIN_GREY else 0
