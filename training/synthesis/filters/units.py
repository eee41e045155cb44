"""Do the action units that a face was drawn with show on it? MediaPipe measures it, and knows nothing of our label."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.synthesis.facs import UNITS
from training.synthesis.filters.faces import MeantFace
from training.synthesis.filters.filter_recipe import UnitsRecipe
from training.synthesis.filters.verdict import Reject, Verdict
from training.synthesis.request import Obstruction

LOWER_FACE = frozenset(range(8, 43))
"""The units at nose and mouth (Ekman, Friesen and Hager 2002), which a mask hides."""


def judge_units(face: MeantFace, measured: NDArray[np.float32], recipe: UnitsRecipe) -> Verdict:
    """Reject a face on which nobody is found, on which what was meant does not show, or on which the unwanted does.

    measured: float32 [units] in [0, 1] in the order of facs.UNITS, or not numbers where no face was found.
    """
    if np.isnan(measured).any():
        must = recipe.must_find == "all" or (recipe.must_find == "clear" and face.is_clear)
        return Reject("no face found", "no face found in it") if must else None
    shown = {unit: float(value) for unit, value in zip(UNITS, measured, strict=True) if _visible(unit, face)}
    return _missing(face.units, shown, recipe) or _unwanted(face.units, shown, recipe)


def _visible(unit: int, face: MeantFace) -> bool:
    return not (unit in LOWER_FACE and face.attributes.get("obstruction") == Obstruction.MASK)


def _missing(meant: Mapping[int, float], shown: Mapping[int, float], recipe: UnitsRecipe) -> Verdict:
    asked = [unit for unit in shown if unit in recipe.judged and meant.get(unit, 0.0) >= recipe.meant]
    unseen = [unit for unit in asked if shown[unit] < recipe.seen]
    if not asked or 1 - len(unseen) / len(asked) >= recipe.least_share:
        return None
    told = ", ".join(f"{unit} (meant {meant[unit]:.2f}, measured {shown[unit]:.2f})" for unit in unseen)
    return Reject("units not seen", f"units not seen: {told}")


def _unwanted(meant: Mapping[int, float], shown: Mapping[int, float], recipe: UnitsRecipe) -> Verdict:
    if not meant:
        # A generator that knows no units meant none, but may well show some.
        return None
    for unit, limit in recipe.unwanted.items():
        if unit in shown and unit not in meant and shown[unit] >= limit:
            return Reject("unwanted unit", f"unit {unit} was not meant, but measures {shown[unit]:.2f}")
    return None


def agreement_by_unit(faces: list[MeantFace], measured: NDArray[np.float32]) -> dict[int, float]:
    """For each unit that was meant on some faces and not on others: the correlation of meant and measured, in [-1, 1].

    It says which units a generator shows so that others see them.
    """
    found = ~np.isnan(measured).any(axis=1)
    result = {}
    for column, unit in enumerate(UNITS):
        meant = np.array([face.units.get(unit, 0.0) for face in faces])[found]
        seen = measured[found, column]
        if len(meant) > 2 and meant.std() > 0 and seen.std() > 0:
            result[unit] = float(np.corrcoef(meant, seen)[0, 1])
    return result
