"""Measuring a GAN on its way: how far its faces lie from real ones, and whether they are read as meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.synthesis.distances import frechet_distance, kernel_distance
from training.synthesis.features import FeatureNet, Seen

SMALLEST_BLOCKS = 5


@dataclass(frozen=True, slots=True)
class Measures:
    """Distances of drawn from real faces, and the share that the emotion model reads as the wanted emotion."""

    fid: float
    kid: float
    kid_low: float
    kid_high: float
    read_as_meant: float


class FrechetKernelMetric:
    """Real faces uint8 [n, h, w] with labels, seen once by a feature net; drawn ones are held against them."""

    def __init__(self, net: FeatureNet, faces: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
        self.labels = labels
        self._net = net
        self._real = net.see(faces)

    def measure(self, faces: NDArray[np.uint8], labels: NDArray[np.int64]) -> Measures:
        """Distances of faces uint8 [n, h, w] that should show `labels`."""
        return self._compared(self._net.see(faces), labels)

    def _compared(self, seen: Seen, labels: NDArray[np.int64]) -> Measures:
        real = self._real.features
        block = min(100, min(len(real), len(seen.features)) // SMALLEST_BLOCKS)
        kid = kernel_distance(seen.features, real, block)
        return Measures(
            fid=frechet_distance(seen.features, real),
            kid=kid.value,
            kid_low=kid.low,
            kid_high=kid.high,
            read_as_meant=float((seen.labels == labels).mean()),
        )


def rounded(values: dict[str, Any], digits: int = 5) -> dict[str, Any]:
    """The same values, floats rounded for people."""
    return {key: round(value, digits) if isinstance(value, float) else value for key, value in values.items()}


def said(measures: Mapping[str, float]) -> str:
    """The fields of Measures in a line for people."""
    kid = "KID {kid:.4f} [{kid_low:.4f}, {kid_high:.4f}]".format(**measures)
    return f"FID {measures['fid']:.2f}, {kid}, read as meant {measures['read_as_meant']:.1%}"
