"""A card with a mistake in it gives itself away on labelled faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recognizer.card import InputSpec, load_card, save_card
from tests.recognizer.models import GREY_48, write_model
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.__main__ import main
from training.data.faces import FaceSet, make_faces
from training.errors import DataError
from training.exporting.probe import probe, readings

COLOUR = InputSpec((48, 48), 3, "NCHW", "bgr", 1.0, (0.0,) * 3, (1.0,) * 3)


def bright_is_happy(labels: list[int]) -> FaceSet:
    """Plain faces: the tiny model names its first label for every bright one, and its last for a negative mean."""
    images = np.stack([np.full((48, 48), 250 if label == 3 else 20, np.uint8) for label in labels])
    return make_faces(images, labels)


def test_the_cards_own_reading_comes_first_and_no_reading_twice() -> None:
    for spec in (GREY_48, COLOUR):
        named = dict(readings(spec))
        assert next(iter(named.items())) == ("as the card says", spec)
        assert len(set(named.values())) == len(named)
        assert all(other.size_px == spec.size_px for other in named.values())
    assert len(dict(readings(GREY_48))) == 3
    assert len(dict(readings(COLOUR))) == 8


def test_a_wrong_scale_is_found(tmp_path: Path) -> None:
    labels = ("happy", "angry", "disgust", "fear", "surprise", "neutral", "sad")
    write_model(tmp_path, labels=labels, spec=GREY_48)
    trials = probe(tmp_path / "tiny.yaml", bright_is_happy([3, 4] * 10))
    assert trials[0].accuracy == 0.5
    best = max(trials, key=lambda trial: trial.accuracy)
    assert (best.name, best.accuracy) == ("grey, -1 to 1", 1.0)


def test_labels_in_a_wrong_order_are_found(tmp_path: Path) -> None:
    spec = replace(GREY_48, mean=(0.5,), std=(0.5,))
    labels = ("sad", "angry", "disgust", "fear", "surprise", "neutral", "happy")
    write_model(tmp_path, labels=labels, spec=spec)
    own = probe(tmp_path / "tiny.yaml", bright_is_happy([3, 4] * 10))[0]
    assert own.accuracy == 0
    assert own.best_accuracy == 1
    assert (own.best_labels[0], own.best_labels[-1]) == ("happy", "sad")


def test_the_command_shows_a_table_and_what_fits_best(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, _ = write_fer2013(drawn_faces(2), tmp_path)
    card = write_model(tmp_path)
    assert main(["probe", str(card), "--faces", str(images)]) == 0
    said = capsys.readouterr().out
    assert "as the card says" in said
    assert "best: " in said


def test_no_faces_are_said(tmp_path: Path) -> None:
    card = write_model(tmp_path)
    save_card(load_card(card), card)
    with pytest.raises(DataError, match="no labelled faces"):
        probe(card, drawn_faces(1).where(np.zeros(21, bool)))
