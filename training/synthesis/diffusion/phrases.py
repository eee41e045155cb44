"""The vocabulary of prompts: phrases.yaml, or a file like it, checked to have a word for everything."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from recognizer.affect import Emotion
from recognizer.resources import package_file
from training.data.data_recipe import Share, Strict
from training.recipe_file import read_model
from training.synthesis.request import AgeGroup, Angle, Blur, Ethnicity, Gender, Lighting, Obstruction

PHRASES = package_file("training", "synthesis", "diffusion", "phrases.yaml")

KeyT = TypeVar("KeyT", bound=StrEnum)
ValueT = TypeVar("ValueT")


def _complete(words: dict[KeyT, ValueT]) -> dict[KeyT, ValueT]:
    kind = type(next(iter(words), Emotion.NEUTRAL))
    missing = [str(value) for value in kind if value not in words]
    if missing:
        raise ValueError(f"words are missing for {', '.join(missing)}")
    return words


def _from_zero(strengths: dict[float, str]) -> dict[float, str]:
    if 0.0 not in strengths:
        raise ValueError("strengths must begin at 0.0")
    return dict(sorted(strengths.items()))


Words = Annotated[dict[KeyT, ValueT], AfterValidator(_complete)]
"""Something for every value of an enumeration."""
Strengths = Annotated[dict[Share, str], AfterValidator(_from_zero)]
"""From which intensity on which word is used."""


class Expression(Strict):
    """What a face does, in words, and the action units that those words mean."""

    words: str
    action_units: dict[int, Share]


class Negatives(Strict):
    """What contradicts a value, for the values where something does."""

    emotion: dict[Emotion, str] = Field(default_factory=dict)
    lighting: dict[Lighting, str] = Field(default_factory=dict)
    angle: dict[Angle, str] = Field(default_factory=dict)
    obstruction: dict[Obstruction, str] = Field(default_factory=dict)
    blur: dict[Blur, str] = Field(default_factory=dict)


class Phrases(Strict):
    """Everything a prompt is made of; phrases.yaml explains each part."""

    age_group: Words[AgeGroup, str]
    gender: Words[Gender, str]
    ethnicity: Words[Ethnicity, str]
    lighting: Words[Lighting, str]
    angle: Words[Angle, str]
    obstruction: Words[Obstruction, str]
    blur: Words[Blur, str]
    emotions: Words[Emotion, str]
    emotion_strengths: Strengths
    unit_strengths: Strengths
    expressions: Words[Emotion, Annotated[tuple[Expression, ...], Field(min_length=1)]]
    action_units: dict[int, str]
    negative: str
    negative_of: Negatives


def load_phrases(path: Path = PHRASES) -> Phrases:
    """Read a vocabulary; raises RecipeError that names what is missing or unknown."""
    return read_model(Phrases, path, (), str(PHRASES))


def strength(strengths: dict[float, str], intensity: float) -> str:
    """The word for an intensity in [0, 1]."""
    return [word for start, word in strengths.items() if start <= intensity][-1]
