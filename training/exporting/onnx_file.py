"""A net as an ONNX file: the graph, its size, and the card that it carries inside."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.nets.face_net import FaceNet

SMALL_TENSOR = 256
"""Weights with fewer numbers stay as they are: nothing is gained by shrinking them."""


class MirrorAveraged(nn.Module):
    """A net that reads a face and its mirror image, and answers with the mean of both logits."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: Tensor) -> Tensor:
        """Logits [n, 7] for images [n, c, h, w]."""
        # Not len(): the exporter would freeze the batch at the example's size.
        both: Tensor = self.net(torch.cat([images, images.flip(3)]))
        return both.reshape(2, images.shape[0], -1).mean(0)


def to_onnx(net: FaceNet, mirror: bool = False) -> onnx.ModelProto:
    """The graph with a dynamic batch: "faces" float32 [n, c, h, w] in [0, 1] to "logits" float32 [n, 7]."""
    # The exporter freezes some models' batch at 1 when its example has one row.
    example = torch.rand(2, net.channels, net.size_px, net.size_px)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder) / "model.onnx"
        torch.onnx.export(
            MirrorAveraged(net) if mirror else net,
            (example,),
            str(file),
            input_names=["faces"],
            output_names=["logits"],
            dynamic_shapes={"images": {0: torch.export.Dim("batch")}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        model = onnx.load(str(file))
    strip_node_metadata(model)
    onnx.checker.check_model(model)
    return model


def strip_node_metadata(model: onnx.ModelProto) -> None:
    """Drop what the exporter notes of every node: stack traces, with the folders of the machine that trained."""
    for part in (model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del part.metadata_props[:]
        part.doc_string = ""


def with_float16_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy of half the size: weights are kept as float16 and cast when the session loads; arithmetic stays float32.

    Vectors (biases, a batch norm's variances) are left alone: they are small, and some are too near to zero.
    """
    half = onnx.ModelProto()
    half.CopyFrom(model)
    casts = []
    for initializer in half.graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < SMALL_TENSOR:
            continue
        name = initializer.name
        with np.errstate(over="ignore"):  # the comparison with torch finds weights beyond float16
            rounded = values.astype(np.float16)
        initializer.CopyFrom(numpy_helper.from_array(rounded, f"{name}_float16"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}_float16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *half.graph.node]
    del half.graph.node[:]
    half.graph.node.extend(nodes)
    return half


def with_metadata(model: onnx.ModelProto, metadata: Mapping[str, str]) -> bytes:
    """The file's bytes, with this metadata instead of any that it had."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.metadata_props[:]
    onnx.helper.set_model_props(copy, dict(metadata))
    return bytes(copy.SerializeToString())
