"""An audience of rendered viewers: who they are, which films they watch, and how each answers each film.

Nobody has to be filmed to try a test of advertisements, and what every face does is known. Everything here is a pure
function of the recipe; `recordings` makes the clips.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from recognizer.affect import Emotion
from training.data.data_recipe import LARGEST_SEED, Seed, Share, ShareRange, Strict
from training.recipe_file import read_model
from training.synthesis.clips.clip import ClipRequest
from training.synthesis.dataset_recipe import ValueT
from training.synthesis.rendered.animation.motion import FALL_SECONDS, RISE_SECONDS, Plan, timeline
from training.synthesis.request import AgeGroup, Ethnicity, Gender, Lighting

EXAMPLE = "training/synthesis/recipes/audience.yaml"

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""Of a film or a category: it names a folder too."""

Scene = tuple[Emotion, Annotated[float, Field(gt=RISE_SECONDS + FALL_SECONDS)]]
"""The emotion that a scene calls for, and its length in seconds."""


class FilmRecipe(Strict):
    """An advertisement, told by what its scenes call for."""

    film: Name
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1)]


class AudienceRecipe(Strict):
    """`viewers` people who all watch every film of every category.

    A recording begins `rest_seconds` before its film, with the face at rest. To each scene a viewer answers with a
    chance of `answer_share`, and else stays at rest; how strongly is drawn from `intensity` for each recording.
    """

    name: str
    films: Annotated[dict[Name, tuple[FilmRecipe, ...]], Field(min_length=1)]
    viewers: Annotated[int, Field(ge=1, le=999)] = 12
    seed: Seed = 0
    rest_seconds: Annotated[float, Field(gt=RISE_SECONDS + FALL_SECONDS)] = 3.0
    answer_share: Share = 0.8
    intensity: ShareRange = (0.5, 1.0)
    size_px: tuple[Annotated[int, Field(ge=64)], Annotated[int, Field(ge=64)]] = (320, 240)
    frames_per_second: Annotated[int, Field(ge=1, le=60)] = 15

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for category, films in self.films.items():
            names = [film.film for film in films]
            if len(set(names)) < len(names):
                raise ValueError(f"{category}: two films have the same name")
        return self


def load_audience_recipe(path: Path, overrides: tuple[str, ...] = ()) -> AudienceRecipe:
    """Read a recipe; `overrides` are strings like "viewers=4".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return read_model(AudienceRecipe, path, overrides, EXAMPLE)


@dataclass(frozen=True, slots=True)
class Recording:
    """One viewer and one film."""

    viewer: str
    category: str
    film: str
    request: ClipRequest

    @property
    def path(self) -> str:
        """Where the clip goes, relative to the audience's folder."""
        return f"{self.category}/{self.film}/{self.viewer}.mp4"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A stretch of a recording in which the face shows one emotion, complete."""

    emotion: Emotion
    start_seconds: float
    end_seconds: float


def recordings(recipe: AudienceRecipe) -> Iterator[Recording]:
    """Every recording, viewer by viewer. A viewer's face, room and manner are the same before every film."""
    for index in range(recipe.viewers):
        rng = np.random.default_rng([recipe.seed, index])
        viewer = f"V{index + 1:03d}"
        seed = int(rng.integers(LARGEST_SEED))
        age, gender = _one_of(AgeGroup, rng), _one_of(Gender, rng)
        ethnicity, lighting = _one_of(Ethnicity, rng), _one_of(Lighting, rng)
        for category, films in recipe.films.items():
            for film in films:
                request = ClipRequest(
                    plan=((Emotion.NEUTRAL, recipe.rest_seconds), *_answers(film, recipe.answer_share, rng)),
                    seed=seed,
                    intensity=float(rng.uniform(*recipe.intensity)),
                    age_group=age,
                    gender=gender,
                    ethnicity=ethnicity,
                    lighting=lighting,
                    size_px=recipe.size_px,
                    frames_per_second=recipe.frames_per_second,
                )
                yield Recording(viewer, category, film.film, request)


def reactions(recording: Recording) -> list[Reaction]:
    """What the face shows and when; rises and falls between are left out, for they belong to no emotion."""
    return [
        Reaction(segment.emotion, segment.apex_seconds, segment.offset_seconds)
        for segment in timeline(recording.request.plan)
    ]


def _answers(film: FilmRecipe, share: float, rng: np.random.Generator) -> Plan:
    return tuple(
        (emotion if rng.random() < share else Emotion.NEUTRAL, seconds) for emotion, seconds in film.scenes
    )


def _one_of(kind: type[ValueT], rng: np.random.Generator) -> ValueT:
    return list(kind)[int(rng.integers(len(kind)))]
