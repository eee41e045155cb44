"""Mixed images: mixup (Zhang et al. 2018) and cutmix (Yun et al. 2019), with a draw of its own for each image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.fit_recipe import FitRecipe


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """What a net learns from at once.

    images: float32 [n, channels, h, w], normalised and augmented. targets: float32 [n, 7], what the label head should
    answer; rows sum to 1. votes: float32 [n, 8], what the votes head should answer; zeros where nobody voted.
    """

    images: Tensor
    targets: Tensor
    votes: Tensor


def mix(batch: MicroBatch, recipe: FitRecipe, generator: torch.Generator) -> MicroBatch:
    """Mix each image with another of its batch; with both kinds asked for, a coin decides for the whole batch."""
    cut = recipe.cutmix > 0 and (recipe.mixup == 0 or bool(torch.rand(1, generator=generator) < 0.5))
    alpha = recipe.cutmix if cut else recipe.mixup
    if alpha == 0:
        return batch
    kept = kept_shares(len(batch.images), alpha, generator)
    partner = torch.randperm(len(batch.images), generator=generator)
    images, kept = (
        _cut(batch.images, partner, kept, generator) if cut else (_blend(batch.images, partner, kept), kept)
    )
    return MicroBatch(images, _blend(batch.targets, partner, kept), _blend(batch.votes, partner, kept))


def kept_shares(count: int, alpha: float, generator: torch.Generator) -> Tensor:
    """How much of itself each image keeps, float32 [count] in [0.5, 1]: the greater side of a Beta(alpha, alpha) draw.

    Without the greater side an image would half the time be only a guest in its own place.
    """
    rng = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
    drawn = torch.from_numpy(rng.beta(alpha, alpha, count)).float()
    return torch.maximum(drawn, 1 - drawn)


def _blend(own: Tensor, partner: Tensor, kept: Tensor) -> Tensor:
    share = kept.to(own.device).view(-1, *[1] * (own.ndim - 1))
    return own * share + own[partner.to(own.device)] * (1 - share)


def _cut(images: Tensor, partner: Tensor, kept: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A rectangle of the image's own proportions from the partner; the shares kept as they came out at the edges."""
    count, _, height, width = images.shape
    side = (1 - kept).sqrt()[:, None]
    spans = []
    for length in (height, width):
        centre = torch.rand(count, 1, generator=generator) * length
        spans.append((torch.arange(length)[None, :] + 0.5 - centre).abs() * 2 < side * length)
    mask = (spans[0][:, :, None] & spans[1][:, None, :])[:, None]
    mixed = torch.where(mask.to(images.device), images[partner.to(images.device)], images)
    return mixed, 1 - mask.float().mean(dim=(1, 2, 3))
