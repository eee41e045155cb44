"""How well a net reads the validation split, while it is being fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec
from recognizer.crop import to_input
from training.data.faces import FaceSet
from training.evaluation.weighted import f1, mean_of_defined, one_hot
from training.nets.face_net import FaceNet

if TYPE_CHECKING:
    from lightning_fabric import Fabric

BATCH = 512


@dataclass(frozen=True, slots=True)
class ValidScores:
    """accuracy and macro_f1 in [0, 1]; log_loss is the mean cross-entropy with the labels, in nats."""

    accuracy: float
    log_loss: float
    macro_f1: float


def validate(
    net: FaceNet, spec: InputSpec, faces: FaceSet, rows: NDArray[np.int64], fabric: Fabric
) -> ValidScores | None:
    """Score `net`, fed as `spec` says, on `faces` at `rows`; None without rows.

    The processes share the batches, and all of them get the result.
    """
    if not len(rows):
        return None
    logits = _logits(net, spec, faces, rows, fabric)
    labels = torch.from_numpy(faces.labels[rows])
    answers = logits.argmax(1)
    confusion = one_hot(labels.numpy(), len(EMOTIONS)).T @ one_hot(answers.numpy(), len(EMOTIONS))
    return ValidScores(
        accuracy=float((answers == labels).float().mean()),
        log_loss=float(F.cross_entropy(logits, labels)),
        macro_f1=float(mean_of_defined(f1(confusion))),
    )


@torch.no_grad()
def _logits(net: FaceNet, spec: InputSpec, faces: FaceSet, rows: NDArray[np.int64], fabric: Fabric) -> Tensor:
    """Logits float32 [len(rows), 7] on the CPU, in batches that do not depend on the number of processes."""
    net.eval()
    logits = torch.zeros(len(rows), len(EMOTIONS), device=fabric.device)
    for start in range(BATCH * fabric.global_rank, len(rows), BATCH * fabric.world_size):
        images = to_input(faces.images[rows[start : start + BATCH]], spec)
        on_device = torch.from_numpy(images).to(fabric.device, memory_format=torch.channels_last)
        with fabric.autocast():
            logits[start : start + BATCH] = net(on_device).float()
    if fabric.world_size > 1:
        fabric.all_reduce(logits, reduce_op="sum")
    return logits.cpu()
