"""Several processes that fit one model: started by torchrun, each with a share of every batch.

One process per core beats one process with many threads where other programs run beside it: processes wait for each
other once a step, threads once an operation.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class Team:
    """This process's place among those that fit together; alone it is rank 0 of 1."""

    rank: int
    size: int

    @property
    def leads(self) -> bool:
        """True for the one process that writes files and shows progress."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process's rows of a batch; all shares are equally long, a remainder is dropped."""
        rows = len(batch) // self.size
        return batch[self.rank * rows : (self.rank + 1) * rows]

    def average_gradients(self, net: nn.Module) -> None:
        """Replace every gradient by its mean over the processes: the gradient of the whole batch."""
        if self.size == 1:
            return
        gradients = [p.grad for p in net.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        offset = 0
        for gradient in gradients:
            gradient.copy_(flat[offset : offset + gradient.numel()].view_as(gradient))
            offset += gradient.numel()


def join_team() -> Team:
    """Join the processes that torchrun started (environment WORLD_SIZE), or stay alone."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Team(0, 1)
    if not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return Team(dist.get_rank(), dist.get_world_size())
