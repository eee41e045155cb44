"""Emotion classifier: an ONNX model, checked against its card, that turns face crops into calibrated probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, ModelCard, card_in_metadata, load_card
from recognizer.crop import FACE_SIZE_PX, to_input
from recognizer.errors import ModelError
from recognizer.onnx_file import OnnxFiles, one_line, read_model
from recognizer.resources import given_or_shipped
from recognizer.runtime import CUDA

Expected = Mapping[str, float]
"""How common each emotion is held to be, by its name."""

ONNX_FLOATS: Mapping[str, type[np.floating]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
}
"""The kinds of numbers that a model may take."""
PROBABILITY_FLOOR = 1e-9
SUM_TOLERANCE = 1e-2


class Classifier:
    """Emotion classifier over an ONNX Runtime session, warmed up when constructed.

    Several threads may call it, since a session's `run` is thread-safe. Raises ModelError for a model whose hash,
    labels, input or output does not fit its card.
    `adjustment` float64 [7] is what `prior_adjustment` adds to the scores.
    """

    def __init__(
        self, card: ModelCard, model_path: Path, threads: int = 1, expected: Expected | None = None
    ) -> None:
        """`expected` says how common the emotions are where the model is used, in place of the card's own choice."""
        self.card = card
        self.adjustment = prior_adjustment(card, expected)
        model = read_model(model_path)
        _check_hashes(model, card, model_path)
        self._session = model.session(threads)
        self._input = _checked_input(self._session, card, model_path)
        self._output = _checked_output(self._session, card, model_path)
        self._batch_size = _fixed_batch_size(self._input)
        self._check_output(model_path)

    @classmethod
    def load(cls, path: Path, threads: int = 1, expected: Expected | None = None) -> Self:
        """The model of a card (.yaml), from the card's folder; or an .onnx file, by the card beside it or inside it."""
        card, model_path = find_card(path)
        return cls(card, model_path, threads, expected)

    @property
    def device(self) -> str:
        """Where it computes: "processor" or "graphics card"."""
        return "graphics card" if CUDA in self._session.get_providers() else "processor"

    def probabilities(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Calibrated probabilities float32 [n, 7] in the order of EMOTIONS; each row sums to 1.

        `faces` is uint8: grey [n, height, width], as `crop.align` makes them, or BGR [n, height, width, 3].
        """
        if len(faces) == 0:
            return np.empty((0, len(EMOTIONS)), np.float32)
        return calibrated(self.logits(faces), self.card, self.adjustment)

    def logits(self, faces: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Logits float64 [n, labels] in the model's own order, not calibrated; of probabilities the logarithms."""
        raw = self._run(to_input(faces, self.card.input)).astype(np.float64)
        return np.log(np.maximum(raw, PROBABILITY_FLOOR)) if self.card.output == "probabilities" else raw

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.floating]:
        """The raw output [n, labels]; in pieces where the model takes only batches of one size."""
        size = self._batch_size or len(batch)
        missing = -len(batch) % size
        padded = np.concatenate([batch, np.repeat(batch[-1:], missing, axis=0)]) if missing else batch
        padded = padded.astype(ONNX_FLOATS[self._input.type], copy=False)
        pieces = [
            self._session.run([self._output], {self._input.name: padded[start : start + size]})[0]
            for start in range(0, len(padded), size)
        ]
        return np.concatenate(pieces)[: len(batch)]

    def _check_output(self, path: Path) -> None:
        """Run the model once, to warm it up and to compare its output with its card."""
        grey = np.full((1, FACE_SIZE_PX, FACE_SIZE_PX), 128, np.uint8)
        try:
            raw = self._run(to_input(grey, self.card.input))
        except Exception as error:  # ONNX Runtime's exceptions share no base class of their own
            raise ModelError(f"{path}: the model cannot be run ({one_line(error)})") from error
        if raw.shape != (1, len(self.card.labels)):
            raise ModelError(
                f"{path}: gives {list(raw.shape)} where its card has {len(self.card.labels)} labels"
            )
        if not np.isfinite(raw).all():
            raise ModelError(
                f"{path}: gives numbers that are not finite; the file is damaged or the card is wrong"
            )
        sums_to_one = abs(float(raw.sum()) - 1) < SUM_TOLERANCE and float(raw.min()) >= 0
        if self.card.output == "probabilities" and not sums_to_one:
            raise ModelError(f"{path}: its card says probabilities, but the output does not sum to 1")


