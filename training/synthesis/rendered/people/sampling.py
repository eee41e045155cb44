"""Who: heads and looks drawn by chance within an age group, a gender and an ethnicity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.geometry.anatomy import Identity
from training.synthesis.rendered.people.appearance import (
    Appearance,
    Beard,
    BeardCut,
    Colour,
    Eyes,
    Folds,
    Garment,
    Hair,
    Skin,
)
from training.synthesis.rendered.people.traits import Traits
from training.synthesis.rendered.people.wardrobe import sample_cut
from training.synthesis.request import AgeGroup, Ethnicity

Rng = np.random.Generator
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Mean weights of anny's three head shapes, ranges of melanin, and chances of hair and eye colours."""

    shape: Mapping[str, float]
    melanin: Range
    hair: Mapping[str, float]
    eyes: Mapping[str, float]


ANCESTRIES: Mapping[Ethnicity, Ancestry] = {
    Ethnicity.CAUCASIAN: Ancestry(
        {"caucasian": 1.0, "asian": 0.0, "african": 0.0},
        (0.07, 0.26),
        {"black": 0.10, "dark": 0.26, "brown": 0.28, "light": 0.18, "blond": 0.12, "red": 0.06},
        {"brown": 0.35, "hazel": 0.2, "green": 0.12, "blue": 0.25, "grey": 0.08},
    ),
    Ethnicity.AFRICAN: Ancestry(
        {"caucasian": 0.03, "asian": 0.0, "african": 1.0},
        (0.50, 0.98),
        {"black": 0.80, "dark": 0.20},
        {"dark": 0.75, "brown": 0.25},
    ),
    Ethnicity.ASIAN: Ancestry(
        {"caucasian": 0.03, "asian": 1.0, "african": 0.0},
        (0.08, 0.34),
        {"black": 0.75, "dark": 0.22, "brown": 0.03},
        {"dark": 0.75, "brown": 0.25},
    ),
    Ethnicity.HISPANIC: Ancestry(
        {"caucasian": 0.62, "asian": 0.26, "african": 0.12},
        (0.20, 0.48),
        {"black": 0.45, "dark": 0.40, "brown": 0.13, "light": 0.02},
        {"dark": 0.4, "brown": 0.45, "hazel": 0.15},
    ),
    Ethnicity.MIDDLE_EASTERN: Ancestry(
        {"caucasian": 0.78, "asian": 0.08, "african": 0.14},
        (0.18, 0.45),
        {"black": 0.5, "dark": 0.38, "brown": 0.12},
        {"dark": 0.45, "brown": 0.4, "hazel": 0.1, "green": 0.05},
    ),
}

HAIR_COLOURS: Mapping[str, Colour] = {
    "black": (0.010, 0.009, 0.009),
    "dark": (0.032, 0.020, 0.013),
    "brown": (0.085, 0.050, 0.028),
    "light": (0.18, 0.115, 0.062),
    "blond": (0.38, 0.27, 0.145),
    "red": (0.20, 0.068, 0.026),
    "grey": (0.25, 0.245, 0.235),
    "white": (0.52, 0.51, 0.49),
}
EYE_COLOURS: Mapping[str, Colour] = {
    "dark": (0.045, 0.024, 0.013),
    "brown": (0.09, 0.050, 0.022),
    "hazel": (0.11, 0.085, 0.035),
    "green": (0.10, 0.12, 0.065),
    "blue": (0.11, 0.17, 0.24),
    "grey": (0.16, 0.18, 0.20),
}

LOCAL_DEVIATION = 0.32
CALM_PARTS = (
    "neck",
    "head-trans",
    "head-angle",
    "head-back",
    "mouth-scale-depth",
    "mouth-trans-out",
    "nose-trans-out",
)
"""Changes that soon look wrong: they vary a third as much."""
STILL_PARTS = (
    "head-age-incr",
    "neck-trans",
    "mouth-angles-up",
    "mouth-laugh-lines",
    "nose-compression",
    "eyebrows-angle",
)
"""Changes that look like an expression or a fault: left alone."""


