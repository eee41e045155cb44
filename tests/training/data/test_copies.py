"""Near copies between splits are found, however they were brightened."""

from __future__ import annotations

import numpy as np

from tests.data import outside
from tests.training.drawn_faces import drawn_faces
from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest


def test_a_brightened_copy_is_a_copy_and_noise_is_not() -> None:
    faces = drawn_faces(1).images
    brightened = np.asarray(faces[:3] // 2 + 60, np.uint8)
    noise = np.random.default_rng(0).integers(0, 255, (3, 48, 48)).astype(np.uint8)
    assert (correlation_to_nearest(brightened, faces) > 0.99).all()
    assert (correlation_to_nearest(noise, faces) < 0.2).all()


def test_flat_images_and_empty_sets_do_no_harm() -> None:
    flat = np.full((2, 48, 48), 7, np.uint8)
    assert (correlation_to_nearest(flat, flat) == 0).all()
    assert correlation_to_nearest(flat[:0], flat).shape == (0,)


def test_it_agrees_with_the_marks_of_the_packed_data() -> None:
    packed = np.load(outside("fer2013.npz"))
    marked = packed["max_corr_to_train"][packed["split"] == "private"]
    assert (marked <= NEAR_COPY_CORRELATION).sum() == 3_075
