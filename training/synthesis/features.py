"""What an emotion model sees in a face before it decides: the space in which pictures are compared.

The features are the input of the model's last linear layer. They tell expressions well and people less well, and
distances in them are comparable only for the same model: say which one with every number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.card import load_card
from recognizer.classify import PROBABILITY_FLOOR, calibrated
from recognizer.crop import to_input
from recognizer.resources import given_or_shipped
from training.errors import DataError

AT_ONCE = 128
LINEAR = {"Gemm", "MatMul"}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Features float32 [n, d] of faces, and the emotion read in each as a position in EMOTIONS, int64 [n]."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]


class FeatureNet:
    """An exported emotion model with a second output: its penultimate features.

    Raises DataError when the model has no last linear layer, ModelError when card or model cannot be read.
    """

    def __init__(self, card_path: Path, threads: int = 1) -> None:
        self.card = load_card(card_path)
        self._session, self._names = _open(given_or_shipped(card_path).parent / self.card.file, threads)

    @property
    def identity(self) -> str:
        """Which model this is: its name and the start of its sha256."""
        return f"{self.card.name} {self.card.sha256[:12]}"

    def see(self, faces: NDArray[np.uint8]) -> Seen:
        """Features and read emotions of faces uint8 [n, h, w] or BGR [n, h, w, 3]."""
        parts = [self._see(faces[start : start + AT_ONCE]) for start in range(0, len(faces), AT_ONCE)]
        features, scores = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Seen(features.astype(np.float32), calibrated(scores, self.card).argmax(axis=1))

    def _see(self, faces: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        scores, features = self._session.run(
            list(self._names), {self._session.get_inputs()[0].name: to_input(faces, self.card.input)}
        )
        return per_face(features, len(faces)), self._logits(scores)

    def _logits(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        raw = scores.astype(np.float64)
        return np.log(np.maximum(raw, PROBABILITY_FLOOR)) if self.card.output == "probabilities" else raw


def per_face(features: NDArray[np.float32], faces: int) -> NDArray[np.float32]:
    """One row of features for each of `faces`, float32 [faces, d].

    A model that also reads the mirror images in its graph has twice as many rows, all faces first and then all mirror
    images; it averages what its linear layer makes of both, which is what that layer makes of their mean.
    """
    return np.asarray(features.reshape(-1, faces, features.shape[-1]).mean(axis=0), np.float32)


def _open(path: Path, threads: int) -> tuple[Any, tuple[str, str]]:
    """A session and the names of its scores and its features."""
    import onnx
    import onnxruntime

    try:
        model = onnx.load(path)
    except Exception as error:  # protobuf's exceptions share no base class with onnx's
        raise DataError(f"{path}: not a readable ONNX model ({type(error).__name__})") from error
    linear = [node for node in model.graph.node if node.op_type in LINEAR]
    if not linear:
        raise DataError(f"{path}: has no last linear layer, so no features; name another card")
    features = linear[-1].input[0]
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(features))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session, (model.graph.output[0].name, features)
