"""What this listener keeps, learned from what they did: linear Thompson sampling.

A Bayesian linear regression of the reward of a playing on its features (Agrawal and Goyal 2013, "Thompson sampling
for contextual bandits with linear payoffs", ICML), with one further effect for each track that was heard. For each
choice one plausible taste is drawn from what is believed, and the track that is best by it is taken: what is
uncertain gets tried, what is known to please gets played. Before anything was learned the beliefs rank tracks by how
near their mood is to the wanted one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player.music.choice.features import DISTANCE, FEATURES, Array, of_listens
from player.music.choice.feedback import Listen
from player.music.choice.track_matrix import Shelf

Rows = NDArray[np.int64]
NOISE = 0.5
"""Standard deviation of a reward around what was to be expected."""
TRACK_SPREAD = 0.3
"""Standard deviation of what a track brings beyond its features."""
HALF_LIFE_SECONDS = 60 * 24 * 3600.0
"""What was done counts half after two months; likes and dislikes count until they are taken back."""
LEAST_DISTANCE_WEIGHT = 0.5
"""Whatever was learned, the distance from the wanted mood goes on to count: a face drives this music."""
MOST_TASTE = 0.3
"""The most that all else together may speak for or against a track, in units of the widest distance of moods."""

DRAW_SPREAD = 0.2
"""How far draws go, as a share of what is uncertain: whole draws would miss the mood too often on a first evening."""


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """What one plausible listener would like: a weight for each feature, and what single tracks bring beyond them.

    rows: the tracks' rows on the shelf that was learned from. extras: what each brings.
    """

    weights: Array
    rows: Rows
    extras: Array

    def scores(self, features: Array) -> Array:
        """How much each track of the shelf would please, [tracks]; only differences between tracks matter."""
        distance = features[:, DISTANCE]
        taste = features @ self.weights - distance * self.weights[DISTANCE]
        taste[self.rows] += self.extras
        taste = MOST_TASTE * np.tanh((taste - np.median(taste)) / MOST_TASTE) if len(taste) else taste
        return np.asarray(min(self.weights[DISTANCE], -LEAST_DISTANCE_WEIGHT) * distance + taste)


@dataclass(frozen=True, slots=True, eq=False)
class Preference:
    """What is believed: a Gaussian over the weights (`mean`, `root` with covariance root @ root.T), and the evidence.

    For each track that was heard, by its row on the shelf: the sums over its playings of the weight of evidence, of
    weight times reward, and of weight times features. The track's own effect follows once the weights are drawn.
    """

    mean: Array
    root: Array
    rows: Rows
    evidence: Array
    rewards: Array
    features: Array

    def expected(self) -> Taste:
        """The taste that is believed in most."""
        return self._taste(self.mean, np.zeros(len(self.rows)))

    def drawn(self, seed: Sequence[int], daring: float = 1.0) -> Taste:
        """A plausible taste: the same for the same seed. `daring` widens (above 1) or narrows what is tried."""
        random, spread = np.random.default_rng(seed), daring * DRAW_SPREAD
        weights = self.mean + spread * self.root @ random.standard_normal(len(self.mean))
        return self._taste(weights, spread * random.standard_normal(len(self.rows)))

    def _taste(self, weights: Array, deviations: Array) -> Taste:
        sharpness = NOISE**2 + TRACK_SPREAD**2 * self.evidence
        means = TRACK_SPREAD**2 * (self.rewards - self.features @ weights) / sharpness
        return Taste(weights, self.rows, means + deviations * TRACK_SPREAD * NOISE / np.sqrt(sharpness))


def learned(listens: Sequence[Listen], shelf: Shelf, now: float) -> Preference:
    """What the playings with a reward teach about tracks on the shelf; `now` is Unix time.

    The tracks' own effects are integrated out, so that the cost grows with the number of playings times the square of
    the number of features, however many tracks were heard.
    """
    told = [each for each in listens if each.reward is not None and each.track_id in shelf.rows]
    features = of_listens(told, shelf).reshape(-1, len(FEATURES))
    rewards = np.array([each.reward for each in told], np.float64)
    weights = np.array([_freshness(each, now) for each in told], np.float64)
    heard, groups = np.unique(
        np.array([shelf.rows[each.track_id] for each in told], np.int64), return_inverse=True
    )
    by_track = _summed(
        np.column_stack([weights, weights * rewards, weights[:, None] * features]), groups, len(heard)
    )
    evidence, track_rewards, track_features = by_track[:, 0], by_track[:, 1], by_track[:, 2:]
    # Of each track's evidence, the part that its own effect explains away says nothing about the weights.
    shared = TRACK_SPREAD**2 / (NOISE**2 + TRACK_SPREAD**2 * evidence)
    prior = np.array([belief.weight for belief in FEATURES.values()])
    precision = np.diag([belief.spread**-2 for belief in FEATURES.values()])
    gain = (features.T * weights) @ features - (track_features.T * shared) @ track_features
    pull = features.T @ (weights * rewards) - track_features.T @ (shared * track_rewards)
    posterior = precision + gain / NOISE**2
    mean = np.linalg.solve(posterior, precision @ prior + pull / NOISE**2)
    root = np.linalg.inv(np.linalg.cholesky(posterior)).T
    return Preference(mean, root, heard, evidence, track_rewards, track_features)


def _summed(values: Array, rows: Rows, count: int) -> Array:
    """The values [n, k] summed by their rows, [count, k]."""
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, rows, values)
    return sums


def _freshness(listen: Listen, now: float) -> float:
    return 1.0 if listen.said else float(0.5 ** (max(now - listen.at_seconds, 0.0) / HALF_LIFE_SECONDS))
