"""What a camera and a room do to faces: light, dark, blur, noise, few pixels, compression, something in front.

After Hendrycks and Dietterich 2019 ("Benchmarking neural network robustness to common corruptions"), with strengths in
units that do not depend on the image's size. Each is a pure function of an image (uint8 [h, w] or [h, w, 3]), a
strength and a random generator. `evaluate` applies them at stated strengths; a fit draws strengths of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Apply = Callable[[Image, float, np.random.Generator], Image]
MIDDLE_GREY = 128
FULL = 255


@dataclass(frozen=True, slots=True)
class Corruption:
    """A way to spoil an image; `apply(image, strength, random)` leaves shape and type as they are.

    `strengths` are those that a report states, mild to strong; `limits` the least and the most that make sense.
    """

    name: str
    unit: str
    strengths: tuple[float, ...]
    limits: tuple[float, float]
    apply: Apply


def blur(image: Image, sigma_percent: float, _: np.random.Generator) -> Image:
    """Defocus: a Gaussian blur; sigma in percent of the image's side."""
    # OpenCV takes a sigma of 0 for a wish that it choose one itself.
    sigma_px = max(sigma_percent / 100 * image.shape[0], 0.01)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.uint8)


def motion(image: Image, percent: float, random: np.random.Generator) -> Image:
    """Motion blur: the mean along a straight way of this length, in percent of the side, in a random direction."""
    length_px = percent / 100 * image.shape[0]
    angle = random.uniform(0, math.pi)
    side = 2 * math.ceil(length_px / 2) + 1
    steps = np.linspace(-0.5, 0.5, 4 * side) * length_px
    kernel = np.zeros((side, side), np.float32)
    xs, ys = (np.rint(steps * f(angle) + side // 2).astype(int) for f in (math.cos, math.sin))
    np.add.at(kernel, (ys, xs), 1 / len(steps))
    return np.asarray(cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.uint8)


def noise(image: Image, deviation: float, random: np.random.Generator) -> Image:
    """Gaussian noise of this standard deviation in grey levels (of 255), independent in each pixel and channel."""
    return _whole_levels(image + random.normal(0, deviation, image.shape))


def darkness(image: Image, percent: float, _: np.random.Generator) -> Image:
    """This share of the light is gone; what is left is rounded to whole grey levels, as a camera does."""
    return _whole_levels(image * (1 - percent / 100))


def dim_room(image: Image, percent: float, random: np.random.Generator) -> Image:
    """This share of the light is gone and the camera amplifies the rest, with its noise: shot noise and read noise.

    A full well of 255 levels holds about 1,000 electrons here, as in a small webcam, and reading adds two levels.
    """
    left = 1 - percent / 100
    electrons = random.poisson(image * (left * 4.0)) / 4.0
    read = random.normal(0, 0.5, image.shape)
    return _whole_levels((electrons + read) / left)


def glare(image: Image, percent: float, _: np.random.Generator) -> Image:
    """Overexposed: this much more light than the sensor was set for; what is beyond white is lost."""
    return _whole_levels(image * (1 + percent / 100))


def side_light(image: Image, percent: float, random: np.random.Generator) -> Image:
    """Light from one side, in a random direction: the far side gets this share less of it, and the near side more."""
    height, width = image.shape[:2]
    angle = random.uniform(0, 2 * math.pi)
    x, y = np.linspace(-1, 1, width)[None, :], np.linspace(-1, 1, height)[:, None]
    ramp = np.clip((x * math.cos(angle) + y * math.sin(angle)) * 1.2, -1, 1) * percent / 100
    gain = 1 + 0.5 * ramp - 0.5 * percent / 100
    return _whole_levels(image * (gain if image.ndim == 2 else gain[:, :, None]))


def low_resolution(image: Image, shrink: float, _: np.random.Generator) -> Image:
    """Few pixels: the face is shrunk by this factor and brought back to its size."""
    height, width = image.shape[:2]
    small = (max(2, round(width / shrink)), max(2, round(height / shrink)))
    shrunk = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def compression(image: Image, loss: float, _: np.random.Generator) -> Image:
    """JPEG at a quality of 100 less `loss`."""
    quality = max(1, round(100 - loss))
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    how = cv2.IMREAD_GRAYSCALE if image.ndim == 2 else cv2.IMREAD_COLOR
    return np.asarray(cv2.imdecode(coded, how), np.uint8)


def video(image: Image, loss: float, random: np.random.Generator) -> Image:
    """A video call: half the pixels, then JPEG at a quality of 100 less `loss`, then back to size."""
    height, width = image.shape[:2]
    half = cv2.resize(image, (max(2, width // 2), max(2, height // 2)), interpolation=cv2.INTER_AREA)
    coded = compression(np.asarray(half, np.uint8), loss, random)
    return np.asarray(cv2.resize(coded, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def rotation(image: Image, degrees: float, random: np.random.Generator) -> Image:
    """Turned about the centre, to the left or to the right by lot; the edge is repeated."""
    turn = _turn(image, degrees * random.choice((-1, 1)))
    return _moved(image, turn)


def misplaced(image: Image, percent: float, random: np.random.Generator) -> Image:
    """The crop rests on landmarks that are off by this much of the side: shifted, and scaled by as much."""
    height, width = image.shape[:2]
    matrix = _turn(image, 0, 1 + random.choice((-1, 1)) * percent / 100)
    way = random.uniform(0, 2 * math.pi)
    matrix[:, 2] += np.array([math.cos(way) * width, math.sin(way) * height]) * percent / 100
    return _moved(image, matrix)


def occlusion(image: Image, percent: float, random: np.random.Generator) -> Image:
    """A grey square over this share of the area, somewhere inside the image."""
    height, width = image.shape[:2]
    tall, wide = (round(side * (percent / 100) ** 0.5) for side in (height, width))
    top, left = (round(random.random() * free) for free in (height - tall, width - wide))
    covered = image.copy()
    covered[top : top + tall, left : left + wide] = MIDDLE_GREY
    return covered


def hand(image: Image, percent: float, random: np.random.Generator) -> Image:
    """A hand, or hair: a soft-edged oval in a tone of the face itself comes in from a side and covers this share."""
    height, width = image.shape[:2]
    area = height * width * percent / 100
    ratio = random.uniform(0.35, 0.9)
    long_px = math.sqrt(area / (math.pi * ratio)) * 1.15
    way = random.uniform(0, 2 * math.pi)
    reach = random.uniform(0.25, 0.5)
    centre = (width * (0.5 + reach * math.cos(way)), height * (0.5 + reach * math.sin(way)))
    cover = np.zeros((height, width), np.float32)
    box = (centre, (2 * long_px, 2 * long_px * ratio), math.degrees(way) + random.uniform(-40, 40))
    cv2.ellipse(cover, box, 1.0, -1, cv2.LINE_AA)
    tone = np.percentile(image, random.choice((8, 50, 65, 80)), axis=(0, 1))
    return _covered(image, np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.6), np.float32), tone)


def mask(image: Image, percent: float, random: np.random.Generator) -> Image:
    """A mask or a scarf over this share of the face, from below."""
    height, width = image.shape[:2]
    cover = np.zeros((height, width), np.float32)
    top = height * (1 - percent / 100)
    rise = height * random.uniform(0, 0.06)
    edge = top + rise * (2 * np.abs(np.linspace(-1, 1, width)) ** 2 - 1)
    cover[np.arange(height)[:, None] > edge[None, :]] = 1
    return _covered(image, cover, np.full(np.shape(image[0, 0]), random.uniform(20, 235)))


def glasses(image: Image, darkness_percent: float, random: np.random.Generator) -> Image:
    """Glasses: two lenses over the eyes, darkened by this share, or with the glare of a window by lot."""
    height, width = image.shape[:2]
    cover = np.zeros((height, width), np.float32)
    size = random.uniform(0.13, 0.18)
    for x in (0.318, 0.682):
        centre = ((x + random.uniform(-0.02, 0.02)) * width, (0.4 + random.uniform(-0.02, 0.02)) * height)
        cv2.ellipse(cover, (centre, (2 * size * width, 1.6 * size * height), 0), 1.0, -1, cv2.LINE_AA)
    tone = random.choice((15.0, 245.0))
    return _covered(image, cover * (darkness_percent / 100), np.full(np.shape(image[0, 0]), tone))


CORRUPTIONS: tuple[Corruption, ...] = (
    Corruption("blur", "sigma in % of the face's side", (1, 2, 4, 6), (0, 50), blur),
    Corruption("motion", "length in % of the face's side", (4, 8, 12, 18), (0, 50), motion),
    Corruption("noise", "deviation in grey levels of 255", (8, 16, 32, 48), (0, 255), noise),
    Corruption("dim room", "% of the light gone, amplified", (60, 80, 90, 95), (0, 99), dim_room),
    Corruption("darkness", "% of the light gone", (40, 60, 75, 90), (0, 100), darkness),
    Corruption("glare", "% more light than fits", (30, 60, 100, 150), (0, 1000), glare),
    Corruption("side light", "% less light on the far side", (40, 60, 80, 90), (0, 100), side_light),
    Corruption("low resolution", "shrunk by this factor", (1.5, 2, 3, 4), (1, 24), low_resolution),
    Corruption("compression", "100 less JPEG's quality", (50, 70, 80, 90), (0, 99), compression),
    Corruption("video", "half the pixels, 100 less JPEG's quality", (30, 50, 70, 80), (0, 99), video),
    Corruption("rotation", "degrees, left or right", (10, 20, 30, 45), (0, 180), rotation),
    Corruption("misplaced", "landmarks off by % of the side", (3, 6, 9, 12), (0, 50), misplaced),
    Corruption("occlusion", "% of the face covered", (5, 10, 20, 35), (0, 100), occlusion),
    Corruption("hand", "% of the face covered by a hand or hair", (5, 10, 20, 30), (0, 60), hand),
    Corruption("mask", "% of the face covered from below", (20, 30, 40, 48), (0, 100), mask),
    Corruption("glasses", "% of darkening or glare on the eyes", (30, 50, 70, 90), (0, 100), glasses),
)


def _whole_levels(values: NDArray[np.floating]) -> Image:
    return np.asarray(np.rint(np.clip(values, 0, FULL)), np.uint8)


def _turn(image: Image, degrees: float, scale: float = 1.0) -> NDArray[np.float64]:
    height, width = image.shape[:2]
    return np.asarray(
        cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, scale), np.float64
    )


def _moved(image: Image, matrix: NDArray[np.float64]) -> Image:
    height, width = image.shape[:2]
    moved = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


def _covered(image: Image, cover: NDArray[np.float32], tone: NDArray[np.floating]) -> Image:
    """`tone` laid over the image where `cover` (float32 [h, w] in [0, 1]) says."""
    opacity = cover if image.ndim == 2 else cover[:, :, None]
    return _whole_levels(image * (1 - opacity) + opacity * tone)
