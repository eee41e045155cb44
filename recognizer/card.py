"""The model card: everything one must know to feed an emotion model and to read its answer.

A card is a small YAML file beside the model. It travels with the weights, so that no code has to guess sizes,
channel order or label order from a file's name. `load_card` refuses what it does not understand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import ModelError

LAYOUTS = ("NCHW", "NHWC")
COLOURS = ("grey", "rgb", "bgr")
OUTPUTS = ("logits", "probabilities")
UNIT_SCALE = 1 / 255

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
"""Other people's names for the seven emotions (compared without regard to case)."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What the model's input tensor holds: `(pixel * scale - mean) / std` for each channel.

    `size_px` is (height, width); `mean` and `std` have one entry per channel, in the order of `colour`.
    `tensor` names the input; None means the model's only one.
    """

    size_px: tuple[int, int]
    channels: int
    layout: str
    colour: str
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    tensor: str | None = None

    def __post_init__(self) -> None:
        """Raise ModelError where the parts contradict each other."""
        _one_of("layout", self.layout, LAYOUTS)
        _one_of("colour", self.colour, COLOURS)
        _demand(len(self.size_px) == 2 and min(self.size_px) > 0, "size_px must be [height, width]")
        _demand(self.channels == (1 if self.colour == "grey" else 3), "channels do not fit colour")
        _demand(len(self.mean) == self.channels, "mean needs one number per channel")
        _demand(len(self.std) == self.channels, "std needs one number per channel")
        _demand(min(self.std) > 0 and self.scale > 0, "scale and std must be above 0")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """An emotion model's description.

    `file` is relative to the card's folder. `labels` are the model's own names in its own order.
    `output` says what comes out; `temperature` divides logits (for probabilities: their logarithm) before the
    softmax, so that the confidences are honest. `accuracy` holds measured numbers, freely named.
    """

    name: str
    file: str
    sha256: str
    labels: tuple[str, ...]
    input: InputSpec
    output: str = "logits"
    temperature: float = 1.0
    created: str = ""
    trained_on: str = ""
    data_terms: str = ""
    licence: str = ""
    accuracy: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""

    def __post_init__(self) -> None:
        """Raise ModelError where the parts contradict each other."""
        _one_of("output", self.output, OUTPUTS)
        _demand(self.temperature > 0, "temperature must be above 0")
        _demand(len(self.sha256) == 64, "sha256 must have 64 hexadecimal digits")
        known = [emotion_named(label) for label in self.labels]
        _demand(sorted(known) == sorted(EMOTIONS), f"labels must be the seven of {', '.join(EMOTIONS)}")

    @property
    def columns(self) -> tuple[int, ...]:
        """For each of EMOTIONS the column of the model's output that holds it."""
        named = [emotion_named(label) for label in self.labels]
        return tuple(named.index(emotion) for emotion in EMOTIONS)


def emotion_named(label: str) -> Emotion:
    """The emotion that a label means; raises ModelError for a name nobody knows."""
    name = label.strip().lower()
    if name in SYNONYMS:
        return SYNONYMS[name]
    _demand(name in set(EMOTIONS), f"unknown label '{label}'")
    return Emotion(name)


def load_card(path: Path) -> ModelCard:
    """Read and check a card; raises ModelError with one line that names the file and the fault."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such model card; a model needs its .yaml beside it") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{path}: this is not a readable model card ({_first_line(error)})") from error
    try:
        return _card_from(content)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def save_card(card: ModelCard, path: Path) -> None:
    """Write a card as YAML that `load_card` reads back equal; raises OSError as files do."""
    content = {name: _plain(getattr(card, name)) for name in ModelCard.__slots__}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    path.write_text(text, encoding="utf-8")


def _card_from(content: object) -> ModelCard:
    values = _fields(content, ModelCard, "the card")
    try:
        values["input"] = _input_from(values["input"])
        values["labels"] = tuple(str(label) for label in values["labels"])
        values["temperature"] = float(values.get("temperature", 1.0))
        for name in ("name", "file", "sha256", "created"):
            values[name] = str(values.get(name, ""))
        return ModelCard(**values)
    except (TypeError, ValueError) as error:
        raise ModelError(f"a value has the wrong kind ({_first_line(error)})") from error


def _input_from(content: object) -> InputSpec:
    values = _fields(content, InputSpec, "input")
    values["size_px"] = tuple(int(side) for side in values["size_px"])
    values["scale"] = float(values["scale"])
    for name in ("mean", "std"):
        values[name] = tuple(float(number) for number in values[name])
    return InputSpec(**values)


def _fields(content: object, kind: type[InputSpec | ModelCard], where: str) -> dict[str, Any]:
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
    """A value as YAML's own kinds."""
    if isinstance(value, InputSpec):
        return {name: _plain(getattr(value, name)) for name in InputSpec.__slots__}
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
