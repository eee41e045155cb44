"""What is asked of a generator of faces, and what it hands back.

The attributes and their values are those of Table 1 of Sultanov et al. (2025); `none` was added where that table only
lists what may be in the way of a clear view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Emotion
from training.data.data_recipe import LARGEST_SEED

ActionUnits = Mapping[int, float]
"""FACS action units (Ekman, Friesen and Hager 2002) by number, each with its intensity in [0, 1]."""


class AgeGroup(StrEnum):
    """How old the person looks."""

    CHILD = "child"
    TEENAGER = "teenager"
    YOUNG_ADULT = "young adult"
    MIDDLE_AGED = "middle-aged"
    ELDERLY = "elderly"


class Gender(StrEnum):
    """Which gender the person presents."""

    MALE = "male"
    FEMALE = "female"


class Ethnicity(StrEnum):
    """Where the person's ancestors look to have lived."""

    CAUCASIAN = "Caucasian"
    AFRICAN = "African"
    ASIAN = "Asian"
    HISPANIC = "Hispanic"
    MIDDLE_EASTERN = "Middle Eastern"


class Lighting(StrEnum):
    """How the face is lit."""

    BRIGHT = "bright"
    LOW = "low"
    SHADOWY = "shadowy"


class Angle(StrEnum):
    """From where the camera looks."""

    FRONTAL = "frontal"
    SIDE = "side"
    TOP_DOWN = "top-down"
    BOTTOM_UP = "bottom-up"


class Obstruction(StrEnum):
    """What hides a part of the face."""

    NONE = "none"
    HANDS = "hands"
    HAIR = "hair"
    GLASSES = "glasses"
    MASK = "mask"


class Blur(StrEnum):
    """How unsharp the picture is."""

    NONE = "none"
    SLIGHT = "slight"
    MODERATE = "moderate"


ATTRIBUTES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "age_group": AgeGroup,
        "gender": Gender,
        "ethnicity": Ethnicity,
        "lighting": Lighting,
        "angle": Angle,
        "obstruction": Obstruction,
        "blur": Blur,
    }
)
"""The attributes of FaceRequest by field name, in the order in which tables and sheets show them."""


@dataclass(frozen=True, slots=True)
class FaceRequest:
    """One picture of one person. Equal requests give equal pictures: `seed` settles all that is left open.

    `emotion` is the label. `action_units` say what the face does; while empty the generator chooses what fits the
    emotion. `intensity` in [0, 1] scales the expression; 1 is full.
    Raises ValueError when neither an emotion nor action units are given, or a number is out of its range.
    """

    emotion: Emotion | None
    seed: int
    action_units: ActionUnits = field(default_factory=dict)
    intensity: float = 1.0
    age_group: AgeGroup = AgeGroup.YOUNG_ADULT
    gender: Gender = Gender.FEMALE
    ethnicity: Ethnicity = Ethnicity.CAUCASIAN
    lighting: Lighting = Lighting.BRIGHT
    angle: Angle = Angle.FRONTAL
    obstruction: Obstruction = Obstruction.NONE
    blur: Blur = Blur.NONE

    def __post_init__(self) -> None:
        """Raise ValueError for a request that no generator could fulfil."""
        if self.emotion is None and not self.action_units:
            raise ValueError("a request needs an emotion or action units")
        if not all(0 <= value <= 1 for value in (self.intensity, *self.action_units.values())):
            raise ValueError("intensities lie between 0 and 1")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"a seed lies between 0 and {LARGEST_SEED}")

    @property
    def attributes(self) -> dict[str, str]:
        """The values of ATTRIBUTES as plain text, by field name."""
        return {name: str(getattr(self, name)) for name in ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a picture comes from: enough to make it again, and to know under which terms it stands.

    `weights` names the model files that drew it with the start of their sha256, "" where none were used; `licence` is
    that of the weights or, without any, of the assets. `parameters` hold what this picture was made with (the prompt,
    the scene...) as values that JSON knows.
    """

    generator: str
    version: str
    weights: str
    licence: str
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticFace:
    """A picture with what is known about it.

    image: uint8 BGR [size_px, size_px, 3]. action_units: as drawn, which may differ from what was asked for (a random
    variant, a unit the generator does not know).
    """

    request: FaceRequest
    image: NDArray[np.uint8]
    action_units: ActionUnits
    provenance: Provenance
