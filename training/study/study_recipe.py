"""A study as a file: arms that are compared, with their faces and fits, seeds, sizes and what is reported."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recognizer.affect import Emotion
from recognizer.resources import package_file
from training.data.data_recipe import Seed, Strict
from training.errors import RecipeError
from training.fit_recipe import Recipe
from training.recipe_file import checked_model, read_model

STUDIES = package_file("training", "study", "studies")
"""Where the shipped studies lie; `study NAME` means the file of that name here."""

EXAMPLE = "training/study/studies/few-plus.yaml"
LEAST_SEEDS = 3
"""With fewer, a report says that they are too few to tell chance from effect."""

Count = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
"""Of an arm or a set: it names a folder too."""

Changes = dict[str, Any]
"""Part of a fit's recipe that is laid over it, such as {fit: {epochs: 10}}."""


def _each_once(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("name each seed once: the same seed again tells nothing new")
    return seeds


Seeds = Annotated[tuple[Seed, ...], Field(min_length=2), AfterValidator(_each_once)]


class SetRecipe(Strict):
    """Synthetic faces on disk: a folder that `synthesize` wrote, or anything else that `fit` reads.

    `filtered` is the table of those that the filters kept, by default kept.csv in the folder. `made_by` is the command
    that makes them: whoever lacks them is told.
    """

    faces: Path
    filtered: Path | None = None
    crop: Literal["whole", "aligned"] = "whole"
    made_by: str = ""

    def table(self, *, filtered: bool) -> Path:
        """What to read: the whole set, or what the filters kept of it."""
        if not filtered:
            return self.faces
        return self.filtered or (self.faces if self.faces.is_dir() else self.faces.parent) / "kept.csv"


class AddedFaces(Strict):
    """Synthetic faces of one set in an arm's training: exactly one of `times`, `per_class` and `fill_to`.

    times: of each emotion so many times as many as the arm has real ones. per_class: so many of each emotion.
    fill_to: so many of each emotion, real ones counted in; nothing where there are enough real ones.
    filtered: only those that the filters kept, with their rectified labels.
    """

    set: Name
    times: Annotated[float, Field(gt=0)] | None = None
    per_class: Count | dict[Emotion, Annotated[int, Field(ge=0)]] | None = None
    fill_to: Count | None = None
    filtered: bool = False

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if sum(amount is not None for amount in (self.times, self.per_class, self.fill_to)) != 1:
            raise ValueError("say how many with exactly one of times, per_class and fill_to")
        return self


class ArmRecipe(Strict):
    """One way of training, fitted once for each seed.

    real: how many real training faces of each emotion, drawn anew for each seed, or all. trained_on_real: false means
    that they only measure how many synthetic ones `times` is, and are left out. synthetic: what is added.
    pooled: real (all splits) and synthetic faces are drawn anew into 80/10/10, and synthetic ones are tested on too, as
    by Sultanov et al. 2025. starts_from: the arm whose weights of the same seed this one begins with. steps_share: the
    share of the size's steps that it learns for, where the size names steps. changes: keys of the fit's recipe, such as
    {fit: {epochs: 10}}. aim: the accuracy hoped for.
    """

    title: str
    real: Count | Literal["all"] = "all"
    trained_on_real: bool = True
    synthetic: tuple[AddedFaces, ...] = ()
    pooled: bool = False
    starts_from: Name | None = None
    steps_share: Annotated[float, Field(gt=0, le=10)] = 1.0
    changes: Changes = Field(default_factory=dict)
    aim: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _has_faces(self) -> Self:
        if not self.trained_on_real and not self.synthetic:
            raise ValueError("an arm that is not trained on real faces needs synthetic ones")
        if self.pooled and (not self.trained_on_real or self.real != "all"):
            raise ValueError("a pooled arm takes all real faces")
        sources = [(added.set, added.filtered) for added in self.synthetic]
        if len(set(sources)) < len(sources):
            raise ValueError("name each set once: two amounts of one set would draw the same faces twice")
        return self


class ComparisonRecipe(Strict):
    """Two arms by name; differences are first minus second.

    judged: unseen (real test faces without near copies of training faces) or drawn (all of an arm's test faces, as
    those print who pool). aim_points and aim_relative: the least difference hoped for, in points or as a share.
    """

    first: Name
    second: Name
    judged: Literal["unseen", "drawn"] = "unseen"
    aim_points: float | None = None
    aim_relative: float | None = None


class SeriesRecipe(Strict):
    """Arms along a quantity, such as the ratio of synthetic to real faces, by value in rising order."""

    title: str
    quantity: str
    arms: Annotated[dict[float, Name], Field(min_length=2)]


class SizeRecipe(Strict):
    """How big a study is made on one kind of machine; what is None stays as the study has it.

    steps: every arm learns for so many steps (or its steps_share of them), however many faces it has; without it, for
    as many epochs as its recipe says.
    """

    seeds: Seeds | None = None
    steps: Count | None = None
    recipe: Path | None = None
    arms: tuple[Name, ...] | None = None
    changes: Changes = Field(default_factory=dict)


def steps_of(arm: ArmRecipe, size: SizeRecipe) -> int | None:
    """How many steps an arm learns for at a size, at least one; None where the size does not name them."""
    return None if size.steps is None else max(1, round(size.steps * arm.steps_share))


class StudyRecipe(Strict):
    """A whole study. `recipe` is what all arms are fitted by; its data section names the real faces and the test.

    copies_apart: near copies of training faces are not tested on; false where the same people are in training and test,
    for a face at rest resembles itself. limits: what this study cannot tell, in sentences for its report. curves:
    precision-recall and ROC curves too.
    """

    name: Name
    title: str
    question: str
    source: str = ""
    limits: tuple[str, ...] = ()
    recipe: Path
    changes: Changes = Field(default_factory=dict)
    seeds: Seeds = (0, 1, 2)
    sets: dict[Name, SetRecipe] = Field(default_factory=dict)
    arms: Annotated[dict[Name, ArmRecipe], Field(min_length=1)]
    comparisons: tuple[ComparisonRecipe, ...] = ()
    series: tuple[SeriesRecipe, ...] = ()
    copies_apart: bool = True
    curves: bool = False
    sizes: Annotated[dict[Name, SizeRecipe], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        for where, name in self._named_arms():
            if name not in self.arms:
                raise ValueError(f"{where} names the arm {name}; there are {', '.join(self.arms)}")
        for name, arm in self.arms.items():
            for added in arm.synthetic:
                if added.set not in self.sets:
                    raise ValueError(
                        f"the arm {name} wants the set {added.set}; sets has {', '.join(self.sets)}"
                    )
        _demand_order(self.arms)
        return self

    def _named_arms(self) -> Iterator[tuple[str, str]]:
        for comparison in self.comparisons:
            yield from (("comparisons", name) for name in (comparison.first, comparison.second))
        for series in self.series:
            yield from (("series", name) for name in series.arms.values())
        for size in self.sizes.values():
            yield from (("sizes", name) for name in size.arms or ())

    def at(self, size: str) -> StudyRecipe:
        """The study at one size: its seeds, recipe, changes and arms, and only comparisons of arms that are left.

        Raises RecipeError for a size that it does not have.
        """
        if size not in self.sizes:
            raise RecipeError(f"--size {size}: the study {self.name} has {', '.join(self.sizes)}")
        chosen = self.sizes[size]
        names = _with_ancestors(self.arms, chosen.arms or tuple(self.arms))
        series = [
            one.model_copy(update={"arms": {x: arm for x, arm in one.arms.items() if arm in names}})
            for one in self.series
        ]
        return self.model_copy(
            update={
                "seeds": chosen.seeds or self.seeds,
                "recipe": chosen.recipe or self.recipe,
                "changes": merged(self.changes, chosen.changes),
                "arms": {name: arm for name, arm in self.arms.items() if name in names},
                "comparisons": tuple(c for c in self.comparisons if {c.first, c.second} <= names),
                "series": tuple(one for one in series if len(one.arms) > 1),
                "sizes": {size: chosen},
            }
        )


def _demand_order(arms: Mapping[str, ArmRecipe]) -> None:
    before: set[str] = set()
    for name, arm in arms.items():
        if arm.starts_from is not None and arm.starts_from not in before:
            raise ValueError(f"the arm {name} starts from {arm.starts_from}, which must stand above it")
        if arm.starts_from is not None and arms[arm.starts_from].pooled != arm.pooled:
            raise ValueError(
                f"the arm {name} starts from {arm.starts_from}, but only one of them is pooled: its test would be known"
            )
        before.add(name)


def _with_ancestors(arms: Mapping[str, ArmRecipe], wanted: tuple[str, ...]) -> set[str]:
    names = set(wanted)
    for name in reversed(list(arms)):
        start = arms[name].starts_from
        if name in names and start is not None:
            names.add(start)
    return names


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, section by section; neither is changed."""
    result = copy.deepcopy(dict(base))
    for key, value in changes.items():
        inner = result.get(key)
        if isinstance(inner, dict) and isinstance(value, Mapping):
            result[key] = merged(inner, value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def changed_recipe(recipe: Recipe, changes: Mapping[str, Any], source: str) -> Recipe:
    """A fit's recipe with changes; raises RecipeError that begins with `source` where they do not fit."""
    return checked_model(Recipe, merged(recipe.model_dump(mode="json"), changes), (), source)


def load_study(named: str, overrides: tuple[str, ...] = ()) -> StudyRecipe:
    """A shipped study by name, or a study's file; `overrides` are strings like "arms.plus.real=20".

    Raises:
        RecipeError: no such study, a key is unknown, or a value is out of range.
    """
    path = STUDIES / f"{named}.yaml"
    if not path.is_file():
        path = Path(named)
        if path.suffix not in (".yaml", ".yml"):
            raise RecipeError(
                f"{named}: no such study; there are {', '.join(shipped())}, or give a YAML file"
            )
    return read_model(StudyRecipe, path, overrides, EXAMPLE)


def shipped() -> list[str]:
    """The names of the shipped studies."""
    return sorted(path.stem for path in STUDIES.glob("*.yaml"))
