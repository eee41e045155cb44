"""Blurred faces become sharper, dark ones get all grey values, and a face that needs nothing is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recognizer.clean import EQUALISE, clean, sharpness

FACES = arrays(np.uint8, st.sampled_from([(48, 48), (37, 50), (48, 48, 3), (112, 112, 3)]))


def face() -> NDArray[np.uint8]:
    """A grey disc with two eyes and a mouth."""
    image = np.full((48, 48), 90, np.uint8)
    cv2.circle(image, (24, 24), 20, 170, -1)
    for x in (16, 32):
        cv2.circle(image, (x, 18), 3, 30, -1)
    cv2.ellipse(image, (24, 34), (9, 4), 0, 0, 180, 20, 2)
    return image


@given(FACES, st.sampled_from(EQUALISE), st.none() | st.floats(1, 1e4))
def test_a_face_keeps_its_shape_and_kind_and_is_not_written_to(
    image: NDArray[np.uint8], equalise: str, sharpen_below: float | None
) -> None:
    before = image.copy()
    cleaned = clean(image, equalise, sharpen_below)
    assert cleaned.shape == image.shape
    assert cleaned.dtype == np.uint8
    assert np.array_equal(image, before)


def test_asking_for_nothing_gives_the_same_array_back() -> None:
    image = face()
    assert clean(image) is image


def test_a_blurred_face_is_sharpened_and_a_sharp_one_is_not() -> None:
    sharp = face()
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2), np.uint8)
    limit = (sharpness(sharp) + sharpness(blurred)) / 2
    assert sharpness(clean(blurred, sharpen_below=limit)) > 1.3 * sharpness(blurred)
    assert np.array_equal(clean(sharp, sharpen_below=limit), sharp)


@pytest.mark.parametrize("equalise", ["global", "adaptive"])
def test_a_dark_face_gets_more_contrast(equalise: str) -> None:
    dark = np.asarray(face() // 4, np.uint8)
    assert clean(dark, equalise).std() > 1.3 * dark.std()


def test_global_equalisation_spans_all_grey_values() -> None:
    cleaned = clean(np.asarray(face() // 4 + 60, np.uint8), "global")
    assert (cleaned.min(), cleaned.max()) == (0, 255)


def test_colours_stay_while_the_light_changes() -> None:
    reddish = np.dstack([face() // 4, face() // 4, face() // 2]).astype(np.uint8)
    cleaned = clean(reddish, "global").astype(int)
    assert (cleaned[20:28, 20:28, 2] > cleaned[20:28, 20:28, 0]).all()
    assert cleaned.std() > reddish.std()


def test_an_unknown_equalisation_is_refused() -> None:
    with pytest.raises(ValueError, match="none, global, adaptive"):
        clean(face(), "local")
