"""Does the exported file answer as the net that was trained? Asked on real faces, before anything is replaced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from scipy.special import softmax
from torch import nn

from training.errors import ExportError

PARITY_FACES = 256
FLOAT32_TOLERANCE = 0.002
"""Largest difference in a probability that the order of additions can explain."""
FLOAT16_TOLERANCE = 0.02
"""The same where the weights are rounded to float16."""
BATCHES = (1, 2, 7)
CHUNK = 64


@dataclass(frozen=True, slots=True)
class Parity:
    """Largest differences of a probability between torch and the file, by float32 and float16 weights, over `faces`."""

    faces: int
    float32: float
    float16: float

    @property
    def float16_is_fine(self) -> bool:
        """Whether the weights may be kept as float16."""
        return self.float16 <= FLOAT16_TOLERANCE


def check_parity(
    net: nn.Module, whole: onnx.ModelProto, half: onnx.ModelProto, pixels: NDArray[np.float32]
) -> Parity:
    """Compare torch with the file as exported and as shrunk, on `pixels` (what `to_input` gave for real faces).

    Raises:
        ExportError: the file as exported differs, or answers otherwise when faces come one, two or seven at a time.
    """
    expected = _of_torch(net, pixels)
    at_once = run(whole, pixels)
    float32 = _difference(expected, at_once)
    if not float32 <= FLOAT32_TOLERANCE:
        raise ExportError(
            f"the ONNX file differs from the trained net by {float32:.3f} in a probability; nothing was replaced"
        )
    for size in BATCHES:
        if not _difference(at_once[:size], run(whole, pixels[:size])) <= FLOAT32_TOLERANCE:
            raise ExportError(
                f"the ONNX file answers otherwise for {size} faces at a time; nothing was replaced"
            )
    return Parity(len(pixels), float32, _difference(expected, run(half, pixels)))


def run(model: onnx.ModelProto, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The model's logits float32 [n, 7] for its input; raises ExportError where it cannot be run."""
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        parts = [session.run(None, {name: pixels[i : i + CHUNK]})[0] for i in range(0, len(pixels), CHUNK)]
    except Exception as error:  # ONNX Runtime's exceptions share no base class of their own
        raise ExportError(f"the ONNX file cannot be run ({' '.join(str(error).split())[:200]})") from error
    return np.concatenate([np.asarray(part, np.float32) for part in parts])


@torch.no_grad()
def _of_torch(net: nn.Module, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    parts = [net(part).float().numpy() for part in torch.from_numpy(pixels).split(CHUNK)]
    return np.concatenate(parts)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """NaN where either is not finite, which no tolerance allows."""
    return float(np.abs(softmax(one, axis=1) - softmax(other, axis=1)).max())
