"""The fitted regressor as an ONNX file with its card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import skl2onnx
import yaml
from skl2onnx.common.data_types import FloatTensorType
from sklearn.multioutput import MultiOutputRegressor

from recognizer.whole_file import replacing
from training.data.music_tables import MusicTable
from training.errors import ExportError
from training.music.blend import FOLDS, Features, Ratings
from training.music.measures import OUTPUTS, Scores

PARITY_TOLERANCE = 1e-3
"""On a scale from 1 to 9. Trees split where float32 and float64 may differ, so parity is not exact."""

CAVEAT = (
    "test figures of several model families were seen while the recipe was made, so the stated test figures are"
    " mildly optimistic"
)
"""Belongs to every card: the kinds and settings were not found without a look at the test songs."""


def to_onnx(model: MultiOutputRegressor, features: int) -> bytes:
    """The fitted model as ONNX: features float32 [n, features] in, float32 [n, 2] out."""
    converted = skl2onnx.to_onnx(model, initial_types=[("features", FloatTensorType([None, features]))])
    return bytes(converted.SerializeToString())


def predictions(content: bytes, features: Features) -> Ratings:
    """What an exported model says of features [n, columns]: [n, 2]."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: features})
    return np.asarray(found, np.float64)


def parity(content: bytes, model: MultiOutputRegressor, features: Features) -> float:
    """The greatest difference between the exported and the fitted model; raises ExportError where it matters."""
    worst = float(np.abs(predictions(content, features) - model.predict(features)).max())
    if worst > PARITY_TOLERANCE:
        raise ExportError(f"the exported music model differs from the fitted one by {worst:.3g}")
    return worst


def make_card(
    file_name: str,
    content: bytes,
    table: MusicTable,
    blend: str,
    chosen_by: Mapping[str, float],
    test: Scores,
    worst: float,
) -> dict[str, Any]:
    """What a reader needs to know and a program needs to check, ready for YAML."""
    return {
        "name": "music mood",
        "file": file_name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "created": datetime.now(UTC).date().isoformat(),
        "outputs": list(OUTPUTS),
        "scale": "1 to 9, as in DEAM: valence from unpleasant to pleasant, arousal from still to stirring",
        "method": f"{blend}, averaged; features clipped to the range seen in training for svr and ridge",
        "trained_on": f"{int(table.rows('train', 'validation').sum())} excerpts of DEAM (training and validation)",
        "split": (
            f"Music2Emo's lists of DEAM; the blend was chosen by {FOLDS}-fold cross-validation on training and"
            " validation, and among equals by the ranks that it keeps on PMEmo"
        ),
        "accuracy": {
            "cross_validated_r2": {output: round(value, 3) for output, value in chosen_by.items()},
            "test_r2": {output: round(score.value, 3) for output, score in test.items()},
            "test_r2_interval_95": {
                output: [round(score.low, 3), round(score.high, 3)] for output, score in test.items()
            },
            "test_excerpts": int(table.rows("test").sum()),
            "parity_with_scikit_learn": float(f"{worst:.1g}"),
        },
        "caveat": CAVEAT,
        "data_terms": (
            "DEAM (Aljanabi et al. 2017): ratings CC BY-NC, recordings under Creative Commons; feature tables by"
            " ItsHariii/music-classifier and ConnerFarrell/intensity-index; treat as non-commercial research"
        ),
        "features": list(table.columns),
    }


def write_card(card: Mapping[str, Any], path: Path) -> None:
    """Write a card as YAML, in the order in which it was made."""
    with replacing(path) as file:
        file.write(yaml.safe_dump(dict(card), sort_keys=False, width=110).encode())
