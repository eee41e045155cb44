"""The simulated hour finds what was broken, and finds it sooner than by chance."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import label_review
from benchmarks.label_review import WAYS, trial
from tests.training.drawn_faces import drawn_faces
from training.data.copies import near_copies
from training.data.data_recipe import DataRecipe
from training.data.gather import gather
from training.review.doubt import doubts, held_out_probabilities
from training.review.queue import Queue


def queue_by_pixels(recipe: DataRecipe, card: object) -> Queue:
    """The real queue on pixels for features: drawn faces are told apart so, and no net is needed."""
    gathered = gather(recipe, reviewed=False)
    faces = gathered.faces
    pixels = faces.images[:, ::4, ::4].reshape(len(faces), -1).astype(np.float32)
    near = near_copies(faces.images, np.full(len(faces), "all"), ["all"], above=0.999)
    nothing = np.zeros(len(faces), bool)
    probabilities = held_out_probabilities(pixels, faces.labels, near)
    return Queue(gathered, tuple(doubts(faces, probabilities, near, nothing, nothing)))


def test_an_hour_of_review_finds_most_of_what_was_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_review, "queue_of", queue_by_pixels)
    monkeypatch.setattr(label_review, "PASSES", 10)
    faces = drawn_faces(12)
    features = faces.images[:, ::4, ::4].reshape(len(faces), -1).astype(np.float32)
    told = trial(faces, features, seed=0, per_class=24, looked_at=40)
    assert told.faces == 168
    assert told.broken == round(label_review.BROKEN_SHARE * 168)
    assert told.found >= 2 * told.found_by_chance > 0
    assert set(told.accuracy) == set(WAYS)
