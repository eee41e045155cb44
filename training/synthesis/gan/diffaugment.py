"""DiffAugment (Zhao et al. 2020): random changes that gradients pass through, for GANs that learn from few faces."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.synthesis.gan.gan_recipe import AugmentationRecipe


def diffaugment(faces: Tensor, recipe: AugmentationRecipe, rng: torch.Generator) -> Tensor:
    """Mirror, light, shift and cut out, float32 [n, 1, h, w] in [-1, 1]; what a shift leaves empty is black."""
    changed = _mirrored(faces, rng) if recipe.mirror else faces
    changed = _lit(changed, recipe, rng)
    changed = _shifted(changed, recipe.shift, rng)
    return _cut_out(changed, recipe.cutout, rng)


def _uniform(count: int, rng: torch.Generator, device: torch.device) -> Tensor:
    """In [-1, 1], shaped [count, 1, 1, 1]; drawn on the CPU, so that every device sees the same."""
    return (torch.rand(count, 1, 1, 1, generator=rng) * 2 - 1).to(device)


def _mirrored(faces: Tensor, rng: torch.Generator) -> Tensor:
    return torch.where(_uniform(len(faces), rng, faces.device) < 0, faces.flip(3), faces)


def _lit(faces: Tensor, recipe: AugmentationRecipe, rng: torch.Generator) -> Tensor:
    brighter = recipe.brightness * _uniform(len(faces), rng, faces.device)
    starker = recipe.contrast * _uniform(len(faces), rng, faces.device)
    return faces + starker * (faces - faces.mean(dim=(1, 2, 3), keepdim=True)) + brighter


def _shifted(faces: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """Whole pixels, so that nothing is blurred."""
    count, _, height, width = faces.shape
    reach = round(share * width)
    offsets = torch.randint(-reach, reach + 1, (2, count, 1), generator=rng).to(faces.device)
    padded = F.pad(faces[:, 0], (reach, reach, reach, reach), value=-1.0)
    rows = torch.arange(height, device=faces.device) + reach + offsets[0]
    columns = torch.arange(width, device=faces.device) + reach + offsets[1]
    index = torch.arange(count, device=faces.device)[:, None, None]
    return padded[index, rows[:, :, None], columns[:, None, :]][:, None]


def _cut_out(faces: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """One square of `share` of the side becomes middle grey."""
    count, _, height, width = faces.shape
    inside = []
    for side in (height, width):
        centre = torch.rand(count, 1, generator=rng).to(faces.device) * side
        inside.append((torch.arange(side, device=faces.device) + 0.5 - centre).abs() < share * side / 2)
    mask = inside[0][:, :, None] & inside[1][:, None, :]
    return faces.masked_fill(mask[:, None], 0.0)
