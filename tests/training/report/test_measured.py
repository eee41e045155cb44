"""The pure parts of a report: curves, calibration, robustness, groups, mistakes."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.classify import Classifier
from tests.training.drawn_faces import drawn_faces
from tests.training.report.readers import write_reader
from training.corruptions import CORRUPTIONS, Corruption
from training.evaluation.metrics import score
from training.report.calibration import reliability
from training.report.curves import MACRO, curves
from training.report.groups import group_scores
from training.report.mistakes import THUMBNAIL_PX, most_wrong, thumbnail
from training.report.robustness import corrupted, robustness, sample

SEEDS = st.integers(0, 2**31)


def answers(seed: int, count: int = 200) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 7, count)
    return rng.dirichlet(np.ones(7), count) * 0.7 + 0.3 * np.eye(7)[labels], labels


@given(SEEDS)
def test_drawn_curves_enclose_the_areas_that_are_stated(seed: int) -> None:
    probabilities, labels = answers(seed)
    drawn, scores = curves(probabilities, labels), score(probabilities, labels, rounds=1)
    for emotion, one in scores.per_class.items():
        assert np.trapezoid(drawn.roc[emotion], drawn.grid) == pytest.approx(one.roc_auc, abs=0.02)
        assert np.trapezoid(drawn.precision_recall[emotion], drawn.grid) == pytest.approx(
            one.pr_auc, abs=0.04
        )
    assert np.trapezoid(drawn.roc[MACRO], drawn.grid) == pytest.approx(scores.roc_auc, abs=0.02)


@given(SEEDS)
def test_curves_stay_in_their_square_and_roc_curves_only_rise(seed: int) -> None:
    drawn = curves(*answers(seed, 30))
    for heights in (*drawn.roc.values(), *drawn.precision_recall.values()):
        assert heights.min() >= 0
        assert heights.max() <= 1
    assert all((np.diff(heights) >= 0).all() for heights in drawn.roc.values())


def test_a_perfect_model_has_perfect_curves() -> None:
    drawn = curves(np.eye(7), np.arange(7))
    assert (drawn.precision_recall[MACRO] == 1).all()
    assert (drawn.roc[MACRO] == 1).all()


def test_an_emotion_without_faces_has_no_curve_and_one_alone_no_roc() -> None:
    probabilities, labels = answers(0)
    kept = labels != 1
    assert "disgust" not in curves(probabilities[kept], labels[kept]).precision_recall
    alone = curves(probabilities[:20], np.full(20, 3))
    assert alone.roc == {}
    assert set(alone.precision_recall) == {"happy", MACRO}


@given(SEEDS)
def test_the_reliability_bins_hold_all_faces_and_give_the_stated_error(seed: int) -> None:
    probabilities, labels = answers(seed)
    bins = reliability(probabilities, labels)
    assert sum(one.faces for one in bins) == len(labels)
    error = sum(one.faces * abs(one.confidence - one.accuracy) for one in bins) / len(labels)
    assert error == pytest.approx(score(probabilities, labels, rounds=1).calibration_error)
    for one in bins:
        assert one.low <= one.confidence <= one.high
        assert one.interval_95[0] <= one.accuracy <= one.interval_95[1]


@pytest.mark.parametrize("kind", CORRUPTIONS, ids=lambda kind: str(kind.name))
@pytest.mark.parametrize("shape", [(3, 48, 48), (2, 60, 40, 3)])
def test_a_corruption_is_repeatable_and_keeps_the_shape(kind: Corruption, shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    before = images.copy()
    once, again = (corrupted(images, kind, kind.strengths[1], seed=4) for _ in range(2))
    assert once.dtype == np.uint8
    assert once.shape == shape
    assert np.array_equal(once, again)
    assert np.array_equal(images, before)
    assert not np.array_equal(once, images)


@pytest.mark.parametrize("kind", CORRUPTIONS, ids=lambda kind: str(kind.name))
def test_a_stronger_corruption_changes_more(kind: Corruption) -> None:
    images = drawn_faces(5).images
    changes = [
        np.abs(corrupted(images, kind, strength).astype(int) - images).mean() for strength in kind.strengths
    ]
    assert changes == sorted(changes)


def test_corruptions_do_what_their_units_say() -> None:
    grey = np.full((1, 40, 40), 100, np.uint8)
    by_name = {kind.name: kind for kind in CORRUPTIONS}
    assert (corrupted(grey, by_name["darkness"], 80) == 20).all()
    assert (corrupted(grey, by_name["occlusion"], 25) != 100).mean() == 0.25
    assert corrupted(grey, by_name["noise"], 8).std() == pytest.approx(8, rel=0.1)


def test_robustness_starts_with_the_faces_as_they_are(tmp_path: Path) -> None:
    faces = drawn_faces(2)
    measured = robustness(Classifier.load(write_reader(tmp_path)), faces.images, faces.labels)
    assert (measured[0].name, measured[0].strength) == ("as they are", 0)
    assert len(measured) == 1 + sum(len(kind.strengths) for kind in CORRUPTIONS)
    assert measured[0].accuracy > max(one.accuracy for one in measured if one.strength == 35)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))
def test_a_sample_has_no_face_twice(count: int, most: int, seed: int) -> None:
    rows = sample(count, most, seed)
    assert len(rows) == len(set(rows.tolist())) == min(count, most)
    assert np.array_equal(rows, np.sort(rows))
    assert np.array_equal(rows, sample(count, most, seed))


def test_groups_are_scored_by_themselves_and_the_nameless_left_out() -> None:
    labels = np.array([0, 1, 0, 1, 2])
    probabilities = np.eye(7)[[0, 1, 1, 0, 2]]
    groups = np.array(["cars", "cars", "food", "food", ""])
    cars, food = group_scores(probabilities, labels, groups, np.array([""] * 5))
    assert (cars.name, cars.faces, cars.accuracy, cars.macro_f1) == ("cars", 2, 1.0, 1.0)
    assert (food.name, food.accuracy) == ("food", 0.0)


def test_a_persons_own_interval_is_drawn_from_the_faces() -> None:
    labels = np.zeros(20, np.int64)
    probabilities = np.eye(7)[[0, 1] * 10]
    people = np.array(["ann"] * 20)
    (ann,) = group_scores(probabilities, labels, people, people)
    assert ann.interval_95[0] < ann.accuracy == 0.5 < ann.interval_95[1]


def test_the_surest_wrong_answer_comes_first() -> None:
    probabilities = np.full((4, 7), 0.02)
    for row, (answer, share) in enumerate([(0, 0.88), (1, 0.5), (2, 0.88), (3, 0.7)]):
        probabilities[row, answer] = share
    labels = np.array([0, 0, 0, 0])
    first, second, third = most_wrong(probabilities, labels, np.arange(4))
    assert (first.row, first.answer, first.label, first.confidence) == (2, "fear", "angry", 0.88)
    assert (second.row, third.row) == (3, 1)
    assert most_wrong(probabilities[:2], labels[:2], np.arange(2)) == [third]
    assert most_wrong(probabilities, labels, np.arange(4), most=1) == [first]


@pytest.mark.parametrize("shape", [(48, 48), (300, 200, 3)])
def test_a_thumbnail_is_a_small_png(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    head, _, content = thumbnail(image).partition(",")
    decoded = cv2.imdecode(np.frombuffer(base64.b64decode(content), np.uint8), cv2.IMREAD_UNCHANGED)
    assert head == "data:image/png;base64"
    assert decoded is not None
    assert max(decoded.shape) <= THUMBNAIL_PX
