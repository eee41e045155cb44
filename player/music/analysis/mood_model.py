"""The regressor that estimates how a piece of music feels, read from its ONNX file and its card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import yaml
from numpy.typing import NDArray

from player.music.analysis.bundled_moods import MOOD_MODEL
from player.music.analysis.sound_features import COLUMNS
from recognizer.errors import ModelError

DEFAULT_CARD = MOOD_MODEL.with_suffix(".yaml")
LOWEST, HIGHEST = 1.0, 9.0
"""DEAM's scale of valence and arousal."""

_NEEDED = ("file", "sha256", "features", "outputs")
_OUTPUTS = ["valence", "arousal"]


@dataclass(frozen=True, slots=True)
class RawMood:
    """An estimate on DEAM's scale, 1 (unpleasant, still) to 9 (pleasant, stirring)."""

    valence: float
    arousal: float


class MoodModel:
    """Sound features in, raw mood out; one thread, since it runs beside a player."""

    def __init__(self, session: onnxruntime.InferenceSession, columns: Sequence[str]) -> None:
        self._session = session
        self._columns = tuple(columns)
        self._input = session.get_inputs()[0].name

    @classmethod
    def load(cls, card_path: Path = DEFAULT_CARD) -> MoodModel:
        """The model that a card describes; raises ModelError where either is missing or one does not fit the other."""
        card = _read_card(card_path)
        model_path = card_path.with_name(str(card["file"]))
        try:
            content = model_path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"{model_path}: cannot be read ({error.strerror}); restore it from the package"
            ) from error
        if hashlib.sha256(content).hexdigest() != card["sha256"]:
            raise ModelError(
                f"{model_path}: is not the file that {card_path.name} describes; restore both together"
            )
        return cls(_session(content, model_path, len(card["features"])), card["features"])

    def moods(self, excerpts: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """The estimates for the features of some excerpts, clipped to the scale: [excerpts, 2], valence first."""
        rows = np.array([[features[name] for name in self._columns] for features in excerpts], np.float32)
        (found,) = self._session.run(None, {self._input: rows.reshape(-1, len(self._columns))})
        return np.clip(np.asarray(found, np.float64), LOWEST, HIGHEST)

    def mood(self, features: Mapping[str, float]) -> RawMood:
        """The estimate for the features of one excerpt, clipped to the scale."""
        ((valence, arousal),) = self.moods([features]).tolist()
        return RawMood(valence=valence, arousal=arousal)


def _read_card(path: Path) -> Mapping[str, Any]:
    try:
        card = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: the music model's card cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: the music model's card is not valid YAML") from error
    missing = [key for key in _NEEDED if not isinstance(card, dict) or key not in card]
    if missing:
        raise ModelError(f"{path}: the music model's card lacks {', '.join(missing)}")
    unknown = [str(name) for name in card["features"] if name not in COLUMNS]
    if unknown:
        raise ModelError(
            f"{path}: the music model wants features that this program does not compute: {unknown[0]}"
        )
    if list(card["outputs"]) != _OUTPUTS:
        raise ModelError(f"{path}: the music model must give {' and '.join(_OUTPUTS)}")
    return dict(card)


def _session(content: bytes, path: Path, features: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises kinds of its own that it does not export
        raise ModelError(f"{path}: is not a model that onnxruntime can run") from error
    if session.get_inputs()[0].shape[-1] != features or session.get_outputs()[0].shape[-1] != len(_OUTPUTS):
        raise ModelError(f"{path}: takes or gives numbers in another shape than its card says")
    return session
