"""How far one face image can be trusted: from its size, sharpness, light, pose, and how much of it is in the frame.

Each aspect is a ramp from 0 (useless) to 1 (good). The worst one decides: a sharp face seen from the side is no
better than its pose. The limits are engineering judgement, tried on test clips, not fitted to data.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.affect import FaceBox, HeadPose
from recognizer.crop import FACE_SIZE_PX
from recognizer.faces import Face

FACE_SIZE_LIMITS_PX = (20.0, 60.0)
"""Below 20 px there are fewer pixels than the crop needs for a mouth; from 60 px on the 48 px crop is full."""

SHARPNESS_LIMITS = (0.05, 0.25)
"""Standard deviation of the crop's Laplacian relative to its contrast.

FER2013's training images have 0.85 in the median; 0.26 after a Gaussian blur of 1 px, 0.05 after one of 5 px.
"""

BRIGHTNESS_LIMITS = (10.0, 50.0)
"""Mean grey value (0 to 255) of a dark face; a blinding one is judged by its distance from 255."""

CONTRAST_LIMITS = (5.0, 25.0)
"""Standard deviation of the crop's grey values."""

TURN_LIMITS_DEGREES = (65.0, 30.0)
"""Yaw or pitch at which nothing is left, and up to which a face counts as frontal."""

INSIDE_LIMITS = (0.5, 0.95)
"""Share of the box inside the frame."""


def quality(face: Face, crop: NDArray[np.uint8], frame_size_px: tuple[int, int]) -> float:
    """Trust in [0, 1] in what a model reads from `crop` (uint8, grey or BGR, as `align` gives it).

    `frame_size_px` is (height, width) of the frame that the face was found in.
    """
    crop = as_judged(crop)
    return min(
        size_score(face.box),
        sharpness_score(crop),
        light_score(crop),
        pose_score(face.pose),
        inside_score(face.box, frame_size_px),
    )


def as_judged(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Any crop as the grey one of 48 px for which the limits were found: the model must not change the verdict."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) if crop.ndim == 3 else crop
    if grey.shape == (FACE_SIZE_PX, FACE_SIZE_PX):
        return np.asarray(grey, np.uint8)
    return np.asarray(cv2.resize(grey, (FACE_SIZE_PX, FACE_SIZE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def size_score(box: FaceBox) -> float:
    """1 where the face has at least as many pixels as its crop."""
    return ramp(max(0.0, min(box.width_px, box.height_px)), *FACE_SIZE_LIMITS_PX)


def sharpness_score(crop: NDArray[np.uint8]) -> float:
    """1 for a sharp image, 0 for one blurred beyond use, whatever its contrast."""
    contrast = float(crop.std())
    edges = float(cv2.Laplacian(crop, cv2.CV_32F).std())
    return ramp(edges / contrast, *SHARPNESS_LIMITS) if contrast > 0 else 0.0


def light_score(crop: NDArray[np.uint8]) -> float:
    """1 for a face that is neither dark, nor blinding, nor flat."""
    brightness = float(crop.mean())
    dark = ramp(brightness, *BRIGHTNESS_LIMITS)
    blinding = ramp(255 - brightness, *BRIGHTNESS_LIMITS)
    return min(dark, blinding, ramp(float(crop.std()), *CONTRAST_LIMITS))


def pose_score(pose: HeadPose) -> float:
    """1 for a frontal face; roll does not count, since the crop turns the face upright."""
    return ramp(max(abs(pose.yaw_degrees), abs(pose.pitch_degrees)), *TURN_LIMITS_DEGREES)


def inside_score(box: FaceBox, frame_size_px: tuple[int, int]) -> float:
    """1 where nearly the whole box lies in the frame of (height, width)."""
    height, width = frame_size_px
    across = min(box.left_px + box.width_px, width) - max(box.left_px, 0.0)
    down = min(box.top_px + box.height_px, height) - max(box.top_px, 0.0)
    if box.area_px <= 0:
        return 0.0
    return ramp(max(0.0, across) * max(0.0, down) / box.area_px, *INSIDE_LIMITS)


def ramp(value: float, zero_at: float, one_at: float) -> float:
    """0 at and beyond `zero_at`, 1 at and beyond `one_at`, straight between; the two may lie in either order."""
    return min(1.0, max(0.0, (value - zero_at) / (one_at - zero_at)))
