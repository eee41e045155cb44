"""Tiny emotion models, made in a moment, for tests that need a model but not a good one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, ModelCard, save_card

GREY_48 = InputSpec((48, 48), 1, "NCHW", "grey", 1 / 255, (0.0,), (1.0,), "input")


def write_model(
    folder: Path,
    labels: tuple[str, ...] = tuple(EMOTIONS),
    spec: InputSpec = GREY_48,
    batch: int | str = "n",
    softmax: bool = False,
    temperature: float = 1.0,
    int8: bool = False,
    metadata: dict[str, str] | None = None,
    checked: bool = True,
) -> Path:
    """Write tiny.onnx and its card (no card unless `checked`: for labels that no card may have); returns its path.

    `metadata` goes into the file.

    The model's first logit is the mean input times 7, the second times 6 and so on: a bright face reads as the first
    label, surely; a black one as all of them equally.
    """
    path = folder / "tiny.onnx"
    model = _model(spec, len(labels), batch, softmax, int8)
    helper.set_model_props(model, metadata or {})
    path.write_bytes(model.SerializeToString())
    if not checked:
        return folder / "tiny.yaml"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    output = "probabilities" if softmax else "logits"
    card = ModelCard("tiny", path.name, digest, labels, spec, output, temperature)
    save_card(card, folder / "tiny.yaml")
    return folder / "tiny.yaml"


def _model(
    spec: InputSpec, labels: int, batch: int | str, softmax: bool, int8: bool = False
) -> onnx.ModelProto:
    shape = (spec.channels, *spec.size_px) if spec.layout == "NCHW" else (*spec.size_px, spec.channels)
    weights = np.arange(labels, 0, -1, dtype=np.float32)[None]
    nodes = [
        helper.make_node("ReduceMean", [spec.tensor or "input"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "axis"], ["column"]),
        helper.make_node("MatMul", ["column", "weights"], ["logits"]),
    ]
    if int8:
        # Means of plain grey faces are whole multiples of the step, so that nothing is lost.
        nodes[1].input[0] = "read"
        nodes[1:1] = [
            helper.make_node("QuantizeLinear", ["mean", "step", "zero"], ["counted"]),
            helper.make_node("DequantizeLinear", ["counted", "step", "zero"], ["read"]),
        ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(spec.tensor or "input", TensorProto.FLOAT, [batch, *shape])],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, [batch, labels])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
            numpy_helper.from_array(np.array(1 / 255, np.float32), "step"),
            numpy_helper.from_array(np.array(0, np.uint8), "zero"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
