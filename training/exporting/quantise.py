"""A copy of a model in 8-bit integers: smaller, on most processors faster, and measured against the original.

Static quantisation in ONNX Runtime's QDQ form: weights by channel, activations by ranges that a calibration set of
training faces shows. How these ranges are found matters and differs from net to net, so several ways are tried, and the
one with the lowest log loss on the validation split is kept. Weights take seven bits: with eight, processors without
VNNI instructions lose sums of large products (ONNX Runtime's documentation, "Quantize ONNX models"), and the copy would
answer well on one machine and badly on the next. Works on any model with a card, other people's too.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType
from onnxruntime.quantization import quantize_static as quantize_file
from onnxruntime.quantization.shape_inference import quant_pre_process

from recognizer.card import ModelCard
from recognizer.classify import Classifier, find_card
from recognizer.crop import to_input
from recognizer.digest import file_sha256
from training.data.faces import FaceSet, Split
from training.errors import ExportError
from training.evaluation import evaluate as evaluation
from training.evaluation.cost import face_run, in_turns, ratio
from training.exporting.export import Exported, calibrated_card, measured_and_placed, validation

METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
}
CALIBRATION_FACES = 256
CHUNK = 32
HEAVY = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
"""Operators that multiply by weights. What lies before the first of them scales the pixels and stays exact."""
LAST_LAYERS = frozenset({"Gemm", "MatMul"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The original's figures by split and its size; the copy; and the copy's time for a face over the original's."""

    original: dict[str, Any]
    copy: Exported
    original_bytes: int
    time_ratio: float


class _Faces(CalibrationDataReader):  # type: ignore[misc]
    """Calibration faces, `size` at a time (repeated where there are fewer), as the model's input wants them."""

    def __init__(self, pixels: NDArray[np.float32], name: str, size: int) -> None:
        pixels = np.resize(pixels, (max(len(pixels), size), *pixels.shape[1:]))
        self._parts: Iterator[dict[str, NDArray[np.float32]]] = (
            {name: pixels[i : i + size]} for i in range(0, len(pixels) - size + 1, size)
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._parts, None)


def quantise(card_or_model: Path, faces: FaceSet, out: Path | None = None) -> Comparison:
    """Write an int8 copy of a model and its card; `out` defaults to NAME_int8.onnx beside the original.

    Raises:
        ModelError: the model or its card is missing or wrong.
        ExportError: it holds integers already, no way works, or a split that is needed has no faces.
    """
    card, path = find_card(card_or_model)
    original = Classifier(card, path)
    if card.answers == "votes" and not faces.votes.any():
        raise ExportError(f"{card_or_model}: answers what most people see; name their votes with --votes")
    train, valid = faces.split(Split.TRAIN), validation(faces, card_or_model)
    if not len(train):
        raise ExportError(f"{card_or_model}: no training split; quantising needs some of its faces")
    model, method = _best(card, path, train, valid)
    before = evaluation.summary(evaluation.evaluate(original, faces))
    note = {
        "method": method,
        "faces": min(CALIBRATION_FACES, len(train)),
        "original": card.sha256,
        "accuracy": before,
    }
    copied = replace(card, name=f"{card.name} int8", quantised=note, parity={}, weights_sha256={})
    out = out or int8_path(path)
    copy = measured_and_placed(model, copied, faces, out)
    return Comparison(before, copy, path.stat().st_size, _time_ratio(original, Classifier.load(out)))


def int8_path(model: Path) -> Path:
    """Where the copy of a model lies unless asked otherwise: NAME_int8.onnx beside it."""
    return model.with_name(f"{model.stem}_int8.onnx")


