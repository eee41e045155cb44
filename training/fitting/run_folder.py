"""The folder of a run: what a fit leaves in it, and how others read it.

recipe.yaml (every key), provenance.json, history.jsonl, last.pt (to resume), weights.pt (the result: averaged weights),
curves.png, tensorboard/, teacher.npz (a teacher's answers, so that a resumed fit need not ask again).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.errors import DataError, RecipeError
from training.fit_recipe import Recipe, load_recipe
from training.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.nets.backbones import build_net
from training.nets.face_net import FaceNet
from training.recipe_file import flat

MAY_DIFFER = (
    "data.faces",
    "data.votes",
    "fit.teacher",
    "fit.start_from",
    "fit.checkpoint_minutes",
    "net.pretrained",
)
"""Keys that may change before a resumed fit: files may have moved, and how often to save changes no result."""


def load_net(run: Path) -> FaceNet:
    """The averaged weights of a run in its net, ready for inference.

    Raises:
        DataError: the run's recipe.yaml or weights are missing or unreadable, or do not fit each other.
    """
    if not (run / "recipe.yaml").is_file():
        raise DataError(f"{run}: not the folder of a run (recipe.yaml is missing); fit a recipe first")
    recipe = load_recipe(run / "recipe.yaml").net
    # The run's own weights replace the pretrained ones, whose file need not be here any more.
    net = build_net(recipe.model_copy(update={"pretrained": None}))
    path = run / "weights.pt"
    if path.exists():
        load_weights(net, load_checkpoint(path), path)
    else:
        load_weights(net, load_checkpoint(run / "last.pt")["averaged"], run / "last.pt")
    return net.eval()


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
    changed = changed_keys(load_recipe(run / "recipe.yaml"), recipe)
    if changed:
        raise RecipeError(
            f"{run}: was begun with another {', '.join(changed)}; take its recipe.yaml, or another --run"
        )


def changed_keys(before: Recipe, now: Recipe) -> list[str]:
    """The keys in which two recipes differ, save those that MAY_DIFFER; such as "fit.epochs"."""
    old, new = flat(before.model_dump(mode="json")), flat(now.model_dump(mode="json"))
    differing = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return [key for key in differing if key not in MAY_DIFFER]
