"""The measurement of recognition, on heads that are known to differ."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.recognising import distances, equal_error, errors, halves
from recognizer.face_shape import Shape, shape_of
from tests.player.people.faces import face, head


def pictures(people: int, noise: float) -> list[list[Shape]]:
    """Six pictures of each of so many people."""
    return [
        [shape_of(face(head(who), noise=noise, turn_degrees=3.0 * n, seed=10 * who + n)) for n in range(6)]
        for who in range(people)
    ]


def test_clear_pictures_of_different_heads_make_no_errors() -> None:
    measured = errors(pictures(6, noise=0.0005), seed=0)
    assert measured["equal_error"] == 0
    assert measured["known_again"] == 1
    assert measured["stranger_named"] == 0
    assert measured["own_median"] < measured["others_median"]


def test_pictures_that_tell_nothing_make_as_many_errors_as_guessing() -> None:
    nobody = [
        [shape_of(face(head(1), noise=0.05, seed=100 * who + n)) for n in range(4)] for who in range(12)
    ]
    assert 0.35 < errors(nobody, seed=0)["equal_error"] < 0.65


def test_everybody_is_compared_with_themselves_once_and_with_all_others() -> None:
    own, others = distances(halves(pictures(4, noise=0.002), np.random.default_rng(0)))
    assert (len(own), len(others)) == (4, 12)
    assert own.max() < others.min()


@pytest.mark.parametrize(
    ("own", "others", "error"), [([1.0, 2.0], [3.0, 4.0], 0.0), ([1.0, 3.0], [2.0, 4.0], 0.5)]
)
def test_the_equal_error_is_where_both_kinds_meet(
    own: list[float], others: list[float], error: float
) -> None:
    assert equal_error(np.array(own), np.array(others)) == pytest.approx(error)
