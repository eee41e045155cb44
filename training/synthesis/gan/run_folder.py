"""The folder of a GAN's run: what training leaves in it, and how the generator reads it.

recipe.yaml (every key), origin.json, floor.json (what held-out real faces measure against real faces), history.jsonl,
samples/ (a sheet for each measurement), last.pt (to resume) and weights.pt (what draws faces). Where stage two learns
action units, units.npy holds those measured on the training faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.whole_file import replacing
from training.errors import DataError, RecipeError
from training.fitting.checkpoint import digest_of_file, load_checkpoint
from training.synthesis.gan.nets import Deformer, Drawer
from training.synthesis.gan.recipe import GanRecipe, WatchRecipe, load_gan_recipe

RECIPE, LAST, WEIGHTS, UNITS_FILE = "recipe.yaml", "last.pt", "weights.pt", "units.npy"


@dataclass(frozen=True, slots=True, eq=False)
class Makers:
    """Both networks of a run, for use; `conditions` names what the deformer takes, by_emotion is [7, conditions]."""

    drawer: Drawer
    deformer: Deformer
    conditions: tuple[str, ...]
    by_emotion: Tensor


def demand_fresh_or_same(run: Path, recipe: GanRecipe, resume: bool) -> None:
    """Keep what is there: raises RecipeError where training would overwrite a run or go on with another recipe."""
    if not (run / LAST).exists():
        return
    if not resume:
        raise RecipeError(
            f"{run}: holds a run already; --resume goes on with it, another --run starts afresh"
        )
    if _what_settles(load_gan_recipe(run / RECIPE)) != _what_settles(recipe):
        raise RecipeError(f"{run}: was begun with another recipe; take its {RECIPE}, or another --run")


def demand_same_first_stage(other: Path, recipe: GanRecipe) -> None:
    """Raises RecipeError where the run in `other` does not hold a first stage as this recipe trains it."""
    if not (other / LAST).exists():
        raise RecipeError(f"{other}: no {LAST} there; name the folder of a run")
    theirs = load_gan_recipe(other / RECIPE)
    unsettled = {"name": recipe.name, "expression": recipe.expression}
    if _what_settles(theirs.model_copy(update=unsettled)) != _what_settles(recipe):
        raise RecipeError(
            f"{other}: its first stage is of another recipe; only the section expression may differ"
        )


def _what_settles(recipe: GanRecipe) -> GanRecipe:
    """The recipe without what may change before a run goes on: files may have moved, stages may take longer."""
    unsettled = {
        "data": recipe.data.model_copy(update={"faces": Path()}),
        "identity": recipe.identity.model_copy(update={"steps": 1}),
        "expression": recipe.expression.model_copy(update={"steps": 1}),
        "watch": WatchRecipe(),
    }
    return recipe.model_copy(update=unsettled)


def demand_trained(run: Path) -> GanRecipe:
    """The recipe of a run that can draw; raises DataError where there is none."""
    for name in (RECIPE, WEIGHTS):
        if not (run / name).is_file():
            raise DataError(
                f"{run}: no {name} there; train one with `python -m training gan RECIPE --run {run}`"
            )
    return load_gan_recipe(run / RECIPE)


def weights_identity(run: Path) -> str:
    """The weights' name with the start of their sha256."""
    return f"{WEIGHTS} {digest_of_file(run / WEIGHTS)[:12]}"


def load_makers(run: Path, recipe: GanRecipe) -> Makers:
    """The averaged networks of a run.

    Raises:
        DataError: the weights are unreadable or of other networks than the run's recipe describes.
    """
    kept = load_checkpoint(run / WEIGHTS)
    try:
        conditions = tuple(kept["conditions"])
        drawer, deformer = new_drawer(recipe), new_deformer(recipe, len(conditions))
        drawer.load_state_dict(kept["drawer"])
        deformer.load_state_dict(kept["deformer"])
    except (RuntimeError, KeyError, TypeError) as error:
        raise DataError(f"{run / WEIGHTS}: not the weights of the networks in {run / RECIPE}") from error
    for net in (drawer, deformer):
        net.eval().requires_grad_(False)
    return Makers(drawer, deformer, conditions, torch.tensor(kept["by_emotion"]))


def new_drawer(recipe: GanRecipe) -> Drawer:
    """An untrained drawer of the recipe's shape."""
    return Drawer(recipe.identity.noise, recipe.identity.widths, recipe.data.size_px)


def new_deformer(recipe: GanRecipe, conditions: int) -> Deformer:
    """An untrained deformer of the recipe's shape."""
    settings = recipe.expression
    return Deformer(conditions, settings.widths, settings.blocks, settings.reach)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """A PNG, in a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def write_text(path: Path, text: str) -> None:
    """Write so that the file holds either the old or the new text."""
    with replacing(path) as file:
        file.write(text.encode())
