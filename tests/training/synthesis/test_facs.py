"""Action units: which emotion they are likest to, and what blendshapes say of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import Emotion
from recognizer.capture import open_source
from recognizer.faces import BLENDSHAPES, FaceFinder
from training.synthesis.facs import PROTOTYPES, READINGS, UNITS, measured_units, nearest_emotion


@pytest.mark.parametrize("emotion", list(PROTOTYPES))
def test_a_prototype_is_nearest_to_itself(emotion: Emotion) -> None:
    assert nearest_emotion(dict.fromkeys(PROTOTYPES[emotion], 0.8)) == emotion


def test_nothing_to_see_is_neutral() -> None:
    assert nearest_emotion({}) == Emotion.NEUTRAL
    assert nearest_emotion({12: 0.05}) == Emotion.NEUTRAL


@given(st.lists(st.floats(0, 1), min_size=52, max_size=52))
def test_measured_units_are_intensities(values: list[float]) -> None:
    units = measured_units(np.array([values]))
    assert units.shape == (1, len(UNITS))
    assert units.min() >= 0
    assert units.max() <= 1


def test_a_relaxed_face_shows_no_unit_and_a_missing_face_none_at_all() -> None:
    relaxed = np.zeros((1, 52))
    for reading in READINGS.values():
        relaxed[0, [BLENDSHAPES.index(name) for name in reading.blendshapes]] = reading.rest
    assert measured_units(relaxed).max() == pytest.approx(0, abs=1e-6)
    assert np.isnan(measured_units(np.full((1, 52), np.nan))).all()


def test_a_real_smile_is_read_as_unit_12(smiling_clip: Path, face_model: Path) -> None:
    with open_source(str(smiling_clip)) as clip, FaceFinder(face_model) as finder:
        rows = np.stack([finder.find(frame)[0].blendshapes for frame in clip if frame.index in {3, 60}])
    calm, smiling = measured_units(rows)[:, UNITS.index(12)]
    assert calm < 0.2
    assert smiling > 0.5
