"""Models as exporters write them: with weights in a second file, in half precision, with several outputs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from recognizer import draft
from recognizer.affect import EMOTIONS
from recognizer.card import load_card, save_card
from recognizer.classify import Classifier
from recognizer.errors import ModelError
from recognizer.onnx_file import external_files
from tests.cases import media_case
from tests.recognizer.models import write_model

BRIGHT = np.full((2, 48, 48), 255, np.uint8)


def drafted(model: Path) -> Path:
    """The card that the command drafts."""
    assert draft.main([str(model)]) == 0
    return model.with_suffix(".yaml")


def with_weights_outside(folder: Path) -> Path:
    write_model(folder, checked=False)
    path = folder / "outside.onnx"
    model = onnx.load(folder / "tiny.onnx")
    onnx.save(model, path, save_as_external_data=True, location="outside.onnx.data", size_threshold=50)
    return path


def test_weights_in_a_second_file_are_found_hashed_and_used(tmp_path: Path) -> None:
    model = with_weights_outside(tmp_path)
    assert external_files(model.read_bytes()) == ("outside.onnx.data",)
    card = drafted(model)
    assert list(load_card(card).weights_sha256) == ["outside.onnx.data"]
    rows = Classifier.load(card).probabilities(BRIGHT)
    assert [EMOTIONS[int(row.argmax())] for row in rows] == [EMOTIONS[0]] * 2
    (tmp_path / "outside.onnx.data").write_bytes((tmp_path / "outside.onnx.data").read_bytes()[::-1])
    with pytest.raises(ModelError, match=r"outside\.onnx\.data is not the one of its card"):
        Classifier.load(card)


def test_a_second_file_that_is_missing_or_not_in_the_card_is_said_in_one_line(tmp_path: Path) -> None:
    card = drafted(with_weights_outside(tmp_path))
    save_card(replace(load_card(card), weights_sha256={}), card)
    with pytest.raises(
        ModelError, match=r"add to the card: weights_sha256: \{outside\.onnx\.data: [0-9a-f]{64}\}"
    ):
        Classifier.load(card)
    (tmp_path / "outside.onnx.data").unlink()
    with pytest.raises(ModelError, match=r"its weights lie in outside\.onnx\.data, which cannot be read"):
        Classifier.load(card)


def test_weights_outside_the_models_folder_are_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    model = onnx.load(with_weights_outside(tmp_path), load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = "../outside.onnx.data"
    (inner / "model.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="weights from outside its folder"):
        draft.draft(inner / "model.onnx")


@pytest.mark.parametrize(
    ("kind", "dtype"), [(TensorProto.FLOAT16, np.float16), (TensorProto.DOUBLE, np.float64)]
)
def test_a_model_may_take_other_floats(tmp_path: Path, kind: int, dtype: type) -> None:
    write_model(tmp_path, checked=False)
    model = onnx.load(tmp_path / "tiny.onnx")
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.elem_type = kind
    weights = next(each for each in model.graph.initializer if each.name == "weights")
    weights.CopyFrom(
        onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weights).astype(dtype), "weights")
    )
    onnx.save(model, tmp_path / "other.onnx")
    rows = Classifier.load(drafted(tmp_path / "other.onnx")).probabilities(BRIGHT)
    assert [EMOTIONS[int(row.argmax())] for row in rows] == [EMOTIONS[0]] * 2
    assert rows.dtype == np.float32


def test_one_of_several_outputs_is_named_in_the_card(tmp_path: Path) -> None:
    write_model(tmp_path, checked=False)
    model = onnx.load(tmp_path / "tiny.onnx")
    box = helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["n"])
    outputs = [box, *model.graph.output]
    del model.graph.output[:]
    model.graph.output.extend(outputs)
    onnx.save(model, tmp_path / "two.onnx")
    card = drafted(tmp_path / "two.onnx")
    assert load_card(card).output_tensor == "logits"
    assert Classifier.load(card).probabilities(BRIGHT).shape == (2, 7)
    save_card(replace(load_card(card), output_tensor="scores"), card)
    with pytest.raises(ModelError, match="its outputs are mean, logits, its card says scores"):
        Classifier.load(card)


def test_a_case_with_weights_outside_runs(tmp_path: Path) -> None:
    for name in ("external.onnx", "external.onnx.data"):
        shutil.copy(media_case(name), tmp_path / name)
    rows = Classifier.load(drafted(tmp_path / "external.onnx")).probabilities(np.zeros((3, 64, 64), np.uint8))
    assert rows.shape == (3, 7)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_model_name_no_files(content: bytes) -> None:
    assert all(isinstance(name, str) for name in external_files(content))
