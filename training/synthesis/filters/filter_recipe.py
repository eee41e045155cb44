"""The recipe of the filters: a section that is there switches its filter on, one that is missing leaves it off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from training.data.data_recipe import DataRecipe, Seed, Share, Strict
from training.recipe_file import read_model
from training.synthesis.facs import READINGS
from training.synthesis.request import ATTRIBUTES

EXAMPLE = "training/synthesis/recipes/filter.yaml"

Count = Annotated[int, Field(ge=1)]


class CopiesRecipe(Strict):
    """Near copies: pictures whose pixels correlate with an earlier one's by `correlation` or more.

    With `of_real`, also those that are near copies of a real face: a generator that gives back what it was trained on
    adds nothing, and shows somebody who was not asked.
    """

    correlation: Share = 0.97
    of_real: bool = True


class UnitsRecipe(Strict):
    """The action units that a face was drawn with against those that MediaPipe measures on it.

    Of the `judged` units that were meant at `meant` or more, the share that is measured at `seen` or more must reach
    `least_share`. Others are left alone: MediaPipe hardly reacts to them. `unwanted`: units that must stay below a
    limit where they were not meant at all. `must_find`: which pictures are rejected when no face is found in them;
    clear ones are frontal, unobstructed and not blurred.
    """

    judged: frozenset[int] = frozenset({1, 2, 4, 5, 7, 10, 12, 26, 43})
    meant: Share = 0.5
    seen: Share = 0.1
    least_share: Share = 0.5
    unwanted: dict[int, Share] = Field(default={12: 0.5})
    must_find: Literal["all", "clear", "none"] = "clear"

    @model_validator(mode="after")
    def _can_be_measured(self) -> Self:
        blind = sorted((self.judged | self.unwanted.keys()) - READINGS.keys())
        if blind:
            raise ValueError(
                f"unit {blind[0]} cannot be measured; choose from {', '.join(map(str, READINGS))}"
            )
        return self


class LabelsRecipe(Strict):
    """Pseudo labels from an ensemble of emotion models, given by their cards (He et al. 2024).

    `probability` means: the mean of the models' calibrated probabilities. A face keeps its label when that has at least
    `keep_at`, gets another one when that has at least `relabel_at` and at least `agreement` of the models read it, and
    is rejected otherwise. Without `relabel`, it is rejected where it would get another one.
    """

    cards: Annotated[tuple[Path, ...], Field(min_length=1)] = (Path("models/emotion.yaml"),)
    keep_at: Share = 0.25
    relabel_at: Share = 0.8
    agreement: Share = 1.0
    relabel: bool = True


class RealismRecipe(Strict):
    """How real a face looks in the features of the emotion model of `card`.

    discriminator: a logistic regression, fitted in `folds` on the other folds, scores each face between synthetic (0)
    and real (1); the `lowest_share` of the faces goes. neighbours: faces whose distance to their `neighbours`-th real
    neighbour is more than `beyond` times what 99 % of the real faces have; null switches that off.
    """

    card: Path = Path("models/emotion.yaml")
    real_faces: Count = 4000
    folds: Annotated[int, Field(ge=2)] = 5
    lowest_share: Share = 0.05
    neighbours: Count = 5
    beyond: Annotated[float, Field(gt=0)] | None = 1.5


class BalanceRecipe(Strict):
    """No emotion may have more than `ratio` times as many faces as the middle one (the median).

    Within each emotion the same holds for the values of each of the `attributes`.
    """

    ratio: Annotated[float, Field(ge=1)] = 1.5
    attributes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _attributes_known(self) -> Self:
        unknown = [name for name in self.attributes if name not in ATTRIBUTES]
        if unknown:
            raise ValueError(f"attribute {unknown[0]} is unknown; choose from {', '.join(ATTRIBUTES)}")
        return self


class FilterRecipe(Strict):
    """All filters, in the order in which they judge.

    `crop`: whole takes a picture as it is; aligned finds the face and cuts it out as the recognizer does at run time.
    `real` are the faces that realism and copies of real faces are held against (their training split). Its own `crop`
    must frame them as `crop` frames these; FER2013's are framed like `aligned` as they are.
    """

    name: str
    crop: Literal["whole", "aligned"] = "whole"
    real: DataRecipe | None = None
    copies: CopiesRecipe | None = None
    units: UnitsRecipe | None = None
    labels: LabelsRecipe | None = None
    realism: RealismRecipe | None = None
    balance: BalanceRecipe | None = None
    seed: Seed = 0

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if not self.sections:
            raise ValueError(f"no filter is switched on; name one of {', '.join(FILTERS)}")
        if self.needs_real and self.real is None:
            raise ValueError(
                "realism and copies.of_real hold faces against real ones: name them in the section real"
            )
        return self

    @property
    def sections(self) -> Mapping[str, Strict]:
        """The filters that are switched on, by name, in the order in which they judge."""
        return {name: section for name in FILTERS if (section := getattr(self, name)) is not None}

    def only(self, name: str) -> FilterRecipe:
        """The same with one filter alone."""
        return self.model_copy(update={other: None for other in self.sections if other != name})

    @property
    def needs_real(self) -> bool:
        """Whether any filter compares with real faces."""
        return self.realism is not None or (self.copies is not None and self.copies.of_real)


FILTERS = ("copies", "units", "labels", "realism", "balance")
"""Cheap and certain ones first; balance last, so that it sees what is left."""


def load_filter_recipe(path: Path, overrides: tuple[str, ...] = ()) -> FilterRecipe:
    """Read a recipe; `overrides` are strings like "labels.keep_at=0.3".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return read_model(FilterRecipe, path, overrides, EXAMPLE)
