"""Export a fitted run to ONNX with its card: parity against torch on real faces is always checked."""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from recognizer.affect import EMOTIONS
from recognizer.card import UNIT_SCALE, InputSpec, ModelCard, save_card
from recognizer.crop import FACE_SIZE_PX
from training.backbones import EmotionNet, to_pixels
from training.calibrate import fit_temperature
from training.checkpoint import load_checkpoint
from training.data.faces import FaceSet, Split
from training.errors import ExportError
from training.recipe import Recipe

PARITY_FACES = 256
PARITY_TOLERANCE = 0.02
"""Largest difference in a probability between torch in float32 and the exported file, whose weights are float16."""
SMALL_TENSOR = 256
"""Initialisers with fewer numbers (biases, shapes) stay as they are: nothing is gained by shrinking them."""


def load_net(run: Path, recipe: Recipe) -> EmotionNet:
    """The run's averaged weights in a network ready for inference."""
    net = EmotionNet(recipe.net)
    final = run / "weights.pt"
    net.load_state_dict(
        load_checkpoint(final) if final.exists() else load_checkpoint(run / "last.pt")["averaged"]
    )
    return net.eval()


def export_onnx(net: nn.Module, path: Path) -> None:
    """Write `net` with a dynamic batch; input "faces" float32 [n, 1, 48, 48] in [0, 1], output "logits" [n, 7]."""
    # The exporter freezes some models' batch at 1 when its example has one row.
    example = torch.rand(2, 1, FACE_SIZE_PX, FACE_SIZE_PX)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = Path(folder) / "model.onnx"
        torch.onnx.export(
            net,
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
    forget_origin(model)
    store_weights_as_float16(model)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


def forget_origin(model: onnx.ModelProto) -> None:
    """Drop what the exporter notes of every node: stack traces, with the folders of the machine that trained."""
    for part in (model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del part.metadata_props[:]
        part.doc_string = ""


def store_weights_as_float16(model: onnx.ModelProto) -> None:
    """Halve the file: large weights are kept as float16 and cast when the session loads; arithmetic stays float32."""
    graph = model.graph
    casts = []
    for initializer in graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.dtype != np.float32 or values.size < SMALL_TENSOR:
            continue
        name = initializer.name
        initializer.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_float16"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}_float16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def check_parity(net: nn.Module, path: Path, faces: NDArray[np.uint8]) -> float:
    """The largest difference of a probability between torch and the file, over `faces` uint8 [n, h, w].

    Raises:
        ExportError: it exceeds PARITY_TOLERANCE.
    """
    with torch.no_grad():
        expected = net(to_pixels(torch.from_numpy(faces))).softmax(1).numpy()
    actual = torch.from_numpy(logits_of(path, faces)).softmax(1).numpy()
    difference = float(np.abs(expected - actual).max())
    if difference > PARITY_TOLERANCE:
        raise ExportError(
            f"{path}: differs from the trained model by {difference:.3f}; do not ship it, export again"
        )
    return difference


def logits_of(path: Path, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Raw outputs float32 [n, 7] of an exported file."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    pixels = to_pixels(torch.from_numpy(faces)).numpy()
    parts = [session.run(None, {"faces": pixels[i : i + 256]})[0] for i in range(0, len(pixels), 256)]
    return np.concatenate([np.asarray(part, np.float32) for part in parts])


def export(
    run: Path, recipe: Recipe, faces: FaceSet, out: Path, trained_on: str, data_terms: str
) -> ModelCard:
    """Export, check parity, calibrate on the validation split and write the card without accuracies.

    Raises:
        ExportError: the file disagrees with the net, or there is no validation split to calibrate on.
    """
    net = load_net(run, recipe)
    valid = faces.split(Split.VALID)
    if not len(valid):
        raise ExportError(
            f"{recipe.data.faces}: no validation split; the model cannot be calibrated without one"
        )
    export_onnx(net, out)
    difference = check_parity(net, out, valid.images[:PARITY_FACES])
    temperature = fit_temperature(logits_of(out, valid.images), valid.labels)
    card = ModelCard(
        name=recipe.name,
        file=out.name,
        sha256=hashlib.sha256(out.read_bytes()).hexdigest(),
        labels=tuple(str(emotion) for emotion in EMOTIONS),
        input=InputSpec((FACE_SIZE_PX, FACE_SIZE_PX), 1, "NCHW", "grey", UNIT_SCALE, (0.0,), (1.0,), "faces"),
        output="logits",
        temperature=round(temperature, 4),
        created=datetime.now(UTC).date().isoformat(),
        trained_on=trained_on,
        data_terms=data_terms,
        licence="Apache-2.0 for the weights; the data's terms apply beside it",
        accuracy={},
        notes=f"Largest probability difference to the trained net on {PARITY_FACES} faces: {difference:.4f}.",
    )
    save_card(card, out.with_suffix(".yaml"))
    return card
