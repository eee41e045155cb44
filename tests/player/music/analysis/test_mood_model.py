from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.metrics import r2_score

from player.music.analysis.mood_model import DEFAULT_CARD, MoodModel
from player.music.analysis.sound_features import COLUMNS
from recognizer.errors import ModelError
from tests.data import outside
from training.data.music_tables import read_deam


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A copy of the shipped model and its card."""
    for path in (DEFAULT_CARD, DEFAULT_CARD.with_suffix(".onnx")):
        shutil.copy(path, tmp_path)
    return tmp_path / DEFAULT_CARD.name


def changed(card: Path, **values: object) -> Path:
    content = yaml.safe_load(card.read_text())
    card.write_text(yaml.safe_dump({**content, **values}))
    return card


def test_the_shipped_model_reproduces_the_accuracy_that_its_card_states() -> None:
    table = read_deam(outside("music_emotion"))
    stated = yaml.safe_load(DEFAULT_CARD.read_text())["accuracy"]["test_r2"]
    model = MoodModel.load()
    rows = table.rows("test")

    moods = [
        model.mood(dict(zip(table.columns, map(float, row), strict=True))) for row in table.features[rows]
    ]

    guess = np.array([(mood.valence, mood.arousal) for mood in moods])
    valence, arousal = r2_score(table.ratings[rows], guess, multioutput="raw_values")
    assert valence == pytest.approx(stated["valence"], abs=0.002)
    assert arousal == pytest.approx(stated["arousal"], abs=0.002)


def test_any_numbers_give_a_mood_on_the_scale() -> None:
    mood = MoodModel.load().mood(dict.fromkeys(COLUMNS, 1e6))

    assert 1 <= mood.valence <= 9
    assert 1 <= mood.arousal <= 9


def test_a_model_that_was_exchanged_is_refused(card: Path) -> None:
    card.with_suffix(".onnx").write_bytes(b"another model")

    with pytest.raises(ModelError, match="is not the file"):
        MoodModel.load(card)


def test_a_missing_model_is_refused(card: Path) -> None:
    card.with_suffix(".onnx").unlink()

    with pytest.raises(ModelError, match="cannot be read"):
        MoodModel.load(card)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"features": [*COLUMNS[:-1], "loveliness"]}, "loveliness"),
        ({"features": list(COLUMNS[:-1])}, "another shape"),
        ({"outputs": ["arousal", "valence"]}, "must give valence and arousal"),
    ],
)
def test_a_model_that_does_not_fit_its_card_is_refused(
    card: Path, values: dict[str, object], reason: str
) -> None:
    with pytest.raises(ModelError, match=reason):
        MoodModel.load(changed(card, **values))


@pytest.mark.parametrize(
    ("content", "reason"),
    [("a: [", "not valid YAML"), ("just words", "lacks file"), ("file: x.onnx", "lacks sha256")],
)
def test_a_card_that_is_none_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(content)

    with pytest.raises(ModelError, match=reason):
        MoodModel.load(path)


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        MoodModel.load(tmp_path / "none.yaml")
