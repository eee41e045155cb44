from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.capture import VideoSource
from recognizer.card import InputSpec
from recognizer.crop import (
    ANCHORS,
    FACE_SIZE_PX,
    TEMPLATE,
    align,
    anchors_of,
    crop_for,
    similarity,
    to_input,
)
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from tests.recognizer.models import GREY_48

FACE_AT = np.array([(300.0, 200.0), (400.0, 200.0), (350.0, 300.0)])


def landmarks(anchors: NDArray[np.float64]) -> NDArray[np.float32]:
    """Landmarks of which only eyes and mouth are set."""
    points = np.zeros((478, 2), np.float32)
    for corners, place in zip(ANCHORS, anchors, strict=True):
        points[list(corners)] = place
    return points


def moved(
    points: NDArray[np.float64], degrees: float, scale: float, x: float, y: float
) -> NDArray[np.float64]:
    """The points turned, scaled and shifted."""
    c, s = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    return np.asarray(points @ np.array([[c, s], [-s, c]]) + (x, y))


@given(st.floats(-180, 180), st.floats(0.1, 20), st.floats(-500, 500), st.floats(-500, 500))
def test_similarity_undoes_any_turn_scale_and_shift(degrees: float, scale: float, x: float, y: float) -> None:
    source = moved(TEMPLATE, degrees, scale, x, y)
    matrix = similarity(source, TEMPLATE)
    assert source @ matrix[:, :2].T + matrix[:, 2] == pytest.approx(TEMPLATE, abs=1e-6)


def test_similarity_never_mirrors() -> None:
    mirrored = TEMPLATE * (-1, 1)
    assert np.linalg.det(similarity(mirrored, TEMPLATE)[:, :2]) > 0


def test_points_in_one_place_cannot_be_aligned() -> None:
    with pytest.raises(ValueError, match="one point"):
        similarity(np.ones((3, 2)), TEMPLATE)


def test_anchors_are_left_eye_right_eye_and_mouth() -> None:
    assert anchors_of(landmarks(FACE_AT)) == pytest.approx(FACE_AT)


def test_the_template_is_an_upright_face_in_the_middle() -> None:
    (left, right, mouth), mirrored = TEMPLATE, TEMPLATE[[1, 0, 2]] * (-1, 1) + (1, 0)
    assert left[0] < mouth[0] < right[0]
    assert left[1] < mouth[1]
    assert mirrored == pytest.approx(TEMPLATE)


@pytest.mark.parametrize("degrees", [0, 30, -75, 180])
@pytest.mark.parametrize("scale", [30.0, 60.0, 500.0])
def test_eyes_and_mouth_come_to_lie_where_the_template_has_them(degrees: float, scale: float) -> None:
    places = moved(TEMPLATE - 0.5, degrees, scale, 400, 400)
    rows, columns = np.mgrid[:800, :800] + 0.5
    dots = sum(np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (0.05 * scale) ** 2) for x, y in places)
    image = np.repeat(np.uint8(255 * np.asarray(dots)[:, :, None]), 3, axis=2)
    crop = align(image, landmarks(places)).astype(float)
    for x, y in TEMPLATE * FACE_SIZE_PX:
        top, left = int(y) - 4, int(x) - 4
        patch = crop[top : top + 9, left : left + 9]
        rows, columns = np.mgrid[top : top + 9, left : left + 9] + 0.5
        centre = (columns * patch).sum() / patch.sum(), (rows * patch).sum() / patch.sum()
        assert centre == pytest.approx((x, y), abs=0.25)


def test_fine_detail_of_a_big_face_becomes_grey_and_not_a_false_pattern() -> None:
    chequered = np.indices((1200, 1200)).sum(axis=0) % 2 * 255
    image = np.repeat(chequered[:, :, None], 3, axis=2).astype(np.uint8)
    for degrees in (0, 17, 45):
        crop = align(image, landmarks(moved(TEMPLATE, degrees, 600, 250, 250)))
        assert abs(crop[8:40, 8:40].astype(float) - 127.5).max() < 10


def test_beyond_the_frame_its_edge_is_repeated() -> None:
    crop = align(np.full((60, 60, 3), 90, np.uint8), landmarks(moved(TEMPLATE, 0, 100, -50, -50)))
    assert (crop == 90).all()


def test_a_crop_is_grey_and_as_big_as_asked(smiling_image: Image) -> None:
    crop = align(smiling_image, landmarks(FACE_AT), 64)
    assert crop.shape == (64, 64)
    assert crop.dtype == np.uint8


def test_a_colour_crop_is_the_grey_one_before_it_lost_its_colours(smiling_image: Image) -> None:
    colour = align(smiling_image, landmarks(FACE_AT), 112, "bgr")
    assert colour.shape == (112, 112, 3)
    assert (cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY) == align(smiling_image, landmarks(FACE_AT), 112)).all()


@pytest.mark.parametrize("colour", ["grey", "rgb", "bgr"])
@pytest.mark.parametrize("size_px", [(48, 48), (112, 112), (96, 80)])
def test_each_model_gets_a_crop_in_its_own_detail_and_colours(
    smiling_image: Image, colour: str, size_px: tuple[int, int]
) -> None:
    channels = 1 if colour == "grey" else 3
    spec = InputSpec(size_px, channels, "NCHW", colour, 1 / 255, (0.0,) * channels, (1.0,) * channels)
    crop = crop_for(spec, smiling_image, landmarks(FACE_AT))
    side = max(size_px)
    assert crop.shape == ((side, side) if colour == "grey" else (side, side, 3))
    assert to_input(crop[None], spec).shape == (1, channels, *size_px)


