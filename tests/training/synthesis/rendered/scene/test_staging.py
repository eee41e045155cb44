"""How people are shown: what was asked for decides, chance varies it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.people.appearance import Appearance
from training.synthesis.rendered.scene.staging import (
    draw_lens,
    draw_view,
    obstruct,
    sample_backdrop,
    sample_film,
    sample_light,
)
from training.synthesis.rendered.scene.values import Light
from training.synthesis.request import Angle, Blur, Lighting, Obstruction

SEEDS = st.integers(0, 5000)


def turn_seen(angle: Angle, seed: int) -> tuple[float, float]:
    """How far the face is turned away from the camera: yaw and pitch in degrees."""
    view = draw_view(angle, np.random.default_rng(seed))
    x, y, z = view.camera.position
    yaw = np.rad2deg(np.arctan2(x, z + 0.4))
    pitch = np.rad2deg(np.arctan2(y + 0.3, np.hypot(x, z + 0.4)))
    return view.yaw_degrees - yaw, view.pitch_degrees - pitch


@given(SEEDS)
def test_angles_are_seen_as_asked(seed: int) -> None:
    assert 20.0 < abs(turn_seen(Angle.SIDE, seed)[0]) < 60.0
    assert turn_seen(Angle.TOP_DOWN, seed)[1] < -8.0
    assert turn_seen(Angle.BOTTOM_UP, seed)[1] > 8.0


@given(SEEDS)
def test_bright_faces_are_exposed_higher_than_dim_ones(seed: int) -> None:
    bright, low = (
        sample_light(lighting, np.random.default_rng(seed))[1] for lighting in (Lighting.BRIGHT, Lighting.LOW)
    )
    assert bright > low


@given(SEEDS)
def test_shadows_are_harder_where_they_were_asked_for(seed: int) -> None:
    light, _ = sample_light(Lighting.SHADOWY, np.random.default_rng(seed))
    assert isinstance(light, Light)
    assert np.mean(light.key) > 4.0 * np.mean(light.sky_top)


@given(SEEDS)
def test_blur_grows_as_asked(seed: int) -> None:
    none, slight, moderate = (
        draw_lens(blur, Lighting.BRIGHT, 64.0, 0.0, np.random.default_rng(seed)) for blur in Blur
    )
    assert none.blur_px < 0.5
    assert max(none.blur_px, none.motion_px) < max(slight.blur_px, slight.motion_px)
    assert not any(lens.grey for lens in (none, slight, moderate))


@pytest.mark.parametrize("obstruction", Obstruction)
def test_what_hides_the_face_is_there_and_nothing_else(obstruction: Obstruction) -> None:
    for seed in range(10):
        look, accessories = obstruct(obstruction, Appearance(), np.random.default_rng(seed))
        worn = obstruction in (Obstruction.HANDS, Obstruction.GLASSES, Obstruction.MASK)
        assert bool(accessories) == worn
        assert (look != Appearance()) == (obstruction is Obstruction.HAIR)


@given(st.sampled_from(Lighting), SEEDS)
def test_backdrops_and_films_are_drawable(lighting: Lighting, seed: int) -> None:
    rng = np.random.default_rng(seed)
    behind = sample_backdrop(lighting, rng).image(24, 32)
    assert behind.shape == (32, 24, 3)
    assert np.isfinite(behind).all()
    assert behind.min() >= 0.0
    assert 0.0 < (sample_film(0.3, Appearance().skin, rng).face_luminance or 0.0) <= 0.3
