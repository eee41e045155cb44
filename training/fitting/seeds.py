"""Seeds: every random draw of a fit depends only on the recipe's seed and on where in the fit it is made.

So a fit that was killed goes on with the same draws, and several processes draw what one would have drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

ORDER, PART = 0, 1
"""What a seed is for."""


def seed_of(*place: int) -> int:
    """A seed in [0, 2**63) for a place in a fit; close places have unlike seeds (NumPy's SeedSequence)."""
    return int(np.random.SeedSequence(place).generate_state(1, np.uint64)[0] >> np.uint64(1))


def epoch_order(faces: int, seed: int, epoch: int) -> Tensor:
    """The order int64 [faces] in which an epoch shows its faces."""
    return torch.randperm(faces, generator=torch.Generator().manual_seed(seed_of(seed, ORDER, epoch)))


@dataclass(frozen=True, slots=True)
class MicroBatchStreams:
    """The random draws of one part of one step: one stream for its images, one for dropout inside the net."""

    images: torch.Generator
    net_seed: int


def micro_batch_streams(seed: int, step: int, part: int) -> MicroBatchStreams:
    """The draws of part `part` of the fit's step `step`, both counted from 0."""
    images = torch.Generator().manual_seed(seed_of(seed, PART, step, part, 0))
    return MicroBatchStreams(images, seed_of(seed, PART, step, part, 1))