def test_the_usual_model_gets_the_usual_crop(smiling_image: Image) -> None:
    assert (
        crop_for(GREY_48, smiling_image, landmarks(FACE_AT)) == align(smiling_image, landmarks(FACE_AT))
    ).all()


def test_a_big_crop_holds_detail_that_a_small_one_has_lost() -> None:
    stripes = np.indices((800, 800)).sum(axis=0) // 4 % 2 * 255
    image = np.repeat(stripes[:, :, None], 3, axis=2).astype(np.uint8)
    places = landmarks(moved(TEMPLATE, 0, 250, 250, 250))
    assert align(image, places, 112).std() > 3 * align(image, places, 48).std()


def test_faces_are_framed_as_the_model_had_them() -> None:
    frame = np.zeros((800, 800, 3), np.uint8)
    anchors = ((0.34, 0.46), (0.66, 0.46), (0.5, 0.82))
    places = moved(TEMPLATE, 0, 400, 200, 200)
    mouth = (round(places[2, 0]), round(places[2, 1]))
    cv2.circle(frame, mouth, 12, (255, 255, 255), -1)
    spec = InputSpec((112, 112), 1, "NCHW", "grey", 1 / 255, (0.0,), (1.0,), anchors=anchors)
    rows, columns = np.nonzero(crop_for(spec, frame, landmarks(places)) > 128)
    assert (columns.mean() / 112, rows.mean() / 112) == pytest.approx(anchors[2], abs=0.03)


def test_faces_are_cleaned_as_the_model_asks() -> None:
    dull = np.random.default_rng(0).integers(100, 120, (2, 48, 48)).astype(np.uint8)
    spec = replace(GREY_48, equalise="global")
    assert to_input(dull, spec).std() > 5 * to_input(dull, GREY_48).std()
    coloured = InputSpec((48, 48), 3, "NCHW", "rgb", 1 / 255, (0.0,) * 3, (1.0,) * 3, equalise="global")
    assert to_input(np.repeat(dull[..., None], 3, axis=3), coloured)[:, 0] == pytest.approx(
        to_input(dull, coloured)[:, 0], abs=0.02
    )


@pytest.fixture(scope="module")
def smiling_image(smiling_clip: Path) -> Image:
    with VideoSource(smiling_clip) as clip:
        return list(clip)[40].image


def test_a_real_face_is_framed_like_the_training_images_however_big_and_turned_it_is(
    face_model: Path, smiling_image: Image
) -> None:
    with FaceFinder(face_model, max_faces=1, consecutive=False) as finder:
        (face,) = finder.find(Frame(smiling_image, 0, 0.0, 0.0))
        crop = align(smiling_image, face.landmarks_px)
        for scale in (0.75, 3.0):
            size = (round(640 * scale), round(360 * scale))
            bigger = np.asarray(cv2.resize(smiling_image, size, interpolation=cv2.INTER_AREA), np.uint8)
            (again,) = finder.find(Frame(bigger, 1, 1.0, 0.0))
            other = align(bigger, again.landmarks_px)
            assert abs(other.astype(float) - crop).mean() < 6
        upright = align(smiling_image, face.landmarks_px, 400)
        margin = cv2.copyMakeBorder(upright, 200, 200, 200, 200, cv2.BORDER_REPLICATE)
        (inside,) = finder.find(Frame(np.repeat(margin[:, :, None], 3, axis=2), 2, 2.0, 0.0))
    assert (anchors_of(inside.landmarks_px) - 200) / 400 == pytest.approx(TEMPLATE, abs=0.04)


def test_our_own_input_is_the_pixels_scaled() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48)).astype(np.uint8)
    batch = to_input(faces, GREY_48)
    assert batch.shape == (3, 1, 48, 48)
    assert batch.dtype == np.float32
    assert batch[:, 0] == pytest.approx(faces / 255)


def test_channels_are_standardised_and_ordered_as_the_card_says() -> None:
    blue = np.zeros((1, 10, 10, 3), np.uint8)
    blue[..., 0] = 255
    spec = InputSpec((20, 30), 3, "NCHW", "rgb", 1 / 255, (0.5, 0.5, 0.0), (0.5, 0.25, 1.0))
    rgb = to_input(blue, spec)
    assert rgb.shape == (1, 3, 20, 30)
    assert rgb[0, :, 0, 0] == pytest.approx([-1.0, -2.0, 1.0])
    bgr = to_input(blue, replace(spec, colour="bgr", layout="NHWC"))
    assert bgr.shape == (1, 20, 30, 3)
    assert bgr[0, 0, 0] == pytest.approx([1.0, -2.0, 0.0])


def test_grey_faces_fill_all_channels_and_coloured_ones_become_grey() -> None:
    colour = InputSpec((48, 48), 3, "NHWC", "rgb", 1 / 255, (0.0,) * 3, (1.0,) * 3)
    assert to_input(np.full((1, 48, 48), 51, np.uint8), colour) == pytest.approx(0.2)
    assert to_input(np.full((2, 96, 96, 3), 51, np.uint8), GREY_48) == pytest.approx(0.2)


def test_no_faces_make_an_empty_batch() -> None:
    assert to_input(np.empty((0, 48, 48), np.uint8), GREY_48).shape == (0, 1, 48, 48)


@pytest.mark.parametrize("shape", [(48, 48), (1, 48, 48, 4), (1, 1, 48, 48)])
def test_what_is_no_stack_of_faces_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="faces must be uint8"):
        to_input(np.zeros(shape, np.uint8), GREY_48)


def test_pixels_that_were_scaled_already_are_refused() -> None:
    with pytest.raises(ValueError, match="float32"):
        to_input(np.zeros((1, 48, 48), np.float32), GREY_48)
