"""Where things are on the face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.geometry import regions

DENSITIES = [
    regions.brow,
    regions.scalp,
    regions.cheeks,
    regions.eye_sockets,
    regions.oily_zone,
    regions.beard_jaw,
    regions.beard_chin,
    regions.moustache,
    regions.face_front,
]
WRINKLES = [regions.frown_wrinkles, regions.cheek_folds, regions.eye_folds, regions.nose_lines]
POSITIONS = st.tuples(st.floats(-1.0, 1.0), st.floats(5.5, 8.6), st.floats(-0.8, 1.7)).map(
    lambda xyz: np.array([xyz], dtype=np.float64)
)


@pytest.mark.parametrize("region", DENSITIES)
@given(position=POSITIONS)
def test_densities_are_symmetric_and_in_range(
    region: Callable[..., np.ndarray], position: np.ndarray
) -> None:
    mirrored = position * np.array([-1.0, 1.0, 1.0])
    assert region(position) == pytest.approx(region(mirrored))
    assert 0.0 <= region(position)[0] <= 1.9


@pytest.mark.parametrize("wrinkle", WRINKLES)
@given(position=POSITIONS)
def test_wrinkles_are_symmetric(wrinkle: Callable[..., np.ndarray], position: np.ndarray) -> None:
    assert wrinkle(position) == pytest.approx(wrinkle(position * np.array([-1.0, 1.0, 1.0])))


def test_brows_are_above_the_eyes_and_hair_above_the_forehead() -> None:
    eye_x, eye_y, eye_z = regions.EYE_CENTRE
    over_the_eye = np.array([[eye_x, eye_y + 0.22, eye_z + 0.1]])
    on_the_eye = np.array([[eye_x, eye_y, eye_z + 0.1]])
    assert regions.brow(over_the_eye)[0] > 0.5
    assert regions.brow(on_the_eye)[0] < 0.01
    forehead, crown = np.array([[0.0, 7.7, 1.3]]), np.array([[0.0, 8.4, 0.6]])
    assert regions.scalp(forehead)[0] == 0.0
    assert regions.scalp(crown)[0] == pytest.approx(1.0)


def test_a_receding_hairline_bares_the_forehead_and_then_the_crown() -> None:
    temple, crown = np.array([[0.40, 7.92, 1.0]]), np.array([[0.0, 8.35, 0.3]])
    full, receding, bald = (
        [float(regions.scalp(place, 0.12, recession)[0]) for place in (temple, crown)]
        for recession in (0.0, 0.5, 1.0)
    )
    assert full[0] > 0.5 > receding[0]
    assert receding[1] > 0.5 > bald[1]
