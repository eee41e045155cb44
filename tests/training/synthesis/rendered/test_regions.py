"""Where things are on the face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered import regions

DENSITIES = [
    regions.brow,
    regions.scalp,
    regions.cheeks,
    regions.eye_sockets,
    regions.oily_zone,
    regions.beard,
]
WRINKLES = [regions.frown_wrinkles, regions.cheek_folds, regions.eye_folds]
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
