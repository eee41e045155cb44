"""The benchmark of rendered faces: who is asked for, and what is counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.rendered_faces import Reading, requests, summary
from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.facs import UNITS
from training.synthesis.request import FaceRequest, Provenance, SyntheticFace

PICTURE = np.zeros((8, 8, 3), np.uint8)


def reading(request: FaceRequest, seen: Emotion | None, smile: float = 0.0) -> Reading:
    """What the benchmark would note for a picture that was read as `seen`; None where no face was found."""
    face = SyntheticFace(request, PICTURE, {12: smile}, Provenance("rendered", "0", "", ""))
    if seen is None:
        return Reading(face, None, None)
    probabilities = np.full(7, 0.05, np.float32)
    probabilities[EMOTIONS.index(seen)] = 0.7
    units = np.zeros(len(UNITS), np.float32)
    units[UNITS.index(12)] = smile
    return Reading(face, probabilities, units)


def test_emotions_and_people_take_turns() -> None:
    asked = requests(350, seed=3)
    assert set(Counter(request.emotion for request in asked).values()) == {50}
    assert set(Counter(request.ethnicity for request in asked).values()) == {70}
    assert set(Counter(request.gender for request in asked).values()) == {175}
    assert asked == requests(350, seed=3)


def test_a_face_that_was_not_found_was_not_read_as_meant() -> None:
    happy, sad = FaceRequest(Emotion.HAPPY, seed=1), FaceRequest(Emotion.SAD, seed=2)
    result = summary([reading(happy, Emotion.HAPPY), reading(happy, None), reading(sad, Emotion.FEAR)])
    assert result["found_share"] == pytest.approx(0.667)
    assert result["recall"] == pytest.approx(0.333)
    assert result["recall_by_emotion"]["happy"] == 0.5
    assert result["read_as"]["sad"]["fear"] == 0.7


def test_agreement_compares_what_was_drawn_with_what_was_seen() -> None:
    happy = FaceRequest(Emotion.HAPPY, seed=1)
    rows = [reading(happy, Emotion.HAPPY, smile) for smile in (0.0, 0.3, 0.6, 1.0)]
    assert summary(rows)["unit_correlation"]["AU12"] == pytest.approx(1.0)
