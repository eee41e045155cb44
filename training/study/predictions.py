"""What the fits of a study leave for its report: answers on the test faces, on disk."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.whole_file import replacing
from training.errors import DataError

PREDICTIONS = "predictions.npz"
RESULT = "result.json"


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What one fitted net says of its test faces, all arrays [n].

    probabilities: float32 [n, 7], as the net gives them (no calibration). real: not synthetic. copy: a near copy of a
    real training face.
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]
    names: NDArray[np.str_]
    subjects: NDArray[np.str_]
    categories: NDArray[np.str_]
    real: NDArray[np.bool_]
    copy: NDArray[np.bool_]

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of them by name."""
        return {name: getattr(self, name) for name in Predictions.__dataclass_fields__}

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """The faces that a study judges on: real, and no near copies of training faces."""
        return self.real & ~self.copy

    def where(self, keep: NDArray[np.bool_]) -> Predictions:
        """The faces for which `keep` (bool [n]) is true."""
        return Predictions(**{name: values[keep] for name, values in self.arrays.items()})


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an npz file, so that `path` holds all of the arrays or is not there."""
    with replacing(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load_predictions(run: Path) -> Predictions:
    """Those of a run's folder; raises DataError where they cannot be read."""
    path = run / PREDICTIONS
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            return Predictions(**{name: arrays[name] for name in Predictions.__dataclass_fields__})
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: cannot be read; delete it and run the study again with --resume") from error


def load_result(run: Path) -> dict[str, Any]:
    """What a fit says of itself: faces it was trained on, epochs, seconds."""
    return dict(json.loads((run / RESULT).read_text(encoding="utf-8")))
