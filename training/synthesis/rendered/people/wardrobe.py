"""Cuts of hair for men, women and children, each with ranges from which one person's is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from training.synthesis.rendered.people.appearance import Cut
from training.synthesis.rendered.people.traits import Traits
from training.synthesis.request import AgeGroup, Ethnicity

Ranges = Mapping[str, tuple[float, float] | float | bool]
"""A cut's values by field name: fixed, or a range."""

CUTS: Mapping[str, Ranges] = {
    "bald": {"cover": 0.0},
    "buzz": {
        "top": (0.03, 0.08),
        "side": (0.02, 0.05),
        "back": 0.04,
        "lift": 0.5,
        "volume": 0.02,
        "cover": 0.8,
    },
    "crop": {
        "top": (0.15, 0.30),
        "side": (0.06, 0.12),
        "back": 0.1,
        "lift": (0.15, 0.4),
        "volume": 0.06,
        "fringe": (0.0, 0.5),
    },
    "short": {
        "top": (0.35, 0.60),
        "side": (0.12, 0.25),
        "back": 0.2,
        "lift": (0.10, 0.25),
        "volume": (0.06, 0.14),
        "fringe": (0.0, 0.7),
    },
    "swept": {
        "top": (0.50, 0.80),
        "side": (0.12, 0.25),
        "back": 0.25,
        "lift": (0.2, 0.45),
        "volume": (0.10, 0.2),
        "combed": (0.6, 1.0),
    },
    "spiky": {"top": (0.25, 0.45), "side": (0.08, 0.15), "back": 0.15, "lift": (0.7, 1.1), "volume": 0.05},
    "mop": {"top": (0.7, 1.0), "side": (0.5, 0.8), "back": 0.8, "volume": (0.10, 0.2), "fringe": (0.5, 1.0)},
    "bob": {"top": (1.2, 1.6), "side": (1.0, 1.4), "back": 1.3, "volume": (0.10, 0.18), "fringe": (0.0, 0.2)},
    "fringed bob": {
        "top": (1.1, 1.4),
        "side": (1.0, 1.4),
        "back": 1.3,
        "volume": (0.10, 0.18),
        "fringe": (0.8, 1.0),
    },
    "long": {
        "top": (2.2, 3.0),
        "side": (2.0, 2.8),
        "back": 2.8,
        "volume": (0.08, 0.18),
        "fringe": (0.0, 0.15),
    },
    "wavy": {
        "top": (1.8, 2.6),
        "side": (1.8, 2.4),
        "back": 2.4,
        "volume": (0.14, 0.26),
        "curl": (0.05, 0.12),
        "curls": (1.5, 3.0),
    },
    "tied": {"gathered": True, "volume": (0.04, 0.12)},
    "curly": {
        "top": (0.5, 0.9),
        "side": (0.4, 0.8),
        "back": 0.7,
        "lift": (0.4, 0.8),
        "volume": (0.2, 0.4),
        "curl": (0.05, 0.10),
        "curls": (2.0, 4.0),
    },
    "afro": {
        "top": (0.35, 0.7),
        "side": (0.3, 0.6),
        "back": 0.5,
        "lift": (0.9, 1.3),
        "volume": (0.15, 0.4),
        "curl": (0.03, 0.06),
        "curls": (3.0, 5.0),
    },
    "wreath": {
        "top": (0.15, 0.3),
        "side": (0.1, 0.25),
        "back": 0.2,
        "volume": 0.06,
        "recession": 1.0,
        "cover": 0.75,
    },
    "veil of hair": {
        "top": (1.0, 1.5),
        "side": (1.2, 2.4),
        "back": 2.4,
        "volume": (0.08, 0.15),
        "drape": (0.55, 0.9),
    },
}

MEN = {
    "buzz": 0.16,
    "crop": 0.22,
    "short": 0.26,
    "swept": 0.12,
    "spiky": 0.08,
    "mop": 0.06,
    "curly": 0.06,
    "bald": 0.04,
}
WOMEN = {
    "long": 0.26,
    "wavy": 0.18,
    "tied": 0.20,
    "bob": 0.12,
    "fringed bob": 0.12,
    "short": 0.06,
    "curly": 0.06,
}
BOYS = {"crop": 0.25, "short": 0.30, "mop": 0.25, "buzz": 0.10, "spiky": 0.10}
GIRLS = {"long": 0.25, "tied": 0.25, "fringed bob": 0.25, "wavy": 0.15, "bob": 0.10}
AFRICAN_MEN = {"buzz": 0.5, "afro": 0.2, "crop": 0.15, "bald": 0.15}
AFRICAN_WOMEN = {"afro": 0.3, "tied": 0.3, "curly": 0.15, "wavy": 0.15, "buzz": 0.1}
OLD_MEN = {"wreath": 0.3, "short": 0.25, "swept": 0.2, "crop": 0.15, "bald": 0.1}
OLD_WOMEN = {"short": 0.3, "curly": 0.25, "bob": 0.25, "tied": 0.2}
RECEDED = (0.0, 0.5)
"""Hairlines of grown men, besides the bald crown of "wreath"."""


def sample_cut(traits: Traits, rng: np.random.Generator) -> Cut:
    """A cut that fits the person."""
    chances = _chances(traits)
    name = str(rng.choice(list(chances), p=np.array(list(chances.values())) / sum(chances.values())))
    cut = cut_named(name, rng)
    if traits.male and traits.age > 0.66 and name != "wreath" and cut.cover > 0:
        likely = 0.25 + 0.5 * traits.wear
        return _changed(cut, recession=RECEDED[int(rng.random() < likely)])
    return cut


def cut_named(name: str, rng: np.random.Generator) -> Cut:
    """A cut of this name; raises KeyError where there is none."""
    drawn = {
        key: float(rng.uniform(*value)) if isinstance(value, tuple) else value
        for key, value in CUTS[name].items()
    }
    return _changed(Cut(parting=float(np.clip(rng.normal(0.0, 0.25), -0.5, 0.5))), **drawn)


def _changed(cut: Cut, **values: float | bool) -> Cut:
    return Cut(**{field.name: values.get(field.name, getattr(cut, field.name)) for field in fields(Cut)})


def _chances(traits: Traits) -> Mapping[str, float]:
    african = traits.ethnicity is Ethnicity.AFRICAN
    if traits.age_group is AgeGroup.CHILD and not african:
        return BOYS if traits.male else GIRLS
    if traits.age_group is AgeGroup.ELDERLY and not (african and not traits.male):
        return OLD_MEN if traits.male else OLD_WOMEN
    if african:
        return AFRICAN_MEN if traits.male else AFRICAN_WOMEN
    return MEN if traits.male else WOMEN
