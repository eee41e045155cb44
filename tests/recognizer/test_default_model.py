"""The emotion model that ships: its file, its answers, and what its card promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recognizer.affect import Emotion
from recognizer.capture import open_source
from recognizer.card import load_card
from recognizer.classify import Classifier
from recognizer.crop import align
from recognizer.faces import FaceFinder
from tests.data import REPOSITORY

CARD = REPOSITORY / "models" / "emotion.yaml"
GOLDEN = Path(__file__).with_name("golden_emotion.npz")
LARGEST_BYTES = 16_000_000


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(CARD)


def read_clip(
    clip: Path, face_model: Path, classifier: Classifier
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Time in seconds and probabilities of the one face in each frame."""
    with open_source(str(clip)) as source, FaceFinder(face_model) as finder:
        for frame in source:
            for face in finder.find(frame)[:1]:
                crop = align(frame.image, face.landmarks_px)
                yield frame.time_seconds, classifier.probabilities(crop[None])[0]


def test_it_is_small_enough_to_ship_and_says_on_what_it_was_trained() -> None:
    card = load_card(CARD)
    assert CARD.with_name(card.file).stat().st_size <= LARGEST_BYTES
    assert "FER2013" in card.trained_on
    assert card.data_terms
    assert card.answers == "votes"
    assert card.accuracy["test_votes_without_near_copies"]["accuracy"] >= 0.84
    assert card.accuracy["test_votes"]["calibration_error"] <= 0.02


def test_its_answers_are_those_of_the_day_it_was_made(classifier: Classifier) -> None:
    golden = np.load(GOLDEN)
    assert np.allclose(classifier.probabilities(golden["faces"]), golden["probabilities"], atol=1e-4)


def test_light_and_contrast_hardly_change_an_answer(classifier: Classifier) -> None:
    faces = np.load(GOLDEN)["faces"]
    dim = np.asarray(faces * 0.6 + 20, np.uint8)
    assert np.abs(classifier.probabilities(dim) - classifier.probabilities(faces)).max() < 0.15


def test_a_real_face_is_neutral_and_then_smiles(
    smiling_clip: Path, face_model: Path, classifier: Classifier
) -> None:
    readings = list(read_clip(smiling_clip, face_model, classifier))
    before = np.mean([row for at, row in readings if at < 0.5], axis=0)
    after = np.mean([row for at, row in readings if at > 0.9], axis=0)
    emotions = list(Emotion)
    assert emotions[int(before.argmax())] is Emotion.NEUTRAL
    assert emotions[int(after.argmax())] is Emotion.HAPPY
