"""Several processes that fit one model: Lightning Fabric, started by torchrun.

A step's batch is learned in parts, and each process takes as many. One process for each core beats one process with
many threads where other programs run beside it: processes wait for each other once a step, threads once an operation.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from training.errors import RecipeError

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Precision = Literal["bf16-mixed", "32-true"]


def setup_fabric(precision: str = "float32") -> Fabric:
    """Join the processes that torchrun started (environment WORLD_SIZE), or stay alone; on CUDA where it is there.

    `precision` is a recipe's: auto, bfloat16 or float32.
    """
    from lightning_fabric import Fabric
    from lightning_fabric.strategies.ddp import DDPStrategy

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    here = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator="cuda" if torch.cuda.is_available() else "cpu",
        devices=here,
        num_nodes=processes // here,
        # Batch-norm statistics are averaged over a step's parts, not copied from the first process.
        strategy=DDPStrategy(forward_sync_buffers=False) if processes > 1 else "auto",
        precision=fabric_precision(precision),
    )
    fabric.launch()
    return fabric


def fabric_precision(precision: str) -> Precision:
    """Fabric's name for a recipe's precision; auto is bfloat16 where the processor computes with it."""
    if precision == "float32" or (precision == "auto" and not computes_in_bfloat16()):
        return "32-true"
    return "bf16-mixed"


def computes_in_bfloat16() -> bool:
    """True where bfloat16 is faster than float32: most GPUs, and processors with AMX or AVX512-BF16."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


def own_micro_batches(parts: int, rank: int, processes: int) -> range:
    """Which of a step's parts the process `rank` learns.

    Raises:
        RecipeError: the processes cannot share the parts out evenly.
    """
    if parts % processes:
        raise RecipeError(
            f"fit.micro_batches is {parts}, which {processes} processes cannot share; "
            f"set fit.micro_batches={processes} (the same for any number of processes that divides it)"
        )
    each = parts // processes
    return range(rank * each, (rank + 1) * each)


def average_over_processes(fabric: Fabric, tensors: Sequence[Tensor]) -> None:
    """Replace each tensor by its mean over the processes, in one exchange."""
    if fabric.world_size == 1:
        return
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    fabric.all_reduce(flat, reduce_op="mean")
    offset = 0
    for tensor in tensors:
        tensor.copy_(flat[offset : offset + tensor.numel()].view_as(tensor))
        offset += tensor.numel()
