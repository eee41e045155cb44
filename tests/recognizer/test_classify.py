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
from recognizer.card import InputSpec, ModelCard, load_card, metadata_of, save_card
from recognizer.classify import Classifier
from recognizer.crop import align
from recognizer.errors import ModelError
from recognizer.faces import FaceFinder
from tests.data import peer
from tests.recognizer.models import GREY_48, write_model

COLOUR_112 = InputSpec((112, 112), 3, "NHWC", "rgb", 1 / 255, (0.0,) * 3, (1.0,) * 3, "input")
KINDS = {
    "grey": GREY_48,
    "grey last": InputSpec((64, 64), 1, "NHWC", "grey", 1 / 255, (0.0,), (1.0,), "input"),
    "rgb last": COLOUR_112,
    "bgr": InputSpec((96, 80), 3, "NCHW", "bgr", 1 / 255, (0.0,) * 3, (1.0,) * 3),
    "sharpened": replace(GREY_48, sharpen_below=1.0),
}
PEERS = ("oarriaga_big_xception", "fer_mini_xception", "faceapi_expression", "opencv_fer_mobilefacenet_int8")


def faces(*brightness: int) -> NDArray[np.uint8]:
    """Plain grey faces."""
    return np.stack([np.full((48, 48), value, np.uint8) for value in brightness])


def expected(brightness: float, temperature: float = 1.0) -> NDArray[np.float64]:
    """What the tiny model says, worked out by hand."""
    odds = np.exp(np.arange(7, 0, -1) * brightness / 255 / temperature)
    return np.asarray(odds / odds.sum())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("softmax", [False, True], ids=["logits", "probabilities"])
@pytest.mark.parametrize("batch", ["n", 1, 2])
@pytest.mark.parametrize("int8", [False, True], ids=["float", "int8"])
def test_every_kind_of_model_gives_calibrated_probabilities(
    tmp_path: Path, kind: str, softmax: bool, batch: int | str, int8: bool
) -> None:
    spec = KINDS[kind]
    card = write_model(tmp_path, spec=spec, softmax=softmax, batch=batch, temperature=0.5, int8=int8)
    classifier = Classifier.load(card)
    grey = faces(255, 0, 102)
    for given in (grey, np.repeat(grey[..., None], 3, axis=3)):
        found = classifier.probabilities(given)
        assert found.shape == (3, 7)
        assert found.dtype == np.float32
        for row, brightness in zip(found, (255, 0, 102), strict=True):
            assert row == pytest.approx(expected(brightness, 0.5), abs=1e-4)


def test_each_label_can_have_its_own_scale_and_bias(tmp_path: Path) -> None:
    path = write_model(tmp_path, labels=tuple(reversed(EMOTIONS)))
    scales, biases = (1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0)
    save_card(replace(load_card(path), temperature=2.0, scales=scales, biases=biases), path)
    found = Classifier.load(path).probabilities(faces(255))[0]
    logits = np.array([7, 6, 5, 4, 3, 2, 1]) / 2.0 * scales + biases
    assert found[::-1] == pytest.approx(np.exp(logits) / np.exp(logits).sum(), abs=1e-5)


def test_answers_that_are_none_of_the_seven_are_left_out(tmp_path: Path) -> None:
    labels = ("contempt", "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear")
    row = Classifier.load(write_model(tmp_path, labels=labels)).probabilities(faces(255))[0]
    odds = np.exp(np.arange(7, 0, -1.0))
    assert row[EMOTIONS.index(Emotion.NEUTRAL)] == pytest.approx(odds[0] / odds.sum(), abs=1e-5)
    assert row.sum() == pytest.approx(1)


def test_a_file_that_carries_its_card_needs_no_other(tmp_path: Path) -> None:
    spec = replace(COLOUR_112, anchors=((0.3, 0.4), (0.7, 0.4), (0.5, 0.8)))
    beside = load_card(write_model(tmp_path, spec=spec, temperature=0.5))
    path = write_model(tmp_path, spec=spec, temperature=0.5, metadata=metadata_of(beside))
    whole = Classifier.load(path)
    path.unlink()
    carried = Classifier.load(tmp_path / "tiny.onnx")
    assert carried.card == whole.card
    assert carried.probabilities(faces(90)) == pytest.approx(whole.probabilities(faces(90)))


def test_the_card_beside_a_file_goes_before_the_one_inside(tmp_path: Path) -> None:
    beside = load_card(write_model(tmp_path))
    path = write_model(tmp_path, temperature=3.0, metadata=metadata_of(beside))
    assert Classifier.load(tmp_path / "tiny.onnx").card.temperature == 3.0
    assert Classifier.load(path).card.temperature == 3.0


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({}, "the file carries no card.*python -m recognizer.draft tiny.onnx"),
        ({"labels": "angry", "input": "48"}, "the card inside is not readable"),
        ({"labels": '["angry"]', "input": "{}"}, "the card inside: input lacks"),
    ],
)
def test_a_file_without_a_card_that_makes_sense_is_refused(
    tmp_path: Path, metadata: dict[str, str], said: str
) -> None:
    write_model(tmp_path, metadata=metadata).unlink()
    with pytest.raises(ModelError, match=said) as caught:
        Classifier.load(tmp_path / "tiny.onnx")
    assert "\n" not in str(caught.value)


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
    path = write_model(tmp_path, labels=(*map(str, EMOTIONS), "contempt"))
    save_card(replace(load_card(path), labels=tuple(EMOTIONS)), path)
    with pytest.raises(ModelError, match=r"gives \[1, 8\] where its card has 7 labels"):
        Classifier.load(path)


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
