"""A first card for somebody else's model: what the file tells is read, what it does not is named as a guess."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, load_card
from recognizer.classify import Classifier
from recognizer.draft import draft, main
from tests.data import peer
from tests.recognizer.models import GREY_48, write_model

COLOUR = InputSpec((64, 80), 3, "NHWC", "rgb", 1 / 255, (0.0,) * 3, (1.0,) * 3, "pixels")


@pytest.mark.parametrize("spec", [GREY_48, COLOUR], ids=["grey", "colour"])
@pytest.mark.parametrize("softmax", [False, True], ids=["logits", "probabilities"])
def test_what_the_file_tells_of_itself_is_in_the_card(tmp_path: Path, spec: InputSpec, softmax: bool) -> None:
    written = load_card(write_model(tmp_path, spec=spec, softmax=softmax))
    found = draft(tmp_path / "tiny.onnx")
    assert found.card.input == spec
    assert found.card.output == written.output
    assert found.card.sha256 == written.sha256
    assert any("labels" in guess for guess in found.guesses)
    assert any("colour" in guess for guess in found.guesses) == (spec.channels == 3)


def test_the_command_writes_a_card_that_runs_and_says_what_to_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"
    write_model(tmp_path, labels=tuple(labels.split(","))).unlink()
    assert main([str(tmp_path / "tiny.onnx"), "--labels", labels]) == 0
    said = capsys.readouterr().out
    assert "tiny.yaml: written" in said
    assert "mean and std 0.5" in said
    assert "labels" not in said
    bright = np.full((1, 48, 48), 255, np.uint8)
    row = Classifier.load(tmp_path / "tiny.yaml").probabilities(bright)[0]
    assert EMOTIONS[int(row.argmax())] == "neutral"


def test_a_card_that_is_there_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = write_model(tmp_path)
    before = card.read_bytes()
    assert main([str(tmp_path / "tiny.onnx")]) == 1
    assert "is there already" in capsys.readouterr().err
    assert card.read_bytes() == before


@pytest.mark.parametrize(
    ("labels", "given", "said"),
    [
        (tuple(EMOTIONS[:5]), None, r"gives [1, 5] where its card has 7 labels"),
        (tuple(EMOTIONS), "angry,happy", "labels must be the seven"),
        (tuple(EMOTIONS), "a,b,c,d,e,f,g", "unknown label 'a'"),
    ],
)
def test_labels_that_do_not_fit_are_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, ...], given: str | None, said: str
) -> None:
    write_model(tmp_path, labels=labels, checked=False)
    arguments = [str(tmp_path / "tiny.onnx"), *(["--labels", given] if given else [])]
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "tiny.yaml").exists()


def test_what_is_no_model_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.onnx").write_text("no model")
    for name in ("words.onnx", "nothing.onnx"):
        assert main([str(tmp_path / name)]) == 1
        error = capsys.readouterr().err
        assert error.startswith("recognizer.draft: ")
        assert error.count("\n") == 1


@pytest.mark.parametrize("name", ["fer_mini_xception", "faceapi_expression", "opencv_fer_mobilefacenet_int8"])
def test_other_peoples_models_get_a_card_that_loads(name: str) -> None:
    card = draft(peer(f"{name}.onnx")).card
    assert card.input.layout == ("NHWC" if name == "fer_mini_xception" else "NCHW")
    assert card.output == ("probabilities" if name == "fer_mini_xception" else "logits")
