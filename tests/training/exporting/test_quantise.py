"""An int8 copy of any model with a card: measured against the original, with a card of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import training.exporting.export
import training.exporting.quantise
from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, ModelCard, load_card, save_card
from recognizer.classify import Classifier
from tests.recognizer.models import GREY_48
from tests.training.drawn_faces import drawn_faces
from training.__main__ import main
from training.data.faces import FaceSet, Split
from training.errors import ExportError
from training.exporting.quantise import describe, exact_nodes, quantise

FACES = drawn_faces(6)
COLOUR = InputSpec((32, 32), 3, "NCHW", "rgb", 1 / 255, (0.5,) * 3, (0.5,) * 3, "input")


@pytest.fixture(scope="module", autouse=True)
def no_stopwatch() -> Iterator[None]:
    """Time is measured by its own test; here it would only take time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.exporting.export, "latency_of", lambda _classifier: {})
        patch.setattr(training.exporting.quantise, "_time_ratio", lambda _original, _copy: 0.5)
        yield


@pytest.fixture(scope="module")
def quantised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with conv.onnx and its int8 copy."""
    folder = tmp_path_factory.mktemp("int8")
    write_conv(folder)
    quantise(folder / "conv.onnx", FACES)
    return folder


def write_conv(folder: Path, spec: InputSpec = GREY_48, batch: int | str = "n") -> Path:
    """A convolution, a pool and a linear layer behind a subtraction of the mean; returns the card's path."""
    rng = np.random.default_rng(0)
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[1, 2, 3], keepdims=1, name="mean"),
        helper.make_node("Sub", ["input", "mean"], ["centred"], name="centre"),
        helper.make_node("Conv", ["centred", "kernel"], ["found"], pads=[1, 1, 1, 1], name="conv"),
        helper.make_node("Relu", ["found"], ["rectified"], name="relu"),
        helper.make_node("GlobalAveragePool", ["rectified"], ["pooled"], name="pool"),
        helper.make_node("Flatten", ["pooled"], ["flat"], name="flatten"),
        helper.make_node("Gemm", ["flat", "weights"], ["logits"], name="head"),
    ]
    shape = [batch, spec.channels, *spec.size_px]
    graph = helper.make_graph(
        nodes,
        "conv",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [batch, 7])],
        [
            numpy_helper.from_array(rng.normal(0, 1, (16, spec.channels, 3, 3)).astype(np.float32), "kernel"),
            numpy_helper.from_array(rng.normal(0, 4, (16, 7)).astype(np.float32), "weights"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / "conv.onnx"
    path.write_bytes(model.SerializeToString())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = ModelCard("conv", path.name, digest, tuple(EMOTIONS), spec, licence="free")
    save_card(card, path.with_suffix(".yaml"))
    return path.with_suffix(".yaml")


@pytest.mark.parametrize(("spec", "batch"), [(COLOUR, "n"), (GREY_48, 1)], ids=["colour", "one at a time"])
def test_the_copy_answers_nearly_as_the_original_and_has_its_own_card(
    tmp_path: Path, spec: InputSpec, batch: int | str
) -> None:
    original = write_conv(tmp_path, spec, batch)
    compared = quantise(original, FACES)
    card = load_card(tmp_path / "conv_int8.yaml")
    assert compared.copy.card == card
    assert (card.name, card.licence) == ("conv int8", "free")
    assert card.quantised["method"] in training.exporting.quantise.METHODS
    assert card.quantised["original"] == load_card(original).sha256
    assert set(card.accuracy) == set(card.quantised["accuracy"]) >= {"valid_votes", "test", "test_votes"}
    assert card.size_bytes == (tmp_path / "conv_int8.onnx").stat().st_size
    bare = replace(load_card(original), temperature=1.0)
    logits = [Classifier(one, tmp_path / one.file).logits(FACES.images) for one in (bare, card)]
    assert np.abs(logits[0] - logits[1]).max() < 0.1 * np.abs(logits[0]).max()
    assert not np.array_equal(logits[0], logits[1])
    text = describe(compared)
    assert "0.50 of the time" in text
    assert text.count("int8 ") >= 3


def test_pixels_are_scaled_and_the_answer_is_given_in_full_precision(quantised: Path) -> None:
    assert exact_nodes(onnx.load(str(quantised / "conv.onnx"))) == ["mean", "centre", "head"]
    kinds = [node.op_type for node in onnx.load(str(quantised / "conv_int8.onnx")).graph.node]
    assert kinds.index("Sub") < kinds.index("QuantizeLinear") < kinds.index("Conv")


def test_what_is_quantised_already_is_left_alone(quantised: Path) -> None:
    with pytest.raises(ExportError, match="is quantised already"):
        quantise(quantised / "conv_int8.yaml", FACES)


@pytest.mark.parametrize(
    ("missing", "said"), [(Split.VALID, "no validation split"), (Split.TRAIN, "no training split")]
)
def test_a_split_that_is_needed_and_missing_is_named(tmp_path: Path, missing: Split, said: str) -> None:
    faces: FaceSet = FACES.where(FACES.splits != missing.value)
    with pytest.raises(ExportError, match=said):
        quantise(write_conv(tmp_path), faces)
    assert not (tmp_path / "conv_int8.onnx").exists()


def test_a_model_of_peoples_votes_is_not_calibrated_by_other_labels(tmp_path: Path) -> None:
    path = write_conv(tmp_path)
    save_card(replace(load_card(path), answers="votes"), path)
    with pytest.raises(ExportError, match="name their votes with --votes"):
        quantise(path, FACES.with_votes(np.zeros_like(FACES.votes)))


def test_the_command_says_one_line_for_a_model_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quantise", str(tmp_path / "no.yaml"), "--faces", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
