"""Both distances against cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.distances import frechet_distance, kernel_distance, mean_discrepancy

CROSS = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
"""Mean 0 and covariance 2/3 times the identity."""


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 4))
def test_fid_of_shifted_and_scaled_features_is_the_known_formula(x: float, y: float, scale: float) -> None:
    other = scale * CROSS + [x, y]
    deviations = np.sqrt(2 / 3) * np.array([1, scale])
    expected = x * x + y * y + 2 * (deviations[0] - deviations[1]) ** 2
    assert frechet_distance(CROSS, other) == pytest.approx(expected, abs=1e-6)


def test_fid_sees_that_features_hang_together() -> None:
    """For equal means and covariances A = I, B = [[1, r], [r, 1]] it is 4 - 2 (sqrt(1 + r) + sqrt(1 - r))."""
    a = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]) * np.sqrt(3 / 4)
    r = 0.6
    b = a @ np.linalg.cholesky(np.array([[1, r], [r, 1]])).T
    assert frechet_distance(a, b) == pytest.approx(4 - 2 * (np.sqrt(1 + r) + np.sqrt(1 - r)))


def test_fid_survives_fewer_faces_than_features() -> None:
    few = np.random.default_rng(0).normal(size=(5, 40))
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="two faces"):
        frechet_distance(few[:1], few)


def test_the_discrepancy_worked_out_by_hand() -> None:
    """In one dimension the kernel is (xy + 1)^3.

    For {0, 1} and {1, 2}: k(0, 1) = 1 within the first, k(1, 2) = 27 within the second, and across
    k(0, 1) + k(0, 2) + k(1, 1) + k(1, 2) = 1 + 1 + 8 + 27, a mean of 9.25.
    """
    value = mean_discrepancy(np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]]))
    assert value == pytest.approx(1 + 27 - 2 * 9.25)


def test_kid_is_unbiased_and_its_interval_holds_the_truth() -> None:
    """Two samples of one distribution differ by 0: nearly all intervals hold it, and the estimates lie around it."""
    rng = np.random.default_rng(1)
    found = [kernel_distance(rng.normal(size=(120, 4)), rng.normal(size=(120, 4)), 20) for _ in range(60)]
    assert np.mean([distance.low <= 0 <= distance.high for distance in found]) > 0.85
    values = np.array([distance.value for distance in found])
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))
    assert values.min() < 0


def test_kid_tells_other_features_apart() -> None:
    rng = np.random.default_rng(2)
    distance = kernel_distance(rng.normal(size=(200, 4)), rng.normal(1, 1, size=(200, 4)), block=20)
    assert distance.low > 0


def test_kid_of_too_few_faces_is_refused() -> None:
    with pytest.raises(ValueError, match="two blocks of 100"):
        kernel_distance(np.zeros((150, 3)), np.zeros((400, 3)))
