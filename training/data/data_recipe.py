"""The data part of a recipe: where the faces are, how they are cleaned, and who is trained on and who is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from recognizer.affect import EMOTIONS
from recognizer.card import OTHER_LABELS, emotion_named
from recognizer.errors import ModelError
from training.data.published import NUMBERS
from training.recipe_file import Seed, Share, Strict

ENTROPY_LIMIT_BITS = 8.0
"""The most that 256 grey levels can have."""


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
    head learns), mixed (the mean of label and votes), majority (more than half of the votes, single ones left
    out, replace the label; rows without a majority are skipped and counted).
    `crop`: whole takes an image as it is; aligned finds the face and cuts it out as the recognizer does at run time.
    `classes` maps class names of one's own to emotions, or names the set whose numbers the classes are.
    `columns` says how a csv calls what is needed: {path: file, label: emotion}; split, subject and category too.
    `anchors`: where aligned puts left eye, right eye and mouth, as a model's card says; empty: as FER2013 has them.
    `frames_per_second` is for recorded reactions.
    """

    faces: Path
    votes: Path | None = None
    votes_as: Literal["head", "soft", "mixed", "majority"] = "head"
    size_px: Annotated[int, Field(ge=16, le=512)] = 48
    channels: Literal[1, 3] = 1
    crop: Literal["whole", "aligned"] = "whole"
    classes: dict[str, str] = Field(default_factory=dict)
    columns: dict[Literal["path", "label", "split", "subject", "category"], str] = Field(default_factory=dict)
    anchors: tuple[tuple[float, float], ...] = ()
    frames_per_second: Annotated[float, Field(gt=0, le=120)] = 2.0
    clean: CleanRecipe = CleanRecipe()
    protocol: ProtocolRecipe = ProtocolRecipe()

    @field_validator("classes", mode="before")
    @classmethod
    def _numbers_of_a_set(cls, classes: Any) -> Any:
        """A published numbering by its name; YAML's numbers, which need no quotes, as the words they are."""
        if isinstance(classes, str):
            if classes.lower() not in NUMBERS:
                raise ValueError(
                    f"'{classes}' is no numbering; say one of {', '.join(NUMBERS)}, or a mapping"
                )
            return NUMBERS[classes.lower()]
        return {str(key): meant for key, meant in classes.items()} if isinstance(classes, dict) else classes

    @field_validator("columns")
    @classmethod
    def _needed_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        if columns and not {"path", "label"} <= columns.keys():
            raise ValueError("say at least which columns hold path and label: {path: file, label: emotion}")
        return columns

    @field_validator("classes")
    @classmethod
    def _known_emotions(cls, classes: dict[str, str]) -> dict[str, str]:
        for name, emotion in classes.items():
            if emotion.lower() in OTHER_LABELS:
                continue
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
