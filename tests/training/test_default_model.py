"""The default emotion model reproduces the accuracy that its card states."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from recognizer.card import load_card
from recognizer.classify import Classifier
from tests.data import REPOSITORY, outside
from training.data.data_recipe import DataRecipe
from training.data.load import load_faces
from training.evaluation.evaluate import evaluate

CARD = REPOSITORY / "models" / "emotion.yaml"


@pytest.mark.slow
def test_the_stated_accuracy_is_measured_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(outside("unpack_fer2013.py")), "csv", str(tmp_path)], check=True)
    results = evaluate(Classifier.load(CARD), load_faces(DataRecipe(faces=tmp_path / "fer2013.csv")))
    stated = load_card(CARD).accuracy
    assert results["test_without_near_copies"].faces == 3_075
    for name, scores in results.items():
        assert scores.accuracy == pytest.approx(stated[name]["accuracy"], abs=0.002)
        assert scores.calibration_error == pytest.approx(stated[name]["calibration_error"], abs=0.004)
