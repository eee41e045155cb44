"""Traits that looks depend on: age group, gender and ethnicity as asked for, and the age sampled within the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.synthesis.request import AgeGroup, Ethnicity, Gender

AGES: Mapping[AgeGroup, tuple[float, float]] = {
    AgeGroup.CHILD: (0.26, 0.40),
    AgeGroup.TEENAGER: (0.48, 0.58),
    AgeGroup.YOUNG_ADULT: (0.60, 0.70),
    AgeGroup.MIDDLE_AGED: (0.74, 0.86),
    AgeGroup.ELDERLY: (0.90, 1.00),
}
"""anny's age: 0.33 child, 0.67 young adult, 1 old."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What was asked for, and the age in anny's measure that was drawn for it."""

    age_group: AgeGroup
    gender: Gender
    ethnicity: Ethnicity
    age: float

    @property
    def male(self) -> bool:
        """Whether a man or a boy."""
        return self.gender is Gender.MALE

    @property
    def grown(self) -> bool:
        """Whether old enough for a beard or make-up."""
        return self.age_group is not AgeGroup.CHILD

    @property
    def wear(self) -> float:
        """What age has done, 0 until thirty to 1."""
        return float(np.clip((self.age - 0.64) / 0.34, 0.0, 1.0))


def sample_traits(
    age_group: AgeGroup, gender: Gender, ethnicity: Ethnicity, rng: np.random.Generator
) -> Traits:
    """Traits with an age within the group's range."""
    return Traits(age_group, gender, ethnicity, float(rng.uniform(*AGES[age_group])))
