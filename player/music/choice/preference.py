"""The listener's preferences, learned from feedback by linear Thompson sampling.

A Bayesian linear regression of the reward of a playing on its features (Agrawal and Goyal 2013, "Thompson sampling
for contextual bandits with linear payoffs", ICML), with one further effect for each track that was heard. For each
choice one sample of the preferences is drawn from the posterior, and the track with the best score is taken: what is
uncertain gets tried, what is known to please gets played. The prior ranks tracks by the distance of their mood from
the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.music.choice.features import DISTANCE, FEATURES, Array, features_of_listens
from player.music.choice.feedback import Listen
from player.music.choice.track_matrix import TrackMatrix

Rows = NDArray[np.int64]
NOISE = 0.5
"""Standard deviation of a reward around its expected value."""
TRACK_SPREAD = 0.3
"""Standard deviation of a track's own effect, beyond its features."""
HALF_LIFE_SECONDS = 60 * 24 * 3600.0
"""Half-life of the weight of a playing; likes and dislikes keep theirs until they are undone."""
LEAST_DISTANCE_WEIGHT = 0.5
"""Least weight of the distance from the target, whatever was learned: the face drives the music."""
LARGEST_PREFERENCE = 0.3
"""Bound of the sum of all other terms, in units of the widest distance between two moods."""

EXPLORATION_SPREAD = 0.2
"""Scale of the samples' deviation from the mean: full deviations would miss the mood too often in first sessions."""


@dataclass(frozen=True, slots=True, eq=False)
class PreferenceSample:
    """A sample of the preferences: a weight for each feature, and an effect for single tracks.

    rows: rows of these tracks in the matrix. extras: their effects.
    """

    weights: Array
    rows: Rows
    extras: Array

    def scores(self, features: Array) -> Array:
        """Score of each track of the matrix, [tracks]; only differences between tracks matter."""
        distance = features[:, DISTANCE]
        liking = features @ self.weights - distance * self.weights[DISTANCE]
        liking[self.rows] += self.extras
        liking = (
            LARGEST_PREFERENCE * np.tanh((liking - np.median(liking)) / LARGEST_PREFERENCE)
            if len(liking)
            else liking
        )
        return np.asarray(min(self.weights[DISTANCE], -LEAST_DISTANCE_WEIGHT) * distance + liking)


@dataclass(frozen=True, slots=True, eq=False)
class PreferencePosterior:
    """The posterior: a Gaussian over the weights (`mean`, `root` with covariance root @ root.T), and the evidence.

    For each track that was heard, by its row in the matrix: the sums over its playings of the weight of evidence, of
    weight times reward, and of weight times features. The track's own effect is sampled given the weights.
    """

    mean: Array
    root: Array
    rows: Rows
    evidence: Array
    rewards: Array
    features: Array

    def expected(self) -> PreferenceSample:
        """The posterior mean."""
        return self._sample(self.mean, np.zeros(len(self.rows)))

    def drawn(self, seed: Sequence[int], daring: float = 1.0) -> PreferenceSample:
        """A sample, the same for the same seed. `daring` scales its deviation from the mean: above 1 more is tried."""
        random, spread = np.random.default_rng(seed), daring * EXPLORATION_SPREAD
        weights = self.mean + spread * self.root @ random.standard_normal(len(self.mean))
        return self._sample(weights, spread * random.standard_normal(len(self.rows)))

    def _sample(self, weights: Array, deviations: Array) -> PreferenceSample:
        precision = NOISE**2 + TRACK_SPREAD**2 * self.evidence
        means = TRACK_SPREAD**2 * (self.rewards - self.features @ weights) / precision
        return PreferenceSample(
            weights, self.rows, means + deviations * TRACK_SPREAD * NOISE / np.sqrt(precision)
        )


def learned(listens: Sequence[Listen], matrix: TrackMatrix, now: float) -> PreferencePosterior:
    """The posterior after the playings that have a reward and a track in the matrix; `now` is Unix time.

    The tracks' own effects are integrated out, so that the cost grows with the number of playings times the square of
    the number of features, however many tracks were heard.
    """
    told = [each for each in listens if each.reward is not None and each.track_id in matrix.rows]
    features = features_of_listens(told, matrix).reshape(-1, len(FEATURES))
    rewards = np.array([each.reward for each in told], np.float64)
    weights = np.array([_freshness(each, now) for each in told], np.float64)
    heard, groups = np.unique(
        np.array([matrix.rows[each.track_id] for each in told], np.int64), return_inverse=True
    )
    by_track = _summed(
        np.column_stack([weights, weights * rewards, weights[:, None] * features]), groups, len(heard)
    )
    evidence, track_rewards, track_features = by_track[:, 0], by_track[:, 1], by_track[:, 2:]
    # The part of each track's evidence that its own effect explains says nothing about the weights.
    shared = TRACK_SPREAD**2 / (NOISE**2 + TRACK_SPREAD**2 * evidence)
    prior = np.array([each.weight for each in FEATURES.values()])
    precision = np.diag([each.spread**-2 for each in FEATURES.values()])
    gain = (features.T * weights) @ features - (track_features.T * shared) @ track_features
    pull = features.T @ (weights * rewards) - track_features.T @ (shared * track_rewards)
    posterior = precision + gain / NOISE**2
    mean = np.linalg.solve(posterior, precision @ prior + pull / NOISE**2)
    root = np.linalg.inv(np.linalg.cholesky(posterior)).T
    return PreferencePosterior(mean, root, heard, evidence, track_rewards, track_features)


def _summed(values: Array, rows: Rows, count: int) -> Array:
    """The values [n, k] summed by their rows, [count, k]."""
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, rows, values)
    return sums


def _freshness(listen: Listen, now: float) -> float:
    return 1.0 if listen.said else float(0.5 ** (max(now - listen.at_seconds, 0.0) / HALF_LIFE_SECONDS))
