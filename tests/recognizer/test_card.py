from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from recognizer.card import (
    InputSpec,
    ModelCard,
    Prior,
    card_in_metadata,
    emotion_named,
    load_card,
    metadata_of,
    save_card,
)
from recognizer.errors import ModelError
from tests.recognizer.models import GREY_48

CARD = ModelCard(
    name="a model",
    file="emotion.onnx",
    sha256="0" * 64,
    labels=tuple(EMOTIONS),
    input=GREY_48,
    temperature=1.25,
    scales=(1.0, 1.1, 0.9, 1.0, 1.0, 1.0, 1.0),
    biases=(0.0, -0.4, 0.3, 0.0, 0.0, 0.0, 0.1),
    prior=Prior(0.3, (0.1, 0.02, 0.04, 0.26, 0.15, 0.12, 0.31)),
    answers="votes",
    created="2026-11-22",
    trained_on="FER2013 with FER+ votes",
    data_terms="research use",
    licence="Apache-2.0",
    size_bytes=1234,
    calibration={"method": "vector"},
    accuracy={"fer2013_private": 0.71, "ece": {"bins": 15, "value": 0.02}},
)


def written(tmp_path: Path, **changes: object) -> Path:
    """A card's file with some keys changed; None takes a key out."""
    save_card(CARD, tmp_path / "card.yaml")
    content = yaml.safe_load((tmp_path / "card.yaml").read_text())
    content.update(changes)
    content = {key: value for key, value in content.items() if value is not None}
    (tmp_path / "card.yaml").write_text(yaml.safe_dump(content))
    return tmp_path / "card.yaml"


def test_a_saved_card_is_read_back_equal(tmp_path: Path) -> None:
    save_card(CARD, tmp_path / "card.yaml")
    assert load_card(tmp_path / "card.yaml") == CARD


def test_a_card_goes_through_a_models_metadata_and_comes_back_equal() -> None:
    spec = replace(
        GREY_48, equalise="adaptive", sharpen_below=80.0, anchors=((0.3, 0.4), (0.7, 0.4), (0.5, 0.8))
    )
    card = replace(CARD, input=spec)
    back = card_in_metadata(metadata_of(card), card.file, card.sha256)
    assert back == replace(card, size_bytes=0)


def test_other_metadata_are_no_card() -> None:
    assert card_in_metadata({"name": "somebody's", "input": "pixels"}, "a.onnx", "0" * 64) is None


def test_a_failed_write_leaves_the_old_card(tmp_path: Path) -> None:
    save_card(CARD, tmp_path / "card.yaml")
    with pytest.raises(yaml.YAMLError):
        save_card(replace(CARD, accuracy={"test": object()}), tmp_path / "card.yaml")
    assert load_card(tmp_path / "card.yaml") == CARD
    assert [path.name for path in tmp_path.iterdir()] == ["card.yaml"]


@given(st.permutations(tuple(EMOTIONS)))
def test_columns_bring_any_label_order_to_ours(labels: list[Emotion]) -> None:
    card = replace(CARD, labels=tuple(labels))
    assert [labels[column] for column in card.columns] == list(EMOTIONS)


def test_other_peoples_label_names_are_understood() -> None:
    labels = ("neutral", "happiness", "Sadness", "anger", "fearful", "disgusted", "surprised")
    assert replace(CARD, labels=labels).columns == (3, 5, 4, 1, 2, 6, 0)


def test_every_emotion_is_known_by_its_own_name() -> None:
    assert [emotion_named(str(emotion)) for emotion in EMOTIONS] == list(EMOTIONS)


def test_what_is_not_needed_may_be_left_out(tmp_path: Path) -> None:
    card = load_card(
        written(tmp_path, temperature=None, accuracy=None, notes=None, output=None, licence=None)
    )
    assert (card.temperature, card.output, card.accuracy) == (1.0, "logits", {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"temprature": 2.0}, "unknown key temprature"),
        ({"sha256": None}, "lacks sha256"),
        ({"sha256": "abc"}, "sha256"),
        ({"labels": ["angry", "happy"]}, "labels must be the seven"),
        ({"labels": ["ennui", *map(str, EMOTIONS[1:])]}, "unknown label 'ennui'"),
        ({"labels": ["contempt", *map(str, EMOTIONS[1:])]}, "labels must be the seven"),
        ({"labels": 7}, "wrong kind"),
        ({"output": "scores"}, "output must be one of"),
        ({"temperature": 0}, "temperature must be above 0"),
        ({"temperature": "warm"}, "wrong kind"),
        ({"scales": [1.0, 2.0]}, "scales needs one number per label"),
        ({"scales": [0.0] * 7}, "scales must be above 0"),
        ({"answers": "feelings"}, "answers must be one of label, votes"),
        ({"prior": {"tau": 0.3}}, "prior lacks shares"),
        ({"prior": {"tau": -1, "shares": [0.1] * 7}}, "tau must be 0 to 2"),
        ({"prior": {"tau": 0.3, "shares": [0.5, 0.5]}}, "shares need one number per label"),
        ({"prior": {"tau": 0.3, "shares": [0.0] * 7}}, "shares must be above 0"),
        ({"biases": ["much"] * 7}, "wrong kind"),
        ({"input": 48}, "input must be a mapping"),
        ({"input": {"size_px": [48, 48]}}, "input lacks"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused_in_one_line(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(ModelError, match=said) as caught:
        load_card(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"layout": "CHWN"}, "layout"),
        ({"colour": "cmyk"}, "colour"),
        ({"channels": 3}, "channels"),
        ({"mean": (0.0, 0.0)}, "mean"),
        ({"std": (0.0,)}, "std"),
        ({"size_px": (0, 48)}, "size_px"),
        ({"scale": -1.0}, "scale"),
        ({"equalise": "twice"}, "equalise"),
        ({"sharpen_below": 0.0}, "sharpen_below"),
        ({"anchors": ((0.3, 0.4),)}, "anchors"),
    ],
)
def test_an_input_whose_parts_contradict_each_other_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        replace(GREY_48, **changes)


def test_cleaning_and_framing_are_read_from_the_file(tmp_path: Path) -> None:
    save_card(CARD, tmp_path / "card.yaml")
    content = yaml.safe_load((tmp_path / "card.yaml").read_text())
    content["input"] |= {"sharpen_below": 80, "anchors": [[0.3, 0.4], [0.7, 0.4], [0.5, 0.8]]}
    spec = load_card(written(tmp_path, input=content["input"])).input
    assert (spec.equalise, spec.sharpen_below) == ("none", 80.0)
    assert spec.anchors[2] == (0.5, 0.8)


def test_a_missing_card_and_one_that_is_no_yaml_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model card"):
        load_card(tmp_path / "nothing.yaml")
    (tmp_path / "broken.yaml").write_text("{ name: [")
    with pytest.raises(ModelError, match=r"broken\.yaml: this is not a readable model card"):
        load_card(tmp_path / "broken.yaml")
    (tmp_path / "text.yaml").write_text("just words")
    with pytest.raises(ModelError, match="must be a mapping"):
        load_card(tmp_path / "text.yaml")


def test_colour_models_have_three_numbers_per_channel_list() -> None:
    spec = InputSpec((112, 112), 3, "NHWC", "rgb", 1 / 255, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert replace(CARD, input=spec).input.tensor is None
