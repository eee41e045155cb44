from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import FaceBox, HeadPose
from recognizer.capture import VideoSource
from recognizer.crop import align
from recognizer.faces import Face, FaceFinder
from recognizer.frames import Image
from recognizer.quality import (
    inside_score,
    light_score,
    pose_score,
    quality,
    ramp,
    sharpness_score,
    size_score,
)

FRAME = (360, 640)


@pytest.fixture(scope="module")
def real_face(smiling_clip: Path, face_model: Path) -> tuple[Face, Image]:
    with VideoSource(smiling_clip) as clip, FaceFinder(face_model) as finder:
        frame = clip.read()
        assert frame is not None
        (face,) = finder.find(frame)
    return face, align(frame.image, face.landmarks_px)


def test_a_near_sharp_frontal_well_lit_face_is_trusted(real_face: tuple[Face, Image]) -> None:
    assert quality(*real_face, FRAME) == 1


def test_the_verdict_hardly_depends_on_the_models_crop(smiling_clip: Path, face_model: Path) -> None:
    with VideoSource(smiling_clip) as clip, FaceFinder(face_model) as finder:
        frame = next(iter(clip))
        (face,) = finder.find(frame)
    dark = np.asarray(cv2.GaussianBlur(frame.image, (0, 0), 2) // 3, np.uint8)
    scores = [
        quality(face, align(dark, face.landmarks_px, size_px, colour), FRAME)
        for size_px in (48, 112)
        for colour in ("grey", "bgr")
    ]
    assert 0 < scores[0] < 1
    assert scores == pytest.approx([scores[0]] * 4, abs=0.1)


def test_the_worst_aspect_decides(real_face: tuple[Face, Image]) -> None:
    face, crop = real_face
    turned = replace(face, pose=HeadPose(50, 0, 0))
    assert quality(turned, crop, FRAME) == pose_score(turned.pose) < 1
    blurred = np.asarray(cv2.GaussianBlur(crop, (0, 0), 3), np.uint8)
    assert quality(face, blurred, FRAME) == sharpness_score(blurred) < 0.2
    dark = crop // 10
    assert quality(face, dark, FRAME) <= light_score(dark) < 0.5


def test_trust_falls_with_blur(real_face: tuple[Face, Image]) -> None:
    crop = real_face[1]
    blurred = [
        sharpness_score(np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.uint8))
        for sigma in (1, 1.5, 2, 3)
    ]
    assert blurred == sorted(blurred, reverse=True)
    assert sharpness_score(crop) == 1


def test_faces_of_a_few_pixels_count_nothing() -> None:
    assert [size_score(FaceBox(0, 0, side, side)) for side in (10, 40, 200)] == [0, 0.5, 1]


def test_black_blinding_and_flat_images_count_nothing() -> None:
    for value in (0, 128, 255):
        flat = np.full((48, 48), value, np.uint8)
        assert light_score(flat) == 0
        assert sharpness_score(flat) == 0


def test_a_profile_counts_nothing_and_a_tilted_head_counts_fully() -> None:
    assert pose_score(HeadPose(-80, 0, 0)) == 0
    assert pose_score(HeadPose(0, 0, 60)) == 1


def test_a_face_half_out_of_the_frame_counts_nothing() -> None:
    assert inside_score(FaceBox(-50, 0, 100, 100), FRAME) == 0
    assert inside_score(FaceBox(0, 0, 100, 100), FRAME) == 1
    assert inside_score(FaceBox(700, 0, 100, 100), FRAME) == 0
    assert inside_score(FaceBox(0, 0, 0, 0), FRAME) == 0


@given(st.floats(-1e6, 1e6))
def test_a_ramp_stays_between_0_and_1_and_may_fall(value: float) -> None:
    assert 0 <= ramp(value, 10, 50) <= 1
    assert ramp(value, 10, 50) == pytest.approx(1 - ramp(value, 50, 10), abs=1e-9)
