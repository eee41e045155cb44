"""Recipes: every setting of a fit in one validated YAML file, with overrides from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.errors import RecipeError

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataRecipe(_Strict):
    """Where the faces are. Paths are relative to the working directory."""

    faces: Path
    votes: Path | None = None


class NetRecipe(_Strict):
    """A residual net (He et al. 2016) for small grey faces: one entry of widths and blocks for each stage."""

    widths: tuple[int, ...] = (64, 128, 256, 512)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    dropout: Share = 0.3


class AugmentRecipe(_Strict):
    """Random changes of a training image; all geometry is drawn uniformly within plus or minus the limit."""

    rotation_degrees: Annotated[float, Field(ge=0, le=45)] = 15.0
    scale: Share = 0.15
    shift: Share = 0.1
    flip: bool = True
    erase_share: Share = 0.5
    erase_sides: tuple[Share, Share] = (0.15, 0.4)
    blur_share: Share = 0.0


class SizePhase(_Strict):
    """From `from_epoch` on, images are shown at `size_px` (small images make early epochs cheap)."""

    from_epoch: Annotated[int, Field(ge=0)]
    size_px: Annotated[int, Field(ge=16, le=256)]


class FitRecipe(_Strict):
    """One fit, from a random start to its last epoch."""

    epochs: Annotated[int, Field(ge=1)] = 36
    batch: Annotated[int, Field(ge=2)] = 256
    sizes: tuple[SizePhase, ...] = (SizePhase(from_epoch=0, size_px=48),)
    optimizer: str = "muon"
    learning_rate: Positive = 0.02
    norm_learning_rate_scale: Positive = 0.25
    weight_decay: Annotated[float, Field(ge=0)] = 0.05
    warmup_share: Share = 0.1
    label_smoothing: Share = 0.05
    votes_weight: Annotated[float, Field(ge=0)] = 0.7
    average_decay: Share = 0.998
    seed: int = 0


class Recipe(_Strict):
    """A whole experiment: data, net, augmentation and fit."""

    name: str
    data: DataRecipe
    net: NetRecipe = NetRecipe()
    augment: AugmentRecipe = AugmentRecipe()
    fit: FitRecipe = FitRecipe()


def load_recipe(path: Path, overrides: tuple[str, ...] = ()) -> Recipe:
    """Read a recipe; `overrides` are strings like "fit.epochs=3".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    try:
        raw = yaml.safe_load(path.read_text())
    except OSError as error:
        raise RecipeError(
            f"{path}: {error.strerror}; give a recipe file such as training/recipes/emotion.yaml"
        ) from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(raw, dict):
        raise RecipeError(f"{path}: a recipe is a mapping with the keys {', '.join(Recipe.model_fields)}")
    for override in overrides:
        _override(raw, override)
    try:
        return Recipe.model_validate(raw)
    except ValidationError as error:
        raise RecipeError(f"{path}: {_first_fault(error)}") from error


def _override(raw: dict[str, Any], override: str) -> None:
    key, separator, value = override.partition("=")
    if not separator:
        raise RecipeError(f"--set {override}: write KEY=VALUE, such as fit.epochs=3")
    *parents, last = key.split(".")
    node = raw
    for parent in parents:
        node = node.setdefault(parent, {})
        if not isinstance(node, dict):
            raise RecipeError(f"--set {override}: {parent} is a value, not a section")
    node[last] = yaml.safe_load(value)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    message = "unknown key" if fault["type"] == "extra_forbidden" else fault["msg"]
    return f"{key}: {message}" + (
        "" if fault["type"] in {"missing", "extra_forbidden"} else f" (got {fault['input']!r})"
    )


def dump_recipe(recipe: Recipe, path: Path) -> None:
    """Write the resolved recipe, every key with its value, so that a run can be repeated."""
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False))
