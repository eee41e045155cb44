"""Who is trained on and who is tested: pure functions from what is known of each row to its split.

Every draw is seeded, and depends on the order of the rows but on nothing else. A row that a protocol cannot place
gets "" for a split.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.data.data_recipe import ProtocolRecipe
from training.data.faces import Split
from training.errors import DataError

Names = NDArray[np.str_]

UNPLACED = {
    "official": "no split is given for it",
    "random": "",
    "subjects": "no subject is given for it",
    "categories": "no category is given for it",
}
"""Why a row has no split, by protocol."""


def assign_splits(
    recipe: ProtocolRecipe, labels: NDArray[np.int64], splits: Names, subjects: Names, categories: Names
) -> Names:
    """The split of each row by the recipe's protocol, "" where there is none.

    labels: int64 [n]; splits (as the set gives them), subjects, categories: str [n], "" where unknown.

    Raises:
        DataError: the set does not say what the protocol needs.
    """
    valid, test = recipe.valid_share, recipe.test_share
    if recipe.kind == "random":
        return random_splits(labels, valid, test, recipe.seed)
    if recipe.kind == "subjects":
        return subject_splits(subjects, labels, valid, test, recipe.seed)
    if recipe.kind == "categories":
        return category_splits(categories, labels, recipe.test_categories, valid, recipe.seed)
    return official_splits(splits, labels, valid, recipe.seed)


def official_splits(splits: Names, labels: NDArray[np.int64], valid_share: float, seed: int) -> Names:
    """The set's own; where it has no validation split, `valid_share` of each emotion's training rows becomes one."""
    if not (splits != "").any():
        raise DataError("the set has no splits of its own; choose another data.protocol.kind, such as random")
    if (splits == Split.VALID.value).any():
        return splits
    chosen = splits.copy().astype("U5")
    train = splits == Split.TRAIN.value
    chosen[train] = random_splits(labels[train], valid_share, 0.0, seed)
    return chosen


def random_splits(strata: NDArray[np.generic], valid_share: float, test_share: float, seed: int) -> Names:
    """A random draw in which each stratum (such as an emotion) has its share of every split.

    What rounding leaves over in one stratum is carried to the next, so that the totals come out right too.
    """
    rng = np.random.default_rng(seed)
    chosen = np.full(len(strata), Split.TRAIN.value, "U5")
    carry = {Split.TEST: 0.0, Split.VALID: 0.0}
    for stratum in np.unique(strata):
        rows = rng.permutation(np.flatnonzero(strata == stratum))
        for split, share in ((Split.TEST, test_share), (Split.VALID, valid_share)):
            wanted = share * np.count_nonzero(strata == stratum) + carry[split]
            taken = min(max(round(wanted), 0), len(rows))
            carry[split] = wanted - taken
            chosen[rows[:taken]] = split.value
            rows = rows[taken:]
    return chosen


def subject_splits(
    subjects: Names, labels: NDArray[np.int64], valid_share: float, test_share: float, seed: int
) -> Names:
    """No subject in two splits; each split gets close to its share of every emotion.

    Subjects are taken in turn, those with most rows first and equals by lot, to the split that needs theirs most.
    """
    shares = {Split.TRAIN: 1 - valid_share - test_share, Split.VALID: valid_share, Split.TEST: test_share}
    wanted = [split for split, share in shares.items() if share > 0]
    known = subjects != ""
    people, person = np.unique(subjects[known], return_inverse=True)
    if len(people) < len(wanted):
        raise DataError(
            f"the set names {len(people)} subjects, but leaving subjects out needs at least {len(wanted)}; "
            "choose another data.protocol.kind"
        )
    rows = np.zeros((len(people), int(labels.max()) + 1))
    np.add.at(rows, (person, labels[known]), 1)
    lacking = np.outer([shares[split] for split in wanted], rows.sum(0))
    home = _homes(rows, lacking, seed)
    chosen = np.full(len(subjects), "", "U5")
    chosen[known] = np.array([split.value for split in wanted])[home[person]]
    return chosen


def _homes(rows: NDArray[np.float64], lacking: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """For each group, given its rows by emotion [groups, emotions], its place among `lacking` [places, emotions]."""
    lacking = lacking.copy()
    lot = np.random.default_rng(seed).permutation(len(rows))
    order = lot[np.argsort(-rows[lot].sum(1), kind="stable")]
    home = np.full(len(rows), -1)
    for turn, group in enumerate(order):
        empty = sorted(set(range(len(lacking))) - set(home[home >= 0].tolist()))
        # The last groups go where nobody is yet: every split must have somebody.
        places = empty if len(order) - turn <= len(empty) else list(range(len(lacking)))
        # What is left of the sum of squared deficits, less what is the same for every place.
        gain = (rows[group] * (2 * lacking[places] - rows[group])).sum(1)
        home[group] = places[int(np.argmax(gain))]
        lacking[home[group]] -= rows[group]
    return home


def category_splits(
    categories: Names,
    labels: NDArray[np.int64],
    test_categories: Sequence[str],
    valid_share: float,
    seed: int,
) -> Names:
    """As Alipour and Gallegos 2025: the test holds categories that nobody trained on.

    Training and validation share out each emotion of each other category.
    """
    there = sorted(set(categories.tolist()) - {""})
    unknown = sorted(set(test_categories) - set(there))
    if unknown:
        raise DataError(
            f"data.protocol.test_categories names {', '.join(unknown)}, but the set has "
            f"{', '.join(there) or 'no categories'}"
        )
    if not set(there) - set(test_categories):
        raise DataError("data.protocol.test_categories names every category: none is left to train on")
    chosen = np.full(len(categories), "", "U5")
    tested = np.isin(categories, list(test_categories))
    chosen[tested] = Split.TEST.value
    rest = ~tested & (categories != "")
    strata = np.array([f"{c}\0{y}" for c, y in zip(categories[rest], labels[rest], strict=True)])
    chosen[rest] = random_splits(strata, valid_share, 0.0, seed)
    return chosen
