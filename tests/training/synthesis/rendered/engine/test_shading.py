"""From light to a picture: scattering, film and encoding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.engine.renderer import GBuffer
from training.synthesis.rendered.engine.shading import (
    SCATTER_WEIGHTS,
    Film,
    develop,
    encode,
    exposure_for,
    picture,
    scatter,
)


def skin_light(values: np.ndarray, amount: float = 1.0) -> np.ndarray:
    """Irradiance [h,w,4] with the same scattering everywhere."""
    return np.concatenate([values, np.full((*values.shape[:2], 1), amount)], axis=-1).astype(np.float32)


def test_even_light_stays_even_under_the_skin() -> None:
    light = skin_light(np.full((40, 40, 3), 0.7))
    assert np.allclose(scatter(light, px_per_mm=2.0), 0.7, atol=1e-3)


def test_light_bleeds_into_shadow_red_first() -> None:
    values = np.zeros((40, 40, 3))
    values[:, 20:] = 1.0
    bled = scatter(skin_light(values), px_per_mm=2.0)[20, 16]
    assert bled[0] > bled[1] > bled[2] >= 0.0


def test_what_does_not_scatter_is_left_alone() -> None:
    values = np.random.default_rng(0).random((40, 40, 3))
    assert np.allclose(scatter(skin_light(values, amount=0.0), px_per_mm=2.0), values, atol=1e-6)


def test_the_skin_makes_no_light() -> None:
    assert all(sum(weights) <= 1.0 for weights in SCATTER_WEIGHTS)


@given(st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_more_light_never_gets_darker(first: float, second: float) -> None:
    shades = develop(
        np.array([[[low] * 3 for low in sorted((first, second))]], dtype=np.float32), Film(), 1.0
    )
    assert shades[0, 0, 0] <= shades[0, 1, 0] + 1e-6
    assert shades.min() >= 0.0
    assert shades.max() <= 1.0


def test_the_camera_exposes_for_the_skin_and_not_for_what_is_round_it() -> None:
    linear = np.full((8, 8, 3), 0.1, dtype=np.float32)
    linear[:, 4:] = 5.0
    skin = np.zeros((8, 8), dtype=np.float32)
    skin[:, :4] = 1.0
    assert exposure_for(linear, skin, Film(face_luminance=0.4)) == pytest.approx(4.0, rel=1e-3)
    assert exposure_for(linear, skin, Film(exposure=1.5)) == 1.5


def test_encoding_follows_srgb() -> None:
    assert encode(np.array([[[0.0, 0.2140, 1.0]]], dtype=np.float32))[0, 0].tolist() == [255, 127, 0]


def test_the_backdrop_shows_where_nothing_is() -> None:
    empty = np.zeros((48, 64, 4), dtype=np.float32)
    wall = np.full((48, 64, 3), 0.3, dtype=np.float32)
    image = picture(GBuffer(empty, empty, empty[..., :3]), wall, Film(), 1.0, (32, 24))
    assert image.shape == (24, 32, 3)
    assert image.std() == pytest.approx(0.0, abs=1e-6)
    assert 60 < image.mean() < 200
