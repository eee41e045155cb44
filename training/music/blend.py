"""Regressors that err in different ways, and their averages.

Boosted trees, a support vector regressor and ridge each reach about the same on DEAM, and their mean is better than any
of them. Which mean is chosen by cross-validation; the settings of the members were found on the training songs, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor, VotingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, StandardScaler
from sklearn.svm import SVR

Features: TypeAlias = NDArray[np.float32]
Ratings: TypeAlias = NDArray[np.float64]
Shares: TypeAlias = Mapping[str, float]

BLENDS: Mapping[str, Shares] = {
    "boosting 3 : svr 1": {"boosting": 3.0, "svr": 1.0},
    "boosting 2 : svr 1": {"boosting": 2.0, "svr": 1.0},
    "boosting 1 : svr 1": {"boosting": 1.0, "svr": 1.0},
    "boosting 2 : svr 1 : ridge 1": {"boosting": 2.0, "svr": 1.0, "ridge": 1.0},
    "boosting 1 : svr 1 : ridge 1": {"boosting": 1.0, "svr": 1.0, "ridge": 1.0},
}
"""The shares of each kind in a prediction; the boosters divide theirs."""

BOOSTERS = 3
TREES = 400
FOLDS = 5


def fit(features: Features, ratings: Ratings, shares: Shares, seed: int) -> MultiOutputRegressor:
    """A blend fitted on features [songs, columns] and ratings [songs, 2]: one weighted vote for each output."""
    members = [
        (f"{kind}{number}", member, shares[kind] / len(group))
        for kind, group in _kinds(seed).items()
        if kind in shares
        for number, member in enumerate(group)
    ]
    vote = VotingRegressor(
        [(name, member) for name, member, _ in members], weights=np.array([weight for *_, weight in members])
    )
    return MultiOutputRegressor(vote).fit(features, ratings)


def cross_validated(features: Features, ratings: Ratings, seed: int) -> dict[str, Ratings]:
    """What each blend says of songs that it has not seen: by name, [songs, 2].

    Each kind is fitted once a fold; the blends share what their members say.
    """
    folds = list(KFold(FOLDS, shuffle=True, random_state=seed).split(features))
    guesses = {
        kind: np.mean([_out_of_fold(member, features, ratings, folds) for member in group], axis=0)
        for kind, group in _kinds(seed).items()
    }
    return _blended(guesses)


def predicted(features: Features, ratings: Ratings, others: Features, seed: int) -> dict[str, Ratings]:
    """What each blend, fitted on features and ratings, says of other songs: by name, [others, 2]."""
    return _blended(
        {
            kind: np.mean(
                [MultiOutputRegressor(member).fit(features, ratings).predict(others) for member in group],
                axis=0,
            )
            for kind, group in _kinds(seed).items()
        }
    )


def _blended(guesses: Mapping[str, Ratings]) -> dict[str, Ratings]:
    return {
        name: np.average([guesses[kind] for kind in shares], axis=0, weights=list(shares.values()))
        for name, shares in BLENDS.items()
    }


def _kinds(seed: int) -> dict[str, list[Any]]:
    return {
        "boosting": [
            GradientBoostingRegressor(
                n_estimators=TREES,
                learning_rate=0.05,
                max_depth=3,
                subsample=0.6,
                max_features=0.2,
                min_samples_leaf=8,
                random_state=seed + number,
            )
            for number in range(BOOSTERS)
        ],
        "svr": [_within_range(PowerTransformer(), SVR(C=1.0, gamma=0.006, epsilon=0.2))],
        "ridge": [_within_range(StandardScaler(), Ridge(80.0))],
    }


def _within_range(*steps: Any) -> Pipeline:
    """Unlike trees these go on in a straight line, or fall to nothing, where no song was: so features are clipped."""
    return make_pipeline(MinMaxScaler(clip=True), *steps)


def _out_of_fold(
    member: Any, features: Features, ratings: Ratings, folds: Iterable[tuple[Any, Any]]
) -> Ratings:
    guess = np.empty_like(ratings)
    for seen, unseen in folds:
        fitted = MultiOutputRegressor(clone(member)).fit(features[seen], ratings[seen])
        guess[unseen] = fitted.predict(features[unseen])
    return guess
