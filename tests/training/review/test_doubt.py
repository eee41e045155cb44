"""Which faces come first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.copies import NearCopies
from training.data.faces import FaceSet, make_faces
from training.review.doubt import count_doubtful, doubts, held_out_probabilities, suspects

HAPPY, SAD = 3, 4


def no_copies(count: int) -> NearCopies:
    return NearCopies(np.full((count, 1), -1, np.float32), np.full((count, 1), -1, np.int64))


def blobs(per_class: int, broken: int) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
    """Features of seven clouds; the first `broken` of each emotion have the next one's label."""
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(len(EMOTIONS)), per_class)
    features = rng.normal(0, 0.6, (len(truth), 16)).astype(np.float32)
    features[np.arange(len(truth)), truth] += 3
    wrong = np.tile(np.arange(per_class) < broken, len(EMOTIONS))
    return features, np.where(wrong, (truth + 1) % len(EMOTIONS), truth).astype(np.int64), wrong


def faces_with(labels: NDArray[np.int64]) -> FaceSet:
    return make_faces(np.zeros((len(labels), 4, 4), np.uint8), labels)


def test_broken_labels_come_first() -> None:
    features, labels, wrong = blobs(per_class=20, broken=3)
    near = no_copies(len(labels))
    probabilities = held_out_probabilities(features, labels, near)
    assert probabilities is not None
    assert np.allclose(probabilities.sum(1), 1)
    nothing = np.zeros(len(labels), bool)
    order = doubts(faces_with(labels), probabilities, near, nothing, nothing)
    assert sorted(doubt.row for doubt in order) == list(range(len(labels)))
    first = [doubt.row for doubt in order[: wrong.sum()]]
    assert wrong[first].mean() > 0.9
    assert "looks angry" in next(d for d in order if d.row == 0).reasons[0]


def test_a_model_does_not_learn_a_face_from_its_own_near_copy() -> None:
    features, labels, _ = blobs(per_class=20, broken=0)
    features, labels = np.repeat(features, 2, 0), np.repeat(labels, 2)
    labels[:2] = SAD
    near = no_copies(len(labels))
    near.row[1::2, 0] = np.arange(0, len(labels), 2)
    found = held_out_probabilities(features, labels, near)
    assert found is not None
    assert (found[:2].argmax(1) == 0).all()


def test_thresholds_are_each_emotions_own() -> None:
    probabilities = np.zeros((4, len(EMOTIONS)))
    probabilities[:, [HAPPY, SAD]] = [[0.9, 0.1], [0.5, 0.5], [0.45, 0.55], [0.6, 0.4]]
    labels = np.array([HAPPY, SAD, HAPPY, SAD])
    # happy's own faces get 0.675 on average, sad's 0.45.
    assert suspects(probabilities, labels).tolist() == [-1, -1, SAD, -1]


def test_copies_with_other_labels_and_pictures_without_a_face_are_doubtful() -> None:
    labels = np.array([HAPPY, HAPPY, SAD, SAD, SAD])
    near = no_copies(5)
    near.row[2, 0] = 0
    no_face = np.array([False, True, False, False, False])
    blurred = np.array([False, False, False, True, False])
    order = doubts(faces_with(labels), None, near, no_face, blurred)
    assert [(doubt.row, doubt.reasons) for doubt in order] == [
        (0, ("almost the same picture as row 3, sad",)),
        (1, ("no face found",)),
        (2, ("almost the same picture as row 1, happy",)),
        (3, ("blurred",)),
        (4, ()),
    ]
    assert count_doubtful(order) == 4
    assert order[0].read_as is None


def test_one_emotion_alone_cannot_be_compared() -> None:
    labels = np.full(12, HAPPY)
    assert held_out_probabilities(np.zeros((12, 4), np.float32), labels, no_copies(12)) is None
