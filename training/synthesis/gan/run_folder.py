"""The folder of a GAN's run: what training leaves in it, and how the generator reads it.

recipe.yaml (every key), provenance.json, floor.json (what held-out real faces measure against real faces),
history.jsonl, samples/ (a sheet for each measurement), last.pt (to resume) and weights.pt (for the
generator). Where stage two learns action units, units.npy holds those measured on the training faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.whole_file import replacing
from training.errors import DataError, RecipeError
from training.fitting.checkpoint import digest_of_file, load_checkpoint
from training.synthesis.gan.gan_recipe import GanRecipe, WatchRecipe, load_gan_recipe
from training.synthesis.gan.nets import Generator, WarpGenerator

RECIPE, LAST, WEIGHTS, UNITS_FILE = "recipe.yaml", "last.pt", "weights.pt", "units.npy"

FORMER_KEYS = {
    "drawer": "generator",
    "deformer": "warp_generator",
    "maker": "generator",
    "maker_optimizer": "generator_optimizer",
    "critic": "discriminator",
    "critic_optimizer": "discriminator_optimizer",
}
"""What checkpoints of earlier versions call their parts."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedGan:
    """Both networks of a run, for use; `conditions` names the inputs of the second, by_emotion is [7, conditions]."""

    generator: Generator
    warp_generator: WarpGenerator
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


def load_trained_gan(run: Path, recipe: GanRecipe) -> TrainedGan:
    """The averaged networks of a run.

    Raises:
        DataError: the weights are unreadable or of other networks than the run's recipe describes.
    """
    kept = with_present_keys(load_checkpoint(run / WEIGHTS))
    try:
        conditions = tuple(kept["conditions"])
        generator, warp_generator = new_generator(recipe), new_warp_generator(recipe, len(conditions))
        generator.load_state_dict(kept["generator"])
        warp_generator.load_state_dict(kept["warp_generator"])
    except (RuntimeError, KeyError, TypeError) as error:
        raise DataError(f"{run / WEIGHTS}: not the weights of the networks in {run / RECIPE}") from error
    for net in (generator, warp_generator):
        net.eval().requires_grad_(False)
    return TrainedGan(generator, warp_generator, conditions, torch.tensor(kept["by_emotion"]))


def with_present_keys(state: dict[str, Any]) -> dict[str, Any]:
    """A state by the names of today, also where it was saved under earlier ones."""
    return {FORMER_KEYS.get(key, key): value for key, value in state.items()}


def new_generator(recipe: GanRecipe) -> Generator:
    """An untrained generator of the recipe's shape."""
    return Generator(recipe.identity.noise, recipe.identity.widths, recipe.data.size_px)


def new_warp_generator(recipe: GanRecipe, conditions: int) -> WarpGenerator:
    """An untrained warp generator of the recipe's shape."""
    settings = recipe.expression
    return WarpGenerator(conditions, settings.widths, settings.blocks, settings.reach)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """A PNG, in a folder that is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def write_text(path: Path, text: str) -> None:
    """Write so that the file holds either the old or the new text."""
    with replacing(path) as file:
        file.write(text.encode())
