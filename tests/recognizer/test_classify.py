from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from recognizer.capture import VideoSource
from recognizer.card import InputSpec, ModelCard, load_card, save_card
from recognizer.classify import Classifier
from recognizer.crop import align
from recognizer.errors import ModelError
from recognizer.faces import FaceFinder
from tests.data import peer
from tests.recognizer.models import GREY_48, write_model

COLOUR_112 = InputSpec((112, 112), 3, "NHWC", "rgb", 1 / 255, (0.0,) * 3, (1.0,) * 3, "input")
PEERS = ("oarriaga_big_xception", "fer_mini_xception", "faceapi_expression", "opencv_fer_mobilefacenet_int8")


def faces(*brightness: int) -> NDArray[np.uint8]:
    """Plain grey faces."""
    return np.stack([np.full((48, 48), value, np.uint8) for value in brightness])


def expected(brightness: float, temperature: float = 1.0) -> NDArray[np.float64]:
    """What the tiny model says, worked out by hand."""
    odds = np.exp(np.arange(7, 0, -1) * brightness / 255 / temperature)
    return np.asarray(odds / odds.sum())


@pytest.mark.parametrize("spec", [GREY_48, COLOUR_112], ids=["grey", "colour"])
@pytest.mark.parametrize("softmax", [False, True], ids=["logits", "probabilities"])
@pytest.mark.parametrize("batch", ["n", 1, 2])
def test_every_kind_of_model_gives_calibrated_probabilities(
    tmp_path: Path, spec: InputSpec, softmax: bool, batch: int | str
) -> None:
    card = write_model(tmp_path, spec=spec, softmax=softmax, batch=batch, temperature=0.5)
    found = Classifier.load(card).probabilities(faces(255, 0, 102))
    assert found.shape == (3, 7)
    assert found.dtype == np.float32
    for row, brightness in zip(found, (255, 0, 102), strict=True):
        assert row == pytest.approx(expected(brightness, 0.5), abs=1e-4)


def test_labels_in_another_order_are_brought_to_ours(tmp_path: Path) -> None:
    labels = ("surprised", "neutral", "happiness", "sad", "angry", "fearful", "disgust")
    row = Classifier.load(write_model(tmp_path, labels=labels)).probabilities(faces(255))[0]
    assert EMOTIONS[int(row.argmax())] is Emotion.SURPRISE
    assert EMOTIONS[int(row.argmin())] is Emotion.DISGUST


def test_no_faces_give_no_rows(tmp_path: Path) -> None:
    empty = np.empty((0, 48, 48), np.uint8)
    assert Classifier.load(write_model(tmp_path)).probabilities(empty).shape == (0, 7)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size_px": (64, 64)}, "its card says float"),
        ({"layout": "NHWC"}, "its card says float"),
        ({"colour": "rgb", "channels": 3, "mean": (0.0,) * 3, "std": (1.0,) * 3}, "its card says float"),
        ({"tensor": "pixels"}, "its inputs are input, its card says pixels"),
    ],
)
def test_an_input_that_does_not_fit_the_card_is_refused(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = write_model(tmp_path)
    card = load_card(path)
    save_card(replace(card, input=replace(card.input, **change)), path)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=said) as caught:
        Classifier.load(path)
    assert "\n" not in str(caught.value)


def test_logits_that_the_card_calls_probabilities_are_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    save_card(replace(load_card(path), output="probabilities"), path)
    with pytest.raises(ModelError, match="does not sum to 1"):
        Classifier.load(path)


def test_a_model_with_more_outputs_than_labels_is_refused(tmp_path: Path) -> None:
    big, small = tmp_path / "big", tmp_path / "small"
    big.mkdir()
    small.mkdir()
    card = load_card(write_model(small))
    write_model_with_eight(big)
    content = (big / "tiny.onnx").read_bytes()
    with pytest.raises(ModelError, match=r"gives \[1, 8\] where its card has 7 labels"):
        Classifier(replace(card, sha256=sha256(content).hexdigest()), big / "tiny.onnx")


def write_model_with_eight(folder: Path) -> None:
    """A model like the tiny one with an eighth output; no card can describe it."""
    with pytest.raises(ModelError, match="labels must be the seven"):
        write_model(folder, labels=(*map(str, EMOTIONS), "calm"))


def test_a_model_that_is_missing_or_was_changed_or_is_none_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path)
    model = tmp_path / "tiny.onnx"
    model.write_bytes(model.read_bytes() + b"x")
    with pytest.raises(ModelError, match="not the model of its card"):
        Classifier.load(path)
    model.write_bytes(b"no model")
    save_card(replace(load_card(path), sha256=sha256(b"no model").hexdigest()), path)
    with pytest.raises(ModelError, match="not an ONNX model that can be run"):
        Classifier.load(path)
    model.unlink()
    with pytest.raises(ModelError, match="cannot be read; is it there"):
        Classifier.load(path)


def peer_card(name: str) -> tuple[ModelCard, Path]:
    """Somebody else's model, described by a card of ours."""
    model, about = peer(f"{name}.onnx"), json.loads(peer(f"{name}.json").read_text())
    channels = about["channels"]
    mean, std = (v if isinstance(v, list) else [v] * channels for v in (about["mean"], about["std"]))
    spec = InputSpec(
        tuple(about["size"]),
        channels,
        about["layout"],
        about.get("order", "grey").lower(),
        about["scale"],
        tuple(mean),
        tuple(std),
    )
    output = "logits" if about["output"] == "logits" else "probabilities"
    digest = sha256(model.read_bytes()).hexdigest()
    return ModelCard(name, model.name, digest, tuple(about["labels"]), spec, output), model


@pytest.fixture(scope="module")
def neutral_and_smiling(face_model: Path, smiling_clip: Path) -> NDArray[np.uint8]:
    """Crops of a real face before and during its smile."""
    with VideoSource(smiling_clip) as clip, FaceFinder(face_model, consecutive=False) as finder:
        frames = [frame for frame in clip if frame.index in (0, 40)]
        return np.stack([align(frame.image, finder.find(frame)[0].landmarks_px) for frame in frames])


@pytest.mark.parametrize("name", PEERS)
def test_other_peoples_models_read_the_smile_of_a_real_face(
    name: str, neutral_and_smiling: NDArray[np.uint8]
) -> None:
    before, during = Classifier(*peer_card(name)).probabilities(neutral_and_smiling)
    happy = EMOTIONS.index(Emotion.HAPPY)
    assert EMOTIONS[int(during.argmax())] is Emotion.HAPPY
    assert before[happy] < 0.3 < during[happy]