def describe(comparison: Comparison) -> str:
    """The comparison as text: both models' figures on each split, then size and time."""
    lines = [
        f"{'set':<26}{'model':<10}{'faces':>7}{'accuracy':>10}{'macro-F1':>10}{'ECE':>8}{'log loss':>10}"
    ]
    for split, before in comparison.original.items():
        for name, row in (("original", before), ("int8", comparison.copy.card.accuracy[split])):
            lines.append(
                f"{split:<26}{name:<10}{row['faces']:>7,}{row['accuracy']:>10.2%}{row['macro_f1']:>10.3f}"
                f"{row['calibration_error']:>8.3f}{row['log_loss']:>10.4f}"
            )
    card = comparison.copy.card
    lines.append(
        f"{comparison.copy.path}: {card.size_bytes / 1e6:.2f} MB instead of {comparison.original_bytes / 1e6:.2f},"
        f" {comparison.time_ratio:.2f} of the time for a face; ranges by {card.quantised['method']}"
    )
    return "\n".join(lines)


def _best(card: ModelCard, path: Path, train: FaceSet, valid: FaceSet) -> tuple[onnx.ModelProto, str]:
    """The copy whose calibrated answers have the lowest log loss on the validation split, and its method's name."""
    rows = np.linspace(0, len(train) - 1, min(CALIBRATION_FACES, len(train))).astype(int)
    pixels = to_input(train.images[rows], card.input)
    found: dict[str, tuple[float, onnx.ModelProto]] = {}
    with tempfile.TemporaryDirectory() as folder:
        plain = _prepared(path, Path(folder))
        for name, method in METHODS.items():
            trial = Path(folder) / f"{name}.onnx"
            _quantised(plain, trial, pixels, method)
            digest = file_sha256(trial)
            fitted = calibrated_card(replace(card, sha256=digest), trial, valid)
            losses = fitted.calibration["log_loss"]
            found[name] = losses[fitted.calibration["method"]], onnx.load(str(trial))
            log.info("%s: log loss %.4f on the validation split", name, found[name][0])
    best = min(found, key=lambda name: found[name][0])
    return found[best][1], best


def _prepared(path: Path, folder: Path) -> Path:
    """The model with constants folded (float16 weights become float32) and shapes known."""
    model = onnx.load(str(path))
    if any(
        node.op_type in {"QuantizeLinear", "DequantizeLinear", "ConvInteger"} for node in model.graph.node
    ):
        raise ExportError(f"{path}: is quantised already; take the float model that it was made from")
    out = folder / "prepared.onnx"
    with _quiet():
        quant_pre_process(str(path), str(out), skip_symbolic_shape=True)
    return out


def _quantised(plain: Path, out: Path, pixels: NDArray[np.float32], method: CalibrationMethod) -> None:
    model = onnx.load(str(plain))
    entry = model.graph.input[0]
    batch = entry.type.tensor_type.shape.dim[0].dim_value
    with _quiet():
        quantize_file(
            str(plain),
            str(out),
            _Faces(pixels, entry.name, batch or min(CHUNK, len(pixels))),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=method,
            nodes_to_exclude=exact_nodes(model),
        )


def exact_nodes(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes that stay in float: all before the first heavy operator, and the last layer with all after it.

    The first scale pixels, where a rounding error reaches everything; the last make seven logits and cost nothing.
    """
    nodes = list(model.graph.node)
    reached: set[str] = set()
    before = []
    for node in nodes:
        if node.op_type in HEAVY or reached & set(node.input):
            reached |= set(node.output)
        else:
            before.append(node.name)
    heavy = [index for index, node in enumerate(nodes) if node.op_type in HEAVY]
    last = (
        [node.name for node in nodes[heavy[-1] :]]
        if heavy and nodes[heavy[-1]].op_type in LAST_LAYERS
        else []
    )
    return before + last


def _time_ratio(original: Classifier, copy: Classifier) -> float:
    samples = in_turns({"original": face_run(original), "copy": face_run(copy)})
    return ratio(samples["copy"], samples["original"])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """ONNX Runtime's tools print and warn about what is decided here on purpose."""
    root = logging.getLogger()
    level = root.level
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        root.setLevel(logging.ERROR)
        try:
            yield
        finally:
            root.setLevel(level)
