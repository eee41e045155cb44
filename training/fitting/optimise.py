"""Optimisers by timm's names, and the course of the learning rate."""

from __future__ import annotations

import difflib
import math
from functools import partial
from typing import Any

import torch
from torch import nn

from training.errors import RecipeError
from training.fit_recipe import FitRecipe
from training.fitting.parallel import computes_in_bfloat16
from training.nets.timm_shim import allow_timm_without_torchvision_extension


def build_optimizer(net: nn.Module, recipe: FitRecipe) -> torch.optim.Optimizer:
    """timm's optimisers by name; muon (Jordan et al. 2024) for matrices, AdamW for norms, biases and heads.

    Each group of parameters remembers its highest rate as "peak_lr".

    Raises:
        RecipeError: timm knows no such optimiser.
    """
    allow_timm_without_torchvision_extension()
    from timm.optim._optim_factory import create_optimizer_v2, list_optimizers

    known = [str(name) for name in list_optimizers()]
    if recipe.optimizer not in known:
        close = difflib.get_close_matches(recipe.optimizer, known, 4) or ["sgd", "adamw", "muon"]
        raise RecipeError(f"fit.optimizer: timm has no {recipe.optimizer}; close: {', '.join(close)}")
    extra: dict[str, Any] = {}
    if recipe.optimizer == "muon":
        if not computes_in_bfloat16():
            _orthogonalise_in_float32()
        extra = {"nesterov": True, "fallback_lr_scale": recipe.norm_learning_rate_scale}
    optimizer: torch.optim.Optimizer = create_optimizer_v2(
        net,
        opt=recipe.optimizer,
        lr=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        momentum=recipe.momentum,
        **extra,
    )
    for group in optimizer.param_groups:
        group["peak_lr"] = group["lr"]
    return optimizer


def _orthogonalise_in_float32() -> None:
    """Muon's matrices in float32: timm takes bfloat16, which some processors only emulate, at many times the cost."""
    from timm.optim import muon

    in_bfloat16 = muon.zeropower_via_newtonschulz
    if not isinstance(in_bfloat16, partial):
        muon.zeropower_via_newtonschulz = partial(in_bfloat16, dtype=torch.float32)


def learning_rate_share(progress: float, recipe: FitRecipe) -> float:
    """The share in [0, 1] of the highest rate at `progress` in [0, 1]: a linear rise, then the recipe's schedule."""
    if progress < recipe.warmup_share:
        return progress / recipe.warmup_share
    fallen = (progress - recipe.warmup_share) / (1 - recipe.warmup_share)
    if recipe.schedule == "constant":
        return 1.0
    return 1 - fallen if recipe.schedule == "linear" else (1 + math.cos(math.pi * fallen)) / 2


def set_learning_rate(optimizer: torch.optim.Optimizer, share: float) -> None:
    """Set every group to this share of its highest rate."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * share