def prior_adjustment(card: ModelCard, expected: Expected | None = None) -> NDArray[np.float64]:
    """What is added to the calibrated scores, float64 [7] in the order of EMOTIONS.

    The card's: less tau times the log of the training shares. With `expected` shares (of all seven emotions, above 0;
    they need not sum to 1): plus their log, less the log of the training shares (Saerens et al. 2002).
    Raises ModelError for other shares, or where the card does not tell the training shares.
    """
    if expected is None and card.prior is None:
        return np.zeros(len(EMOTIONS))
    if card.prior is None:
        raise ModelError(f"the card of {card.name} tells no training shares (prior), so yours cannot be set")
    trained = np.log(np.array(card.prior.shares)[list(card.columns)])
    if expected is None:
        return np.asarray(-card.prior.tau * trained)
    if set(expected) != set(EMOTIONS) or not all(0 < share < np.inf for share in expected.values()):
        raise ModelError(f"expected shares must be numbers above 0 for each of {', '.join(EMOTIONS)}")
    return np.asarray(np.log([expected[emotion] for emotion in EMOTIONS]) - trained)


def calibrated(
    logits: NDArray[np.floating], card: ModelCard, adjustment: NDArray[np.float64] | None = None
) -> NDArray[np.float32]:
    """Probabilities float32 [n, 7] in the order of EMOTIONS from a model's logits [n, 7] in its own order.

    `adjustment` is the result of `prior_adjustment`; None: the card's.
    """
    scores = logits / card.temperature
    if card.scales:
        scores = scores * np.array(card.scales)
    if card.biases:
        scores = scores + np.array(card.biases)
    scores = scores[:, card.columns] + (prior_adjustment(card) if adjustment is None else adjustment)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def find_card(path: Path) -> tuple[ModelCard, Path]:
    """The card and the model's path, given either; for an .onnx file the card beside it goes before the one inside.

    Raises ModelError where there is none or it makes no sense.
    """
    path = given_or_shipped(path)
    if path.suffix.lower() != ".onnx":
        card = load_card(path)
        return card, path.parent / card.file
    beside = path.with_suffix(".yaml")
    return (load_card(beside) if beside.exists() else _carried_card(path)), path


def _carried_card(path: Path) -> ModelCard:
    model = read_model(path)
    metadata = model.session().get_modelmeta().custom_metadata_map
    card = card_in_metadata(metadata, path.name, model.sha256, model.weights_sha256)
    if card is None:
        raise ModelError(
            f"{path}: the file carries no card, and none lies beside it; "
            f"draft one with: python -m recognizer.draft {path.name}"
        )
    return card


def _check_hashes(model: OnnxFiles, card: ModelCard, path: Path) -> None:
    """Raise ModelError where a file is not the one that the card describes."""
    if model.sha256 != card.sha256.lower():
        raise ModelError(f"{path}: not the model of its card (sha256 differs); restore the two together")
    for name, digest in model.weights_sha256.items():
        stated = card.weights_sha256.get(name)
        if stated is None:
            raise ModelError(
                f"{path}: its weights lie in {name}, for which its card states no hash; "
                f"add to the card: weights_sha256: {{{name}: {digest}}}"
            )
        if digest != stated.lower():
            raise ModelError(
                f"{path}: {name} is not the one of its card (sha256 differs); restore them together"
            )


def _checked_output(session: Any, card: ModelCard, path: Path) -> str:
    """The name of the output to read: the card's, else the first."""
    names = [entry.name for entry in session.get_outputs()]
    if card.output_tensor is not None and card.output_tensor not in names:
        raise ModelError(f"{path}: its outputs are {', '.join(names)}, its card says {card.output_tensor}")
    return card.output_tensor or str(names[0])


def _checked_input(session: Any, card: ModelCard, path: Path) -> Any:
    """The model's input, once name, kind and shape are known to be the card's."""
    inputs = {entry.name: entry for entry in session.get_inputs()}
    name = card.input.tensor or next(iter(inputs), "")
    if name not in inputs or len(inputs) != 1:
        raise ModelError(f"{path}: its inputs are {', '.join(inputs)}, its card says {name or 'one'}")
    entry = inputs[name]
    expected = _input_shape(card.input)
    fits = len(entry.shape) == 4 and all(
        not isinstance(side, int) or side == wanted
        for side, wanted in zip(entry.shape[1:], expected, strict=True)
    )
    if entry.type not in ONNX_FLOATS or not fits:
        wanted = f"float [n, {', '.join(map(str, expected))}]"
        raise ModelError(f"{path}: takes {entry.type} {list(entry.shape)}, but its card says {wanted}")
    return entry


def _input_shape(spec: InputSpec) -> tuple[int, ...]:
    """The card's shape without the batch."""
    return (spec.channels, *spec.size_px) if spec.layout == "NCHW" else (*spec.size_px, spec.channels)


def _fixed_batch_size(entry: Any) -> int | None:
    return entry.shape[0] if isinstance(entry.shape[0], int) else None
