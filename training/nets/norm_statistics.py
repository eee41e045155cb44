"""Batch normalisation's running statistics over a step that is learned in parts."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class NormStatistics:
    """Each part starts from the step's first statistics; in the end the net has their mean over the parts.

    One step: `begin`, then for each part `before_part` and `after_part`, then `end`. Between, `means` may be averaged
    with those of other processes.
    """

    def __init__(self, net: nn.Module) -> None:
        kept = net.state_dict().keys()
        self._buffers = [buffer for name, buffer in net.named_buffers() if name in kept]
        self._begun: list[Tensor] = []
        self.means: list[Tensor] = []

    def begin(self) -> None:
        self._begun = [buffer.clone() for buffer in self._buffers]
        self.means = [torch.zeros_like(buffer) for buffer in self._running()]

    def before_part(self) -> None:
        for buffer, begun in zip(self._buffers, self._begun, strict=True):
            buffer.copy_(begun)

    def after_part(self, share: float) -> None:
        """`share` is 1 by the number of parts that this process learns."""
        for mean, buffer in zip(self.means, self._running(), strict=True):
            mean.add_(buffer, alpha=share)

    def end(self) -> None:
        for buffer, mean in zip(self._running(), self.means, strict=True):
            buffer.copy_(mean)

    def _running(self) -> list[Tensor]:
        """Means and variances, without the counts of batches: those are whole numbers and the same in each part."""
        return [buffer for buffer in self._buffers if buffer.dtype.is_floating_point]
