"""Any of timm's image models behind our two heads."""

from __future__ import annotations

import difflib
from typing import Any

import torch
from torch import Tensor, nn

from training.errors import DataError, RecipeError
from training.fit_recipe import NetRecipe
from training.nets.face_net import FaceNet
from training.nets.timm_shim import allow_timm_without_torchvision_extension


class TimmNet(FaceNet):
    """timm's model `recipe.name` without its classifier; with VGG also without its wide hidden layers, if pooled."""

    def __init__(self, recipe: NetRecipe) -> None:
        super().__init__(recipe)
        self.body = _create(recipe)
        if recipe.head == "pooled" and hasattr(self.body, "pre_logits"):
            self.body.pre_logits = nn.Identity()
            _keep_edges(self.body)
        self._make_heads(_feature_count(self.body, recipe))

    def features(self, normalised: Tensor) -> Tensor:
        pooled: Tensor = self.body(normalised)
        return pooled.float()


def _create(recipe: NetRecipe) -> nn.Module:
    allow_timm_without_torchvision_extension()
    import timm

    _demand_known(recipe.name)
    if recipe.pretrained and not recipe.pretrained.is_file():
        raise DataError(
            f"{recipe.pretrained}: no such file; net.pretrained names weights that are on this disk"
        )
    try:
        net: nn.Module = timm.create_model(recipe.name, **_options(recipe))
    except TypeError as error:
        if not recipe.drop_path:
            raise
        raise RecipeError(
            f"net.drop_path: {recipe.name} has no residual branches to drop; set it to 0"
        ) from error
    except Exception as error:  # a damaged file shows in many ways
        if not recipe.pretrained:
            raise
        raise DataError(f"{recipe.pretrained}: not weights of {recipe.name} ({_one_line(error)})") from error
    return net


def _options(recipe: NetRecipe) -> dict[str, Any]:
    """timm's arguments for a recipe."""
    import timm

    options: dict[str, Any] = {"num_classes": 0, "in_chans": recipe.channels}
    if recipe.drop_path > 0:
        options["drop_path_rate"] = recipe.drop_path
    about = timm.get_pretrained_cfg(recipe.name)
    if about is not None and about.fixed_input_size:
        options["img_size"] = recipe.size_px
    if recipe.pretrained:
        options |= {"pretrained": True, "pretrained_cfg_overlay": {"file": str(recipe.pretrained)}}
    return options


def _demand_known(name: str) -> None:
    import timm

    architecture, _, weights = name.partition(".")
    if timm.is_model(architecture) and not weights:
        return
    if weights:
        raise RecipeError(
            f"net.name: write {architecture}; weights come from the file in net.pretrained, nothing is fetched"
        )
    close = difflib.get_close_matches(name, timm.list_models(), 4)
    hint = (
        f"close: {', '.join(close)}"
        if close
        else "python -c 'import timm; print(timm.list_models())' lists them"
    )
    raise RecipeError(f"net.name: timm has no model {name}; {hint}")


def _keep_edges(body: nn.Module) -> None:
    """Let pooling round up: at 48 px the last of VGG's five halvings would drop a third of each side."""
    for layer in body.modules():
        if isinstance(layer, nn.MaxPool2d):
            layer.ceil_mode = True


@torch.no_grad()
def _feature_count(body: nn.Module, recipe: NetRecipe) -> int:
    """How many features the body gives; asked of the body itself, because models differ in what they call it."""
    example = torch.zeros(1, recipe.channels, recipe.size_px, recipe.size_px)
    try:
        features: Tensor = body.eval()(example)
    except (RuntimeError, AssertionError) as error:
        raise RecipeError(
            f"net.size_px: {recipe.name} cannot take {recipe.size_px} px ({_one_line(error)})"
        ) from error
    body.train()
    return features.shape[1]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
