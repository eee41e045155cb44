"""A recipe that a small net learns from drawn faces in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.fit_recipe import (
    AugmentRecipe,
    DataRecipe,
    FitRecipe,
    NetRecipe,
    Recipe,
    SizePhase,
    dump_recipe,
)

EPOCHS = 12


def small_recipe(folder: Path, per_class: int = 12, net: NetRecipe | None = None, **fit: Any) -> Path:
    """Write drawn faces and a recipe for them into `folder`; `fit` replaces keys of the section fit."""
    images, votes = write_fer2013(drawn_faces(per_class), folder)
    settings: dict[str, Any] = {
        "epochs": EPOCHS,
        "batch": 28,
        "precision": "float32",
        "average_decay": 0.5,
        "sizes": (SizePhase(from_epoch=0, size_px=32), SizePhase(from_epoch=1, size_px=48)),
    }
    recipe = Recipe(
        name="small",
        data=DataRecipe(faces=images, votes=votes),
        net=net or NetRecipe(widths=(16, 32, 64), blocks=(1, 1, 1), dropout=0.1),
        augment=AugmentRecipe(rotation_degrees=3, scale=0.05, shift=0.02, erase_share=0),
        fit=FitRecipe(**settings | fit),
    )
    path = folder / "small.yaml"
    dump_recipe(recipe, path)
    return path
