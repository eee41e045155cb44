"""Fitting how shapes are compared: people who differ come apart, pictures of one person together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.people.face_matching import Metric
from recognizer.affect import EMOTIONS
from recognizer.face_shape import SHAPE_SIZE, Shape, shape_of
from tests.player.people.faces import face, head
from training.errors import DataError
from training.face_shape import DIRECTIONS, FIRST_SEED, fitted, main, person, save


def pictures(who: int, count: int) -> list[Shape]:
    return [
        shape_of(face(head(who), noise=0.05, turn_degrees=2.0 * n, seed=100 * who + n)) for n in range(count)
    ]


def test_people_who_were_not_fitted_come_apart(tmp_path: Path) -> None:
    reference, directions = fitted([pictures(who, 6) for who in range(30)])
    assert reference.shape == (SHAPE_SIZE,)
    assert directions.shape == (SHAPE_SIZE, DIRECTIONS)
    metric = Metric(reference, directions)
    new = [pictures(who, 2) for who in range(40, 52)]
    own = [metric.distance(*two) for two in new]
    others = [metric.distance(one[0], other[1]) for one in new for other in new if one is not other]
    assert np.median(own) < 0.7 * np.median(others)
    save(tmp_path / "metric.npz", reference, directions)
    with np.load(tmp_path / "metric.npz") as stored:
        np.testing.assert_allclose(stored["directions"], directions, rtol=1e-5)


def test_one_person_has_every_emotion_and_one_seed_and_the_next_one_another() -> None:
    first, second = person(0), person(1)
    assert [each.emotion for each in first] == list(EMOTIONS)
    assert {each.seed for each in first} == {FIRST_SEED}
    assert {each.seed for each in second} == {FIRST_SEED + 1}
    assert len({(each.age_group, each.gender, each.ethnicity) for each in first}) == 1


def test_too_few_people_are_refused() -> None:
    with pytest.raises(DataError, match="too few"):
        fitted([pictures(who, 4) for who in range(5)])


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.face_shape.rendered", lambda count: [pictures(who, 4) for who in range(25)])
    assert main(["--out", str(tmp_path / "nowhere" / "x.npz")]) == 1
