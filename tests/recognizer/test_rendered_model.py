"""The second emotion model: it learned from rendered faces alone, and says how little that is on photographs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognizer.card import load_card
from recognizer.classify import Classifier
from tests.data import REPOSITORY

CARD = REPOSITORY / "models" / "emotion_rendered.yaml"
GOLDEN = Path(__file__).with_name("golden_emotion_rendered.npz")
FACES = Path(__file__).with_name("golden_emotion.npz")
CHANCE = 1 / 7


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(CARD)


def test_its_card_names_rendered_faces_alone_and_states_photographs_apart() -> None:
    card = load_card(CARD)
    assert "No photograph" in card.trained_on
    assert "rendered" in card.trained_on
    real = card.accuracy["fer2013_test_without_near_copies"]
    assert real["interval_95"][0] > 2 * CHANCE
    assert real["accuracy"] < card.accuracy["test"]["accuracy"]


def test_its_answers_are_those_of_the_day_it_was_made(classifier: Classifier) -> None:
    faces = np.load(FACES)["faces"]
    assert np.allclose(classifier.probabilities(faces), np.load(GOLDEN)["probabilities"], atol=1e-4)
