"""A GAN small enough to be trained for a few steps in a test."""

from __future__ import annotations

from pathlib import Path

from tests.recognizer.models import write_model as write_card
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.data.data_recipe import DataRecipe
from training.recipe_file import write_model
from training.synthesis.gan.gan_recipe import ExpressionRecipe, GanRecipe, IdentityRecipe, WatchRecipe

SIZE_PX = 16
WIDTHS = (8, 8, 8, 8)


def small_recipe(folder: Path) -> GanRecipe:
    """The recipe, on drawn faces that are written into `folder`: 4 steps a stage, measured every 2."""
    images, _ = write_fer2013(drawn_faces(40), folder)
    return GanRecipe(
        name="small",
        data=DataRecipe(faces=images, size_px=SIZE_PX),
        identity=IdentityRecipe(noise=8, widths=WIDTHS, discriminator_widths=WIDTHS, steps=4, batch=8),
        expression=ExpressionRecipe(widths=(8, 8), blocks=1, discriminator_widths=WIDTHS, steps=4, batch=8),
        watch=WatchRecipe(checkpoint_steps=1, measure_steps=2, faces=70, card=write_card(folder)),
    )


def write_recipe(recipe: GanRecipe, folder: Path) -> Path:
    """The recipe as a file in `folder`."""
    write_model(recipe, folder / "small.yaml")
    return folder / "small.yaml"
