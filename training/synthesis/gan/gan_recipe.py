"""The recipe of a two-stage GAN: every setting of the two networks, of their training and of what is measured."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from recognizer.affect import Emotion
from training.data.data_recipe import DataRecipe, Seed, Share, Strict
from training.recipe_file import read_model

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]

EXAMPLE = "training/synthesis/recipes/gan_fit.yaml"

HALVINGS = 3
"""Both discriminators and the generator go through sides of 1/8, 1/4, 1/2 and 1 of the picture's."""

Widths = Annotated[tuple[Count, ...], Field(min_length=HALVINGS + 1, max_length=HALVINGS + 1)]


class AugmentationRecipe(Strict):
    """DiffAugment (Zhao et al. 2020): what the discriminator sees is changed at random, real and drawn faces alike.

    Without it a discriminator overfits a small set. `brightness` is in units of half the grey range, `contrast` a
    share, `shift` and `cutout` shares of the side.
    """

    mirror: bool = True
    brightness: NotNegative = 0.25
    contrast: Share = 0.3
    shift: Share = 0.1
    cutout: Share = 0.3


class StageRecipe(Strict):
    """How a stage's two nets learn. Each step takes `batch` faces.

    The R1 penalty on the discriminator weighs `r1_weight`, every `r1_every` steps: without it the discriminator wins,
    and the generator learns nothing more.
    """

    former_keys = MappingProxyType(
        {
            "critic_learning_rate": "discriminator_learning_rate",
            "critic_widths": "discriminator_widths",
            "steepness_weight": "r1_weight",
            "steepness_every": "r1_every",
            "drawn_share": "generated_share",
            "readers": "classifiers",
            "reading_weight": "classifier_weight",
        }
    )

    steps: Count = 20_000
    batch: Annotated[int, Field(ge=4)] = 64
    learning_rate: Positive = 1e-3
    discriminator_learning_rate: Positive = 1e-3
    r1_weight: NotNegative = 0.05
    r1_every: Count = 8
    augmentation: AugmentationRecipe = AugmentationRecipe()


class IdentityRecipe(StageRecipe):
    """Stage one: noise to a face without expression.

    It learns from the set's faces of `emotion`. `widths` are the generator's channels from 1/8 of the side to all of
    it, `discriminator_widths` the discriminator's the other way round. Multiples of 32 are fastest.
    """

    emotion: Emotion = Emotion.NEUTRAL
    noise: Count = 96
    widths: Widths = (128, 64, 32, 32)
    discriminator_widths: Widths = (32, 64, 128, 128)


class ExpressionRecipe(StageRecipe):
    """Stage two: a face and a wanted expression to that face with the expression.

    The warp generator moves pixels by at most `reach` of the side and paints what no movement brings (teeth, creases).
    `condition`: emotion (one of the seven) or units (FACS action units, measured on the set's faces).
    `generated_share` of its sources come from stage one, the others are real. The weights balance cycle consistency
    (`cycle_weight`), moving smoothly (`smooth_weight`) and painting little (`paint_weight`) against being taken for a
    real face that shows what was wanted, which weighs 1. `classifiers` are runs of `fit` whose nets know emotions:
    their loss weighs `classifier_weight`. Name other nets than the model that measures (`watch.card`).
    """

    steps: Count = 3_000
    condition: Literal["emotion", "units"] = "emotion"
    widths: tuple[Count, Count] = (32, 64)
    blocks: Count = 3
    discriminator_widths: Widths = (32, 64, 128, 128)
    reach: Share = 0.2
    generated_share: Share = 0.5
    cycle_weight: NotNegative = 5.0
    smooth_weight: NotNegative = 0.5
    paint_weight: NotNegative = 0.5
    classifiers: tuple[Path, ...] = ()
    classifier_weight: NotNegative = 1.0

    @model_validator(mode="after")
    def _classifiers_know_the_condition(self) -> Self:
        if self.classifiers and self.condition != "emotion":
            raise ValueError(
                "classifiers know emotions, no action units; leave them out, or take condition: emotion"
            )
        return self


class WatchRecipe(Strict):
    """What is kept and measured on the way.

    Every `checkpoint_steps` the run can be resumed from there; every `measure_steps` a sheet of samples is drawn and
    FID and KID are measured with `faces` faces, in the penultimate features of the emotion model of `card`.
    """

    checkpoint_steps: Count = 500
    measure_steps: Count = 1_000
    faces: Annotated[int, Field(ge=40)] = 2_000
    card: Path = Path("models/emotion.yaml")


class GanRecipe(Strict):
    """A whole experiment. The faces' size is data.size_px; pictures are grey."""

    name: str
    data: DataRecipe
    identity: IdentityRecipe = IdentityRecipe()
    expression: ExpressionRecipe = ExpressionRecipe()
    watch: WatchRecipe = WatchRecipe()
    average_decay: Share = 0.998
    seed: Seed = 0

    @model_validator(mode="after")
    def _faces_fit_the_nets(self) -> Self:
        if self.data.size_px % 2**HALVINGS or self.data.channels != 1:
            raise ValueError(
                "data must be grey (channels: 1) and its size_px a multiple of 8, such as 48 or 64"
            )
        return self


def load_gan_recipe(path: Path, overrides: tuple[str, ...] = ()) -> GanRecipe:
    """Read a recipe; `overrides` are strings like "identity.steps=2000".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return read_model(GanRecipe, path, overrides, EXAMPLE)
