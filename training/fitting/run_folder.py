"""The folder of a run: what a fit leaves in it, and how others read it.

recipe.yaml (every key), provenance.json, history.jsonl, last.pt (to resume), weights.pt (the result: averaged weights),
curves.png, tensorboard/, teacher.npz (a teacher's answers, so that a resumed fit need not ask again), splits.csv (who
was trained on and who is tested: `training.data.stored_split`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.errors import DataError, RecipeError
from training.fit_recipe import Recipe
from training.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.nets.backbones import build_net
from training.nets.face_net import FaceNet
from training.recipe_file import flat

RECIPE = "recipe.yaml"

MAY_DIFFER = (
    "data.faces",
    "data.votes",
    "fit.teacher",
    "fit.start_from",
    "fit.checkpoint_minutes",
    "net.pretrained",
)
"""Keys that may change before a resumed fit: files may have moved, and how often to save changes no result."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedRun:
    """A run and what it was fitted by: its net has the averaged weights and is ready for inference."""

    folder: Path
    recipe: Recipe
    net: FaceNet


def load_run(folder: Path, overrides: tuple[str, ...] = ()) -> FittedRun:
    """A run; `overrides` such as "export.mirror=true" say how to export it, or where its files lie now.

    Raises:
        DataError: the run's recipe.yaml or weights are missing or unreadable, or do not fit each other.
        RecipeError: an override would describe another fit.
    """
    path = folder / RECIPE
    if not path.is_file():
        raise DataError(f"{folder}: not the folder of a run ({RECIPE} is missing); fit a recipe first")
    fitted, recipe = Recipe.load(path), Recipe.load(path, overrides)
    changed = [key for key in changed_keys(fitted, recipe) if not key.startswith("export.")]
    if changed:
        raise RecipeError(
            f"{folder}: was fitted with another {', '.join(changed)}; only export.*, data.faces"
            " and data.votes may be set"
        )
    # The run's own weights replace the pretrained ones, whose file need not be here any more.
    net = build_net(recipe.net.model_copy(update={"pretrained": None}), recipe.export.head)
    weights = folder / "weights.pt"
    if weights.exists():
        load_weights(net, load_checkpoint(weights), weights)
    else:
        load_weights(net, load_checkpoint(folder / "last.pt")["averaged"], folder / "last.pt")
    return FittedRun(folder, recipe, net.eval())


def load_net(run: Path) -> FaceNet:
    """The net of a run; raises as `load_run` does."""
    return load_run(run).net


def load_weights(net: FaceNet, state: dict[str, Any], path: Path) -> None:
    """Put a state into a net; raises DataError, naming its `path`, where it belongs to another net."""
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        raise DataError(f"{path}: weights of another net than the recipe's section net describes") from error


def save_weights(net: FaceNet, path: Path) -> None:
    """Write a net's weights as float16, half the size, for others to go on from (`fit.start_from`)."""
    state = net.state_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(path, {k: v.half() if v.is_floating_point() else v for k, v in state.items()})


def demand_fresh_or_same(run: Path, recipe: Recipe, resume: bool) -> None:
    """Keep what is there: raises RecipeError where a fit would overwrite a run or go on with another recipe."""
    if not (run / "last.pt").exists():
        return
    if not resume:
        raise RecipeError(
            f"{run}: holds a run already; --resume goes on with it, another --run starts afresh"
        )
    changed = changed_keys(Recipe.load(run / RECIPE), recipe)
    if changed:
        raise RecipeError(
            f"{run}: was begun with another {', '.join(changed)}; take its recipe.yaml, or another --run"
        )


def changed_keys(before: Recipe, now: Recipe) -> list[str]:
    """The keys in which two recipes differ, save those that MAY_DIFFER; such as "fit.epochs"."""
    old, new = flat(before.model_dump(mode="json")), flat(now.model_dump(mode="json"))
    differing = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    # Votes may lie elsewhere; with and without them a net learns something else.
    votes_gone = None in (before.data.votes, now.data.votes)
    return [key for key in differing if key not in MAY_DIFFER or (key == "data.votes" and votes_gone)]
