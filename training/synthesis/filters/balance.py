"""No emotion, and within it no kind of person or view, may crowd out the others."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from recognizer.affect import Emotion
from training.synthesis.filters.faces import MeantFace
from training.synthesis.filters.filter_recipe import BalanceRecipe
from training.synthesis.filters.verdict import Reject, Verdict


def judge_balance(
    faces: Sequence[MeantFace], emotions: Sequence[Emotion | None], recipe: BalanceRecipe, seed: int
) -> list[Verdict]:
    """Reject what is too many, chosen at random: within each emotion by attribute first, then whole emotions.

    `emotions` are the faces' labels by now, which may differ from what was meant.
    """
    verdicts: list[Verdict] = [None] * len(faces)
    rng = np.random.default_rng(seed)
    for name in recipe.attributes:
        for emotion in dict.fromkeys(emotions):
            rows = [i for i, verdict in enumerate(verdicts) if verdict is None and emotions[i] == emotion]
            values = [faces[row].attributes.get(name, "") for row in rows]
            _reject_surplus(verdicts, rows, values, recipe.ratio, rng)
    rows = [i for i, verdict in enumerate(verdicts) if verdict is None]
    _reject_surplus(verdicts, rows, [emotions[row] for row in rows], recipe.ratio, rng)
    return verdicts


def _reject_surplus(
    verdicts: list[Verdict],
    rows: Sequence[int],
    values: Sequence[Hashable],
    ratio: float,
    rng: np.random.Generator,
) -> None:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, value in zip(rows, values, strict=True):
        groups[value].append(row)
    if not groups:
        return
    # The middle group and not the rarest: one that nearly vanished must not take the others with it.
    most = int(ratio * statistics.median(len(group) for group in groups.values()))
    for value, group in groups.items():
        for row in rng.permutation(group)[most:]:
            verdicts[row] = Reject("surplus", f"{value}: {len(group)} faces where {most} are wanted")
