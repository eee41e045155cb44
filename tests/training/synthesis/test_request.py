"""A request says no to what no generator could draw."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

from recognizer.affect import Emotion
from training.data.data_recipe import LARGEST_SEED
from training.synthesis.request import ATTRIBUTES, FaceRequest


def test_the_attributes_are_those_of_the_paper() -> None:
    values = {name: [str(value) for value in kind if value != "none"] for name, kind in ATTRIBUTES.items()}
    assert values == {
        "age_group": ["child", "teenager", "young adult", "middle-aged", "elderly"],
        "gender": ["male", "female"],
        "ethnicity": ["Caucasian", "African", "Asian", "Hispanic", "Middle Eastern"],
        "lighting": ["bright", "low", "shadowy"],
        "angle": ["frontal", "side", "top-down", "bottom-up"],
        "obstruction": ["hands", "hair", "glasses", "mask"],
        "blur": ["slight", "moderate"],
    }


def test_a_request_travels_to_other_processes_unchanged() -> None:
    request = FaceRequest(Emotion.SAD, 7, {1: 0.5, 15: 1.0})
    assert pickle.loads(pickle.dumps(request)) == request
    assert set(request.attributes) == set(ATTRIBUTES)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"emotion": None}, "needs an emotion or action units"),
        ({"intensity": 1.1}, "between 0 and 1"),
        ({"action_units": {12: -0.1}}, "between 0 and 1"),
        ({"seed": LARGEST_SEED + 1}, "a seed lies between"),
    ],
)
def test_an_impossible_request_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        replace(FaceRequest(Emotion.SAD, 7), **changes)
