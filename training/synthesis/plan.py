"""From a recipe to the list of its faces: which request stands at which index. Pure: no pixels, no files.

Within each emotion every attribute is spread by quota, so that shares hold to the last face, and then shuffled by a
generator of its own, so that attributes do not hang together. The emotions take turns: a set that is half done is
balanced too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.data_recipe import LARGEST_SEED
from training.errors import RecipeError
from training.synthesis.dataset_recipe import SynthesisRecipe
from training.synthesis.request import ATTRIBUTES, FaceRequest

IntArray = NDArray[np.int64]

SEED_STEP = 2654435761
"""Odd, so that the first 2**32 faces of a set get seeds that all differ; Knuth's multiplier scatters neighbours."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a set that one process or machine draws: every `count`-th face, from `index` (from 0) on.

    Raises RecipeError for a part that is not there.
    """

    index: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        """Check that it is one of its parts."""
        if not 0 <= self.index < self.count:
            raise RecipeError(
                f"shard {self.index + 1}/{self.count}: write the part and their number, such as 2/8"
            )

    def indices(self, total: int) -> range:
        """The faces of this part."""
        return range(self.index, total, self.count)

    def part(self, own: Shard) -> Shard:
        """The share `own` of this shard, for one of several processes that draw it together."""
        return Shard(self.index + self.count * own.index, self.count * own.count)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Every choice for every face. Arrays have one entry a face; choices are positions in their enumeration."""

    recipe: SynthesisRecipe
    emotions: IntArray
    attributes: Mapping[str, IntArray]
    variants: IntArray
    intensities: NDArray[np.float64]
    first_seed: int

    def __len__(self) -> int:
        return len(self.emotions)

    def request(self, index: int) -> FaceRequest:
        """What is asked of the generator for face `index` of the set."""
        emotion = EMOTIONS[self.emotions[index]]
        expressions = self.recipe.expressions.get(emotion, ())
        attributes: dict[str, Any] = {
            name: list(kind)[self.attributes[name][index]] for name, kind in ATTRIBUTES.items()
        }
        return FaceRequest(
            emotion=emotion,
            seed=(self.first_seed + index * SEED_STEP) % (LARGEST_SEED + 1),
            action_units=dict(expressions[self.variants[index]]) if expressions else {},
            intensity=round(float(self.intensities[index]), 4),
            **attributes,
        )


def make_plan(recipe: SynthesisRecipe) -> Plan:
    """The plan of a recipe: always the same for equal recipes."""
    counts = list(recipe.counts.values())
    emotions = take_turns(counts)
    places = [np.flatnonzero(emotions == label) for label in range(len(counts))]
    low, high = recipe.intensity
    ranks = np.empty(len(emotions))
    variants = np.zeros(len(emotions), np.int64)
    attributes = {name: np.zeros(len(emotions), np.int64) for name in ATTRIBUTES}
    for label, own in enumerate(places):
        for number, (name, kind) in enumerate(ATTRIBUTES.items()):
            weights = getattr(recipe.attributes, name)
            shares = [weights.get(value, 0.0) for value in kind]
            attributes[name][own] = spread(shares, len(own), _rng(recipe, label, number))
        shares = [1.0] * max(1, len(recipe.expressions.get(EMOTIONS[label], ())))
        variants[own] = spread(shares, len(own), _rng(recipe, label, len(ATTRIBUTES)))
        ranks[own] = (_rng(recipe, label, len(ATTRIBUTES) + 1).permutation(len(own)) + 0.5) / max(1, len(own))
    first_seed = int(np.random.SeedSequence(recipe.seed).generate_state(1)[0])
    return Plan(recipe, emotions, attributes, variants, low + (high - low) * ranks, first_seed)


def _rng(recipe: SynthesisRecipe, label: int, number: int) -> np.random.Generator:
    return np.random.default_rng([recipe.seed, label, number])


def take_turns(counts: Sequence[int]) -> IntArray:
    """Class numbers, each as often as `counts` says, spread evenly over the whole."""
    when = [(np.arange(count) + 0.5) / max(1, count) for count in counts]
    classes = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(classes[np.argsort(np.concatenate(when), kind="stable")], np.int64)


def quotas(shares: Sequence[float], total: int, offset: float) -> IntArray:
    """How many of `total` each share gets: whole numbers, within 1 of the exact part.

    `offset` in [0, 1) decides who gets what is left over: drawn at random it favours nobody (systematic sampling).
    """
    exact = np.cumsum(shares) / sum(shares) * total
    exact[exact >= exact[-1]] = total
    ends = np.floor(exact + offset)
    return np.diff(ends, prepend=0.0).astype(np.int64)


def spread(shares: Sequence[float], total: int, rng: np.random.Generator) -> IntArray:
    """`total` positions in `shares`, each as often as its quota, in random order."""
    return rng.permutation(np.repeat(np.arange(len(shares)), quotas(shares, total, rng.random())))
