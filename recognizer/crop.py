"""Face alignment: from landmarks to the model's input, framed like the images that the model was trained on.

The crop is a similarity transform (turn, scale, shift; no shear) that brings eyes and mouth to where they lie in a
median FER2013 training image. Training passes its images through the same `to_input`, so that the model sees at
run time what it saw in training. All positions are measured from an image's upper left corner, not from the first
pixel's centre.
"""

from __future__ import annotations

import math
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.card import InputSpec
from recognizer.clean import clean
from recognizer.frames import Image

FACE_SIZE_PX = 48
"""Side of a FER2013 image, and of a crop unless the model wants another."""

TEMPLATE: NDArray[np.float64] = np.array([(0.3178, 0.3972), (0.6822, 0.3972), (0.5, 0.7704)])
"""Left eye, right eye and mouth in the image, as fractions of its side.

Medians over the 3,732 of 4,101 FER2013 training images (and their mirror images) in which a face was found; half of
the images lie within 0.03 to 0.04 of them. Measured by `python -m training.measure_template`.
"""

# Landmarks whose mean is the eye on the image's left, the one on its right, and the mouth: the corners of each.
# They move less with gaze, blinking and speech than irises, lids and lips do.
ANCHORS: tuple[tuple[int, ...], ...] = ((33, 133), (362, 263), (61, 291))

MAX_OVERSAMPLING = 64


def anchors_of(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """Left eye, right eye and mouth [3, 2] from landmarks [478, 2], in the same unit."""
    return np.array([landmarks[list(corners)].mean(axis=0) for corners in ANCHORS], np.float64)


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 2x3 matrix that brings the points `source` [n, 2] to `target` [n, 2] with the least squared error.

    Turn, scale and shift only: never mirrored. Raises ValueError when all source points are the same.
    """
    # With points as complex numbers a similarity is z -> turn * z + shift, and least squares has a closed form.
    z, w = (points @ np.array([1, 1j]) for points in (source, target))
    spread = np.vdot(z - z.mean(), z - z.mean()).real
    if spread <= 0:
        raise ValueError("a face whose eyes and mouth lie in one point cannot be aligned")
    turn = np.vdot(z - z.mean(), w - w.mean()) / spread
    shift = w.mean() - turn * z.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def covered(to_crop: NDArray[np.float64]) -> float:
    """How many of the source's units one unit of the target spans, for a matrix of `similarity`."""
    return 1 / math.hypot(to_crop[0, 0], to_crop[1, 0])


def align(
    image_bgr: Image,
    landmarks_px: NDArray[np.floating],
    size_px: int = FACE_SIZE_PX,
    colour: Literal["grey", "bgr"] = "grey",
    template: NDArray[np.float64] = TEMPLATE,
) -> NDArray[np.uint8]:
    """Aligned crop of a face: upright, with eyes and mouth where `template` has them.

    Grey uint8 [size_px, size_px], or BGR uint8 [size_px, size_px, 3]. `landmarks_px` is [478, 2] in pixels of
    `image_bgr`. Each pixel of a big face's crop is the mean of the area it covers, so that fine detail does not turn
    into false patterns. Beyond the frame its edge is repeated.
    """
    to_crop = similarity(anchors_of(landmarks_px), template * size_px)
    pixels_per_pixel = covered(to_crop)
    oversampling = min(MAX_OVERSAMPLING, max(1, math.ceil(pixels_per_pixel)))
    side = size_px * oversampling
    big = cv2.warpAffine(
        image_bgr,
        _between_pixel_centres(to_crop * oversampling),
        (side, side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    small = cv2.resize(big, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if colour == "grey" else small, np.uint8)


def crop_for(spec: InputSpec, image_bgr: Image, landmarks_px: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Aligned crop at the size and in the colours that a model takes: grey uint8 [s, s] or BGR uint8 [s, s, 3].

    s is the longer side of the model's input; `to_input` does the rest.
    """
    template = np.array(spec.anchors) if spec.anchors else TEMPLATE
    colour: Literal["grey", "bgr"] = "grey" if spec.colour == "grey" else "bgr"
    return align(image_bgr, landmarks_px, max(spec.size_px), colour, template)


def to_input(faces: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.float32]:
    """Input tensor of a batch of faces: float32 [n, c, h, w] or [n, h, w, c] by its layout.

    `faces` is uint8, grey [n, height, width] or BGR [n, height, width, 3], of any size; they are resized, brought
    to the model's colours, cleaned as it asks, and each channel becomes `(pixel * scale - mean) / std`.
    Raises ValueError for another shape or kind of array.
    """
    if faces.dtype != np.uint8 or faces.ndim not in (3, 4) or (faces.ndim == 4 and faces.shape[3] != 3):
        raise ValueError(f"faces must be uint8 [n, h, w] or [n, h, w, 3], not {faces.dtype} {faces.shape}")
    batch = np.empty((len(faces), *spec.size_px, spec.channels), np.float32)
    for index, face in enumerate(faces):
        batch[index] = _coloured(_resized(face, spec), spec)
    mean, std = np.array(spec.mean, np.float32), np.array(spec.std, np.float32)
    batch = (batch * np.float32(spec.scale) - mean) / std
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2)) if spec.layout == "NCHW" else batch


def _between_pixel_centres(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same transform for OpenCV, which counts from the first pixel's centre instead of its corner."""
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return shifted


def _resized(face: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    height, width = spec.size_px
    if face.shape[:2] == (height, width):
        return face
    smaller = height < face.shape[0] or width < face.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(face, (width, height), interpolation=how), np.uint8)


def _coloured(face: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """[h, w, channels] in the model's colours, cleaned."""
    if face.ndim == 3 and spec.colour == "grey":
        face = np.asarray(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), np.uint8)
    face = clean(face, spec.equalise, spec.sharpen_below)
    if face.ndim == 2:
        return np.repeat(face[:, :, None], spec.channels, axis=2)
    return face[:, :, ::-1] if spec.colour == "rgb" else face
