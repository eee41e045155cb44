"""The data part of a recipe: where the faces are, how they are cleaned, and who is trained on and who is tested."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from recognizer.affect import EMOTIONS
from recognizer.card import emotion_named
from recognizer.errors import ModelError


def rising(limits: tuple[float, float]) -> tuple[float, float]:
    """A range as recipes write it; raises ValueError where its low end lies above its high one."""
    if limits[0] > limits[1]:
        raise ValueError("must be [low, high]")
    return limits


Share = Annotated[float, Field(ge=0, le=1)]
ShareRange = Annotated[tuple[Share, Share], AfterValidator(rising)]

LARGEST_SEED = 2**32 - 1
"""The largest that every library's random generator takes."""
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]

ENTROPY_LIMIT_BITS = 8.0
"""The most that 256 grey levels can have."""


class Strict(BaseModel):
    """A section of a recipe: an unknown key is an error, so is an infinite number; nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    former_keys: ClassVar[Mapping[str, str]] = {}
    """What earlier versions called keys: files that have them are read as before."""

    @model_validator(mode="before")
    @classmethod
    def _with_present_keys(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        present = {old: new for old, new in cls.former_keys.items() if new not in raw}
        return {present.get(key, key): value for key, value in raw.items()}


class CleanRecipe(Strict):
    """Cleaning as in Sultanov et al. 2025, each step a switch, all off by default.

    `equalise` and `sharpen_below` change pixels, so the recognizer repeats them: they travel in the model's card
    (`recognizer.clean`). `sharpen_below` is the variance of the Laplacian under which a face counts as blurred.
    `entropy_between` (bits, low and high) drops training images that are too plain or too noisy to be a face.
    """

    equalise: Literal["none", "global", "adaptive"] = "none"
    sharpen_below: Annotated[float, Field(gt=0)] | None = None
    entropy_between: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.entropy_between is not None:
            low, high = self.entropy_between
            if not 0 <= low < high <= ENTROPY_LIMIT_BITS:
                raise ValueError(
                    f"entropy_between must be [low, high] within 0 to {ENTROPY_LIMIT_BITS:g} bits"
                )
        return self


class ProtocolRecipe(Strict):
    """Who is trained on and who is tested.

    official: the set's own splits. random: a seeded draw that keeps the share of each emotion. subjects: no person in
    two splits. categories: `test_categories` are the test, the others are shared out between training and validation.
    A set with official splits but without a validation split gives `valid_share` of its training images for one.
    """

    kind: Literal["official", "random", "subjects", "categories"] = "official"
    seed: Seed = 0
    valid_share: Share = 0.1
    test_share: Share = 0.1
    test_categories: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> Self:
        if self.valid_share + self.test_share >= 1:
            raise ValueError("valid_share and test_share together must leave something to train on")
        if self.kind == "categories" and not self.test_categories:
            raise ValueError("test_categories must name at least one category for the test")
        return self


class DataRecipe(Strict):
    """Where the faces are and what is made of them. Paths are relative to the working directory.

    `votes` is FER+'s csv. `votes_as`: head (the votes teach a head of their own), soft (the votes are what the label
    head learns), mixed (the mean of label and votes), majority (more than half of the votes replace the label; rows
    without a majority are skipped and counted).
    `crop`: whole takes an image as it is; aligned finds the face and cuts it out as the recognizer does at run time.
    `classes` maps class names of one's own to emotions. `frames_per_second` is for recorded reactions.
    """

    faces: Path
    votes: Path | None = None
    votes_as: Literal["head", "soft", "mixed", "majority"] = "head"
    size_px: Annotated[int, Field(ge=16, le=512)] = 48
    channels: Literal[1, 3] = 1
    crop: Literal["whole", "aligned"] = "whole"
    classes: dict[str, str] = {}
    frames_per_second: Annotated[float, Field(gt=0, le=120)] = 2.0
    clean: CleanRecipe = CleanRecipe()
    protocol: ProtocolRecipe = ProtocolRecipe()

    @field_validator("classes")
    @classmethod
    def _known_emotions(cls, classes: dict[str, str]) -> dict[str, str]:
        for name, emotion in classes.items():
            try:
                emotion_named(emotion)
            except ModelError as error:
                raise ValueError(
                    f"{name} is said to be '{emotion}'; say one of {', '.join(EMOTIONS)}"
                ) from error
        return classes

    @model_validator(mode="after")
    def _votes_for_their_use(self) -> Self:
        if self.votes_as != "head" and self.votes is None:
            raise ValueError(f"votes_as {self.votes_as} needs the votes: name FER+'s csv in votes")
        return self
