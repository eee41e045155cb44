"""Model cards: everything needed to prepare an emotion model's input and to interpret its output.

A card is a small YAML file beside the model. It travels with the weights, so that no code has to guess sizes,
channel order or label order from a file's name. `load_card` refuses what it does not understand. An ONNX file can also
carry its card inside, as metadata (`metadata_of`, `card_in_metadata`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from recognizer.affect import EMOTIONS, Emotion
from recognizer.clean import EQUALISE
from recognizer.errors import ModelError
from recognizer.resources import given_or_shipped
from recognizer.whole_file import replacing

LAYOUTS = ("NCHW", "NHWC")
COLOURS = ("grey", "rgb", "bgr")
OUTPUTS = ("logits", "probabilities")
ANSWERS = ("label", "votes")
UNIT_SCALE = 1 / 255
MOST_TAU = 2.0

SYNONYMS: Mapping[str, Emotion] = MappingProxyType(
    {
        "anger": Emotion.ANGRY,
        "disgusted": Emotion.DISGUST,
        "fearful": Emotion.FEAR,
        "scared": Emotion.FEAR,
        "happiness": Emotion.HAPPY,
        "joy": Emotion.HAPPY,
        "sadness": Emotion.SAD,
        "surprised": Emotion.SURPRISE,
        "neutrality": Emotion.NEUTRAL,
        "calm": Emotion.NEUTRAL,
    }
)
"""Synonyms of the seven emotions in other models (compared without regard to case)."""

OTHER_LABELS = frozenset({"contempt", "unknown", "other", "none"})
"""Labels of other people's models that are none of the seven; their answers are left out."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """Specification of the model's input tensor: `(pixel * scale - mean) / std` for each channel.

    `size_px` is (height, width); `mean` and `std` have one entry per channel, in the order of `colour`.
    `tensor` names the input; None means the model's only one.
    `equalise` and `sharpen_below` say how a face is cleaned first (see recognizer.clean).
    `anchors` are left eye, right eye and mouth as (x, y) fractions of the image's width and height, for a model whose
    faces were framed otherwise than FER2013's; empty means FER2013's framing.
    """

    size_px: tuple[int, int]
    channels: int
    layout: str
    colour: str
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    tensor: str | None = None
    equalise: str = "none"
    sharpen_below: float | None = None
    anchors: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        """Raise ModelError where the parts contradict each other."""
        _one_of("layout", self.layout, LAYOUTS)
        _one_of("colour", self.colour, COLOURS)
        _demand(len(self.size_px) == 2 and min(self.size_px) > 0, "size_px must be [height, width]")
        _demand(self.channels == (1 if self.colour == "grey" else 3), "channels do not fit colour")
        _demand(len(self.mean) == self.channels, "mean needs one number per channel")
        _demand(len(self.std) == self.channels, "std needs one number per channel")
        _demand(min(self.std) > 0 and self.scale > 0, "scale and std must be above 0")
        _one_of("equalise", self.equalise, EQUALISE)
        _demand(self.sharpen_below is None or self.sharpen_below > 0, "sharpen_below must be above 0")
        _demand(
            not self.anchors or (len(self.anchors) == 3 and all(len(point) == 2 for point in self.anchors)),
            "anchors must be [x, y] of left eye, right eye and mouth",
        )


@dataclass(frozen=True, slots=True)
class Prior:
    """How common the emotions were in training, and how much of that is taken off the scores.

    `shares` has one number for each label; `tau` times their logarithm is taken off (Menon et al. 2021, "Long-tail
    learning via logit adjustment"): 0 leaves the model to expect what it was trained on, 1 to expect all alike.
    """

    tau: float
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ModelError for numbers that no shares can be."""
        _demand(0 <= self.tau <= MOST_TAU, f"tau must be 0 to {MOST_TAU:g}")
        _demand(all(share > 0 for share in self.shares), "the prior's shares must be above 0")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Description of an emotion model.

    `file` is relative to the card's folder. `labels` are the model's own names in its own order.
    `weights_sha256` has the hash of each file beside it that holds weights (torch's `x.onnx.data`).
    `output` says what comes out, `output_tensor` which of several outputs that is (None: the first).
    `temperature` divides logits (for probabilities: their logarithm) before the softmax, so that the confidences are
    honest; where one number is not enough, each label's logit is also multiplied by its entry in `scales` and moved by
    the one in `biases` (both empty, or one for each label). After these comes `prior`, which sets how common the
    emotions are held to be. `answers` says what the probabilities are of: label, that the training set calls the face
    so; votes, that most people do.
    The mappings hold measured numbers, freely named: `accuracy` per split, `calibration` before and after, `parity`
    with the net that was trained, `latency` relative to a known net, `quantised` what a smaller copy costs.
    `recipe` and `revision` say what made the model, `size_bytes` how big its file is.
    """

    name: str
    file: str
    sha256: str
    labels: tuple[str, ...]
    input: InputSpec
    output: str = "logits"
    temperature: float = 1.0
    scales: tuple[float, ...] = ()
    biases: tuple[float, ...] = ()
    prior: Prior | None = None
    answers: str = "label"
    output_tensor: str | None = None
    weights_sha256: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    recipe: str = ""
    revision: str = ""
    trained_on: str = ""
    data_terms: str = ""
    licence: str = ""
    size_bytes: int = 0
    accuracy: Mapping[str, Any] = field(default_factory=dict)
    calibration: Mapping[str, Any] = field(default_factory=dict)
    parity: Mapping[str, Any] = field(default_factory=dict)
    latency: Mapping[str, Any] = field(default_factory=dict)
    quantised: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""

    def __post_init__(self) -> None:
        """Raise ModelError where the parts contradict each other."""
        _one_of("output", self.output, OUTPUTS)
        _one_of("answers", self.answers, ANSWERS)
        _demand(self.temperature > 0, "temperature must be above 0")
        _demand(len(self.sha256) == 64, "sha256 must have 64 hexadecimal digits")
        known = [each for each in self.emotions if each]
        _demand(sorted(known) == sorted(EMOTIONS), f"labels must be the seven of {', '.join(EMOTIONS)}")
        for name, numbers in (("scales", self.scales), ("biases", self.biases)):
            _demand(len(numbers) in (0, len(self.labels)), f"{name} needs one number per label, or none")
        _demand(all(number > 0 for number in self.scales), "scales must be above 0")
        shares = self.prior.shares if self.prior else self.labels
        _demand(len(shares) == len(self.labels), "the prior's shares need one number per label")

    @property
    def emotions(self) -> tuple[Emotion | None, ...]:
        """Emotion of each label; None for one of OTHER_LABELS."""
        return tuple(
            None if label.strip().lower() in OTHER_LABELS else emotion_named(label) for label in self.labels
        )

    @property
    def columns(self) -> tuple[int, ...]:
        """For each of EMOTIONS the column of the model's output that holds it."""
        return tuple(self.emotions.index(emotion) for emotion in EMOTIONS)


def emotion_named(label: str) -> Emotion:
    """Emotion of a label; raises ModelError for an unknown name."""
    name = label.strip().lower()
    if name in SYNONYMS:
        return SYNONYMS[name]
    _demand(name in set(EMOTIONS), f"unknown label '{label}'")
    return Emotion(name)


def load_card(path: Path) -> ModelCard:
    """Read and check a card; raises ModelError with one line that names the file and the fault."""
    try:
        content = yaml.safe_load(given_or_shipped(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such model card; a model needs its .yaml beside it") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{path}: this is not a readable model card ({_first_line(error)})") from error
    try:
        return _card_from(content)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def save_card(card: ModelCard, path: Path) -> None:
    """Write a card as YAML that `load_card` reads back equal, whole or not at all; raises OSError as files do."""
    text = yaml.safe_dump(
        _contents(card), sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    with replacing(path) as file:
        file.write(text.encode())


def metadata_of(card: ModelCard) -> dict[str, str]:
    """A card as the metadata of an ONNX file: its keys and values as JSON, without what only holds beside the file."""
    outside = ("file", "sha256", "weights_sha256", "size_bytes")
    return {key: json.dumps(value) for key, value in _contents(card).items() if key not in outside}


def card_in_metadata(
    metadata: Mapping[str, str], file: str, sha256: str, weights_sha256: Mapping[str, str] | None = None
) -> ModelCard | None:
    """The card that an ONNX file carries; None where it carries none. Raises ModelError for one that makes no sense."""
    if not {"labels", "input"} <= metadata.keys():
        return None
    try:
        content = {key: json.loads(metadata[key]) for key in ModelCard.__slots__ if key in metadata}
    except json.JSONDecodeError as error:
        raise ModelError(f"{file}: the card inside is not readable ({_first_line(error)})") from error
    try:
        hashes = {"sha256": sha256, "weights_sha256": dict(weights_sha256 or {})}
        return _card_from({"name": file, **content, "file": file, **hashes})
    except ModelError as error:
        raise ModelError(f"{file}: the card inside: {error}") from error


def _contents(card: ModelCard | InputSpec | Prior) -> dict[str, object]:
    """Keys and values of a card in YAML's types, without empty ones."""
    values = {name: _plain(getattr(card, name)) for name in type(card).__slots__}
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _card_from(content: object) -> ModelCard:
    values = _fields(content, ModelCard, "the card")
    try:
        values["input"] = _input_from(values["input"])
        if values.get("prior") is not None:
            values["prior"] = _prior_from(values["prior"])
        values["labels"] = tuple(str(label) for label in values["labels"])
        values["temperature"] = float(values.get("temperature", 1.0))
        values["size_bytes"] = int(values.get("size_bytes", 0))
        for name in ("scales", "biases"):
            values[name] = tuple(float(number) for number in values.get(name, ()))
        for name in ("name", "file", "sha256", "created"):
            values[name] = str(values.get(name, ""))
        values["weights_sha256"] = {str(k): str(v) for k, v in dict(values.get("weights_sha256", {})).items()}
        return ModelCard(**values)
    except (TypeError, ValueError) as error:
        raise ModelError(f"a value has the wrong kind ({_first_line(error)})") from error


def _input_from(content: object) -> InputSpec:
    values = _fields(content, InputSpec, "input")
    values["size_px"] = tuple(int(side) for side in values["size_px"])
    values["scale"] = float(values["scale"])
    for name in ("mean", "std"):
        values[name] = tuple(float(number) for number in values[name])
    if values.get("sharpen_below") is not None:
        values["sharpen_below"] = float(values["sharpen_below"])
    values["anchors"] = tuple(tuple(map(float, point)) for point in values.get("anchors", ()))
    return InputSpec(**values)


def _prior_from(content: object) -> Prior:
    values = _fields(content, Prior, "prior")
    return Prior(float(values["tau"]), tuple(float(share) for share in values["shares"]))


def _fields(content: object, kind: type[InputSpec | Prior | ModelCard], where: str) -> dict[str, Any]:
    """The mapping's items, once its keys are known to be those of the dataclass."""
    if not isinstance(content, dict):
        raise ModelError(f"{where} must be a mapping of keys to values")
    unknown = [str(key) for key in content if key not in kind.__slots__]
    _demand(not unknown, f"unknown key {', '.join(unknown)} in {where}")
    needed = [
        entry.name for entry in fields(kind) if entry.default is MISSING and entry.default_factory is MISSING
    ]
    missing = [name for name in needed if name not in content]
    _demand(not missing, f"{where} lacks {', '.join(missing)}")
    return dict(content)


def _plain(value: object) -> object:
    """Value converted to YAML's types."""
    if isinstance(value, InputSpec | Prior):
        return _contents(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, str) else value


def _demand(holds: bool, fault: str) -> None:
    if not holds:
        raise ModelError(fault)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    _demand(value in allowed, f"{name} must be one of {', '.join(allowed)}, not '{value}'")


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())