def sample_identity(traits: Traits, local_labels: tuple[str, ...], rng: Rng) -> Identity:
    """A head: phenotype, and small local changes that are nearly the same on both sides."""
    shape = ANCESTRIES[traits.ethnicity].shape
    mixed = {name: max(0.0, share + 0.10 * abs(rng.standard_normal())) for name, share in shape.items()}
    gender = 0.0 if traits.male else 1.0
    phenotype = {
        **mixed,
        "age": traits.age,
        "gender": float(np.clip(gender + 0.12 * rng.standard_normal(), 0.0, 1.0)),
        "weight": float(np.clip(0.48 + 0.20 * rng.standard_normal(), 0.1, 0.95)),
        "muscle": float(np.clip(0.5 + 0.15 * rng.standard_normal(), 0.15, 0.9)),
        "proportions": float(rng.uniform(0.35, 1.0)),
    }
    return Identity(phenotype, _sample_local(traits, local_labels, rng))


def _sample_local(traits: Traits, labels: tuple[str, ...], rng: Rng) -> dict[str, float]:
    deviation = LOCAL_DEVIATION * (0.75 if traits.age_group is AgeGroup.CHILD else 1.0)
    local: dict[str, float] = {}
    for label in labels:
        value = float(np.clip(deviation * rng.standard_normal(), -0.75, 0.75))
        if any(part in label for part in STILL_PARTS) or label.startswith("r-"):
            continue
        if any(part in label for part in CALM_PARTS):
            value /= 3.0
        local[label] = value
        if label.startswith("l-"):
            local[f"r-{label[2:]}"] = float(np.clip(value + 0.05 * rng.standard_normal(), -0.8, 0.8))
    for side in ("l", "r"):
        local[f"{side}-eye-bag-incr"] = 0.7 * traits.wear * float(rng.random())
        local[f"{side}-eye-bag-out"] = 0.4 * traits.wear
    local["neck-double-incr"] = max(0.0, local.get("neck-double-incr", 0.0)) + 0.3 * traits.wear
    return local


def sample_appearance(traits: Traits, rng: Rng) -> Appearance:
    """Skin, eyes, hair, beard and clothes."""
    ancestry = ANCESTRIES[traits.ethnicity]
    own = np.array(HAIR_COLOURS[_choice(ancestry.hair, rng)]) * rng.uniform(0.75, 1.25)
    greyed = _greyness(traits, rng)
    grey = np.array(HAIR_COLOURS["grey" if rng.random() < 0.6 else "white"])
    colour = _colour(own * (1.0 - greyed) + grey * greyed)
    painted = (not traits.male) and traits.grown and rng.random() < 0.5
    skin = _sample_skin(traits, ancestry, painted, rng)
    brow = _colour(np.array(colour) * rng.uniform(0.5, 0.85) + 0.004 + 0.05 * np.array(skin.base))
    hair = Hair(
        cut=sample_cut(traits, rng),
        colour=colour,
        strands=11000,
        gloss=float(rng.uniform(0.5, 1.4)),
        brow_colour=brow,
        brow_strands=int(
            rng.uniform(800, 1500) * (1.15 if traits.male else 0.85) * (1.0 if traits.grown else 0.6)
        ),
        brow_density=float(
            rng.uniform(0.45, 0.85) * (1.0 if traits.male else 0.85) * (1.0 if traits.grown else 0.7)
        ),
        lash_length=float(rng.uniform(0.05, 0.10) if painted else rng.uniform(0.02, 0.05)),
        lash_colour=(0.012, 0.010, 0.009) if painted else _colour(0.5 * np.array(brow) + 0.01),
    )
    iris = _colour(np.array(EYE_COLOURS[_choice(ancestry.eyes, rng)]) * rng.uniform(0.75, 1.3))
    eyes = Eyes(iris, float(rng.uniform(0.13, 0.22)), float(rng.uniform(0.05, 0.5)))
    cloth = _colour(0.5 * rng.uniform(0.02, 0.6, 3) + 0.5 * rng.uniform(0.02, 0.55))
    garment = Garment(
        cloth, rim_front=float(rng.uniform(5.35, 5.75)), rim_back=float(rng.uniform(5.95, 6.15))
    )
    return Appearance(skin, eyes, hair, _draw_beard(traits, colour, rng), garment)


