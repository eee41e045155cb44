"""Talking footage made from one neutral picture of a real face: the mouth is warped, the head sways, the camera hisses.

Recordings of people who talk without showing an emotion are rare among free clips. The warp is not a talking head for
people to look at; it shows the recogniser an opening and closing mouth at the rhythm of speech, which is what makes
unsteadied readings flicker.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.frames import Frame, Image

SYLLABLES_PER_SECOND = 4.5
PAUSE_SHARE = 0.25
"""About so much of the time nothing is said."""
WIDEST_OPENING = 0.35
"""Of the mouth's width."""
CORNERS, INNER_LIPS = (61, 291), (13, 14)
"""MediaPipe's landmarks: the mouth's corners, and the middle of the lips' inner edges."""
MOUTH_COLOUR = (38, 28, 52)
SWAY_SHARE, ZOOM_SHARE, ROLL_DEGREES = 0.01, 0.02, 2.5
LIGHT_SHARE, NOISE = 0.04, 3.0


@dataclass(frozen=True, slots=True)
class Mouth:
    """Where the mouth is in the picture, in pixels, and how it is tilted."""

    x: float
    y: float
    half_width: float
    tilt: float


def mouth_of(landmarks_px: NDArray[np.floating]) -> Mouth:
    """The mouth from landmarks [478, 2]."""
    left, right = landmarks_px[list(CORNERS)]
    x, y = landmarks_px[list(INNER_LIPS)].mean(axis=0)
    across = right - left
    return Mouth(float(x), float(y), float(np.hypot(*across)) / 2, math.atan2(across[1], across[0]))


def say(picture: Image, mouth: Mouth, opening: float, widening: float) -> Image:
    """The picture with the mouth opened (0 to 1) and widened (1) or pursed (-1); uint8 BGR of the same size."""
    rows, columns = np.indices(picture.shape[:2], np.float32)
    # Coordinates along and across the mouth, in half widths.
    cos, sin = math.cos(mouth.tilt), math.sin(mouth.tilt)
    dx, dy = columns - mouth.x, rows - mouth.y
    along = (dx * cos + dy * sin) / mouth.half_width
    below = (dy * cos - dx * sin) / mouth.half_width
    gap = 2 * WIDEST_OPENING * opening
    jaw = gap * np.exp(-((along / 1.8) ** 2)) * np.clip(1 - (below - 1.2) / 2.5, 0, 1)
    hole = gap * np.clip(1 - along**2, 0, 1)
    near = np.exp(-(along**2 + below**2) / 1.5)
    source_along = along - 0.12 * widening * along * near
    source_below = np.where(below > 0, np.maximum(below - jaw, 0), below)
    map_x = mouth.x + mouth.half_width * (source_along * cos - source_below * sin)
    map_y = mouth.y + mouth.half_width * (source_along * sin + source_below * cos)
    warped = cv2.remap(picture, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR)
    inside = np.clip(np.minimum(below, hole - below) * mouth.half_width / 2, 0, 1)[..., None]
    return np.asarray(warped * (1 - inside) + np.array(MOUTH_COLOUR) * inside, np.uint8)


def talking(
    picture: Image, mouth: Mouth, seconds: float, frames_per_second: float, seed: int = 0
) -> Iterator[Frame]:
    """Frames of somebody who talks, deterministic for a seed; `time_seconds` starts at 0."""
    dice = np.random.default_rng(seed)
    opening, widening = speech(seconds, frames_per_second, dice)
    sway = [_slow(len(opening), frames_per_second, dice) for _ in range(5)]
    for index, (opened, widened) in enumerate(zip(opening, widening, strict=True)):
        moved = _moved(say(picture, mouth, float(opened), float(widened)), [float(s[index]) for s in sway])
        noisy = moved + dice.normal(0, NOISE, moved.shape)
        now = index / frames_per_second
        yield Frame(np.clip(noisy, 0, 255).astype(np.uint8), index, now, now, now)


def speech(
    seconds: float, frames_per_second: float, dice: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the mouth is opened [0, 1] and widened [-1, 1] in each frame: syllables of uneven size, and pauses."""
    count = round(seconds * frames_per_second)
    opening, widening = np.zeros(count), np.zeros(count)
    now = 0.0
    while now < seconds:
        if dice.random() < PAUSE_SHARE / 6:
            now += dice.uniform(0.4, 2.0)
            continue
        length = dice.uniform(0.7, 1.4) / SYLLABLES_PER_SECOND
        first, last = round(now * frames_per_second), round((now + length) * frames_per_second)
        bump = np.sin(np.linspace(0, np.pi, max(last - first, 1), endpoint=False)) ** 2
        part = slice(first, min(last, count))
        size, shape = dice.uniform(0.15, 1.0), dice.uniform(-1.0, 1.0)
        opening[part] = size * bump[: len(opening[part])]
        widening[part] = shape * bump[: len(widening[part])]
        now += length
    return opening, widening


def _slow(count: int, frames_per_second: float, dice: np.random.Generator) -> NDArray[np.float64]:
    """A wandering value in about [-1, 1] that changes within seconds."""
    knots = dice.normal(0, 0.5, 3 + math.ceil(count / frames_per_second))
    return np.interp(np.arange(count) / frames_per_second, np.arange(len(knots)), knots)


def _moved(picture: Image, sway: list[float]) -> NDArray[np.float64]:
    """Shifted, turned, zoomed and lit a little differently."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(
        (width / 2, height / 2), ROLL_DEGREES * sway[0], 1 + ZOOM_SHARE * sway[1]
    )
    matrix[:, 2] += np.array(sway[2:4]) * SWAY_SHARE * width
    moved = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved * (1 + LIGHT_SHARE * sway[4]), np.float64)
