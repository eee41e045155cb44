"""What the warp generator can be asked for, and what each training face shows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.affect import EMOTIONS


@dataclass(frozen=True, eq=False)
class Conditions:
    """Names of the conditions and, for each training face, their values.

    values: float32 [n, conditions] in [0, 1]: one emotion, or action units, each with an intensity of its own.
    by_emotion: float32 [7, conditions], what a face of each emotion shows in the mean.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    by_emotion: NDArray[np.float32]


def emotion_conditions(labels: NDArray[np.int64]) -> Conditions:
    """One condition for each emotion; `labels` are positions in EMOTIONS."""
    one_hot = np.eye(len(EMOTIONS), dtype=np.float32)
    return Conditions(tuple(str(emotion) for emotion in EMOTIONS), one_hot[labels], one_hot)


def unit_conditions(
    units: tuple[int, ...], values: NDArray[np.float32], labels: NDArray[np.int64]
) -> Conditions:
    """One condition for each action unit, with its measured intensities float32 [n, units] in [0, 1]."""
    by_emotion = np.zeros((len(EMOTIONS), len(units)), np.float32)
    for label in np.unique(labels):
        by_emotion[label] = values[labels == label].mean(axis=0)
    return Conditions(tuple(f"au{unit:02d}" for unit in units), values, by_emotion)


def mismatched(conditions: Tensor) -> tuple[Tensor, Tensor]:
    """For each face another one's condition [n, conditions], and how false that is of it, [n] in [0, 1].

    Rows come in random order, so the next row's will do.
    """
    others = conditions.roll(1, dims=0)
    return others, (others - conditions).abs().amax(dim=1)


def balanced_weights(labels: NDArray[np.int64]) -> Tensor:
    """Weights [n] with which rare emotions are drawn as often as common ones."""
    counts = np.bincount(labels, minlength=len(EMOTIONS))
    return torch.from_numpy(1.0 / counts[labels])


def balanced_rows(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """About `count` rows in random order, equally many of each emotion that is there; fewer where it has few."""
    rng = np.random.default_rng(seed)
    present = np.unique(labels)
    each = max(1, count // len(present))
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:each] for label in present]
    return rng.permutation(np.concatenate(chosen))