def _greyness(traits: Traits, rng: Rng) -> float:
    if traits.age_group is AgeGroup.ELDERLY:
        return float(np.clip(rng.uniform(0.4, 1.4), 0.0, 1.0))
    if traits.age_group is AgeGroup.MIDDLE_AGED:
        return float(np.clip(rng.uniform(-0.5, 0.6), 0.0, 1.0))
    return 0.0


def _sample_skin(traits: Traits, ancestry: Ancestry, painted: bool, rng: Rng) -> Skin:
    melanin = float(rng.uniform(*ancestry.melanin))
    pale = float(np.clip(1.0 - melanin / 0.3, 0.0, 1.0))
    red = rng.uniform((0.26, 0.03, 0.04), (0.5, 0.13, 0.13)) * (1.0 - 0.55 * melanin)
    return Skin(
        melanin=melanin,
        blood=float(rng.uniform(0.25, 0.65)),
        blush=float(rng.uniform(0.2, 0.9)),
        freckles=pale * max(0.0, float(rng.normal(-0.15, 0.4))),
        lines=traits.wear * float(rng.uniform(0.7, 1.3)),
        spots=traits.wear * float(rng.uniform(0.0, 0.6)),
        tired=float(np.clip(rng.uniform(0.0, 0.9) + 0.4 * traits.wear, 0.0, 1.2)),
        shaven=float(rng.uniform(0.1, 1.0)) if traits.male and traits.age > 0.56 else 0.0,
        roughness=float(rng.uniform(0.42, 0.60)),
        lip_colour=_colour(red) if painted else (0.47, 0.15, 0.14),
        lip_tint=float(rng.uniform(0.4, 0.85)) if painted else float(rng.uniform(0.0, 0.3)),
        lip_gloss=float(rng.uniform(0.4, 1.3)) if painted else float(rng.uniform(0.0, 0.5)),
        creasing=_folds(rng.uniform(0.4, 1.4, 5)),
        creased=_folds(np.maximum(0.0, 0.3 * traits.wear + 0.25 * rng.standard_normal(5))),
        eye_shadow=float(rng.uniform(0.1, 0.8)) if painted else 0.0,
    )


def _draw_beard(traits: Traits, hair: Colour, rng: Rng) -> Beard:
    if not traits.male or traits.age < 0.59 or rng.random() > 0.42:
        return Beard(colour=hair)
    cuts = {BeardCut.STUBBLE: 0.35, BeardCut.FULL: 0.30, BeardCut.GOATEE: 0.17, BeardCut.MOUSTACHE: 0.18}
    cut = BeardCut(_choice({str(key): value for key, value in cuts.items()}, rng))
    stubble = cut is BeardCut.STUBBLE
    length = (
        0.0 if stubble else float(rng.uniform(0.04, 0.20) if rng.random() < 0.75 else rng.uniform(0.2, 0.5))
    )
    return Beard(cut, length, float(rng.uniform(0.25, 0.6) if stubble else rng.uniform(0.6, 0.95)), hair)


def _choice(chances: Mapping[str, float], rng: Rng) -> str:
    weights = np.array(list(chances.values()))
    return str(rng.choice(list(chances), p=weights / weights.sum()))


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (float(value) for value in np.clip(values, 0.0, 1.0))
    return red, green, blue


def _folds(values: npt.NDArray[np.float64]) -> Folds:
    forehead, frown, cheeks, eyes, nose = (float(value) for value in values)
    return forehead, frown, cheeks, eyes, nose
