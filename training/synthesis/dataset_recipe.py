"""What a synthetic data set holds: a generator with its options, how many faces of each emotion, who and how shown."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from recognizer.affect import EMOTIONS, Emotion
from training.data.data_recipe import Seed, Share, ShareRange, Strict
from training.recipe_file import read_model
from training.synthesis.request import (
    AgeGroup,
    Angle,
    Blur,
    Ethnicity,
    Gender,
    Lighting,
    Obstruction,
)

EXAMPLE = "training/synthesis/recipes/rendered.yaml"

ValueT = TypeVar("ValueT", bound=StrEnum)
Weight = Annotated[float, Field(ge=0)]


def _not_all_zero(weights: dict[ValueT, float]) -> dict[ValueT, float]:
    if sum(weights.values()) <= 0:
        raise ValueError("at least one value needs a weight above 0")
    return weights


Weights = Annotated[dict[ValueT, Weight], AfterValidator(_not_all_zero)]
"""Values with their weights; a value that is not named has none. They need not sum to 1."""


def _equal(kind: type[ValueT]) -> dict[ValueT, float]:
    return dict.fromkeys(kind, 1.0)


def _weights(kind: type[ValueT], *weights: float) -> dict[ValueT, float]:
    return dict(zip(kind, weights, strict=True))


class AttributeShares(Strict):
    """How often each value of Table 1 of Sultanov et al. (2025) is asked for, within every emotion.

    People are spread equally. A clear, frontal view is the commonest, as it is before a camera.
    """

    age_group: Weights[AgeGroup] = _equal(AgeGroup)
    gender: Weights[Gender] = _equal(Gender)
    ethnicity: Weights[Ethnicity] = _equal(Ethnicity)
    lighting: Weights[Lighting] = _equal(Lighting)
    angle: Weights[Angle] = _weights(Angle, 3, 1, 1, 1)
    obstruction: Weights[Obstruction] = _weights(Obstruction, 6, 1, 1, 1, 1)
    blur: Weights[Blur] = _weights(Blur, 6, 3, 1)


class SynthesisRecipe(Strict):
    """One synthetic data set.

    `faces_per_class` is one number for all emotions or one for each (such as those of a real set), and `times`
    multiplies it: five times a real set's size is `times: 5`. `intensity` is the range from which expressions are
    spread evenly. `expressions` may name sets of action units for an emotion, which then take turns; for the others
    the generator chooses. `options` are the generator's own.
    """

    name: str
    generator: str
    options: dict[str, Any] = Field(default_factory=dict)
    faces_per_class: Annotated[int, Field(ge=1)] | dict[Emotion, Annotated[int, Field(ge=0)]] = 300
    times: Annotated[float, Field(gt=0)] = 1.0
    size_px: Annotated[int, Field(ge=16, le=1024)] = 112
    seed: Seed = 0
    intensity: ShareRange = (0.6, 1.0)
    attributes: AttributeShares = AttributeShares()
    expressions: dict[Emotion, tuple[dict[int, Share], ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if sum(self.counts.values()) == 0:
            raise ValueError("faces_per_class must ask for at least one face")
        return self

    @property
    def counts(self) -> dict[Emotion, int]:
        """The number of faces of each emotion, in the order of EMOTIONS."""
        asked = self.faces_per_class
        return {
            emotion: round(self.times * (asked if isinstance(asked, int) else asked.get(emotion, 0)))
            for emotion in EMOTIONS
        }


def load_synthesis_recipe(path: Path, overrides: tuple[str, ...] = ()) -> SynthesisRecipe:
    """Read a recipe; `overrides` are strings like "times=5".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return read_model(SynthesisRecipe, path, overrides, EXAMPLE)
