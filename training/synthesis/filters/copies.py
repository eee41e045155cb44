"""Near copies within a synthetic set, and of real faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest, near_copies
from training.synthesis.filters.filter_recipe import CopiesRecipe
from training.synthesis.filters.verdict import Reject, Verdict

OWN = "own"


def judge_copies(
    pictures: NDArray[np.uint8], names: list[str], real: NDArray[np.uint8] | None, recipe: CopiesRecipe
) -> list[Verdict]:
    """Reject pictures that repeat an earlier one or a real face.

    pictures: uint8 [n, h, w], in the order in which the first of several copies counts as the original; `names` tell
    which they are. real: uint8 [m, h, w], or None.
    """
    above = min(NEAR_COPY_CORRELATION, recipe.correlation)
    own = near_copies(pictures, np.array([OWN] * len(pictures)), [OWN], above=above)
    to_real = np.full(len(pictures), -1.0) if real is None else correlation_to_nearest(pictures, real)
    return [
        _verdict(float(likeness), names[row], float(likeness_to_real), recipe)
        for likeness, row, likeness_to_real in zip(own.correlation[:, 0], own.row[:, 0], to_real, strict=True)
    ]


def _verdict(likeness: float, other: str, likeness_to_real: float, recipe: CopiesRecipe) -> Verdict:
    if likeness_to_real >= recipe.correlation:
        return Reject("copy of a real face", f"correlates by {likeness_to_real:.3f} with a real face")
    if likeness >= recipe.correlation:
        return Reject("near copy", f"correlates by {likeness:.3f} with {other}")
    return None
