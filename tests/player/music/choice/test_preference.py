from __future__ import annotations

import numpy as np
import pytest

from player.music.choice.features import DISTANCE, FEATURES, Context, features_of_listens, features_of_matrix
from player.music.choice.feedback import Listen
from player.music.choice.preference import (
    HALF_LIFE_SECONDS,
    LARGEST_PREFERENCE,
    LEAST_DISTANCE_WEIGHT,
    NOISE,
    TRACK_SPREAD,
    PreferenceSample,
    learned,
)
from player.music.choice.track_matrix import TrackMatrix
from recognizer.affect import Affect
from tests.player.music.tracks import track

NOW = 1_800_000_000.0
MIDDLE = Affect(0.0, 0.0)


def some_matrix(count: int = 30, seed: int = 0) -> TrackMatrix:
    moods = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    return TrackMatrix.of(track(number, *mood) for number, mood in enumerate(moods.tolist(), start=1))


def some_listens(matrix: TrackMatrix, count: int, seed: int = 1) -> list[Listen]:
    random = np.random.default_rng(seed)
    affects = [Affect(*random.uniform(-1, 1, 2).tolist()) for _ in range(2 * count)]
    return [
        Listen(
            track_id=int(random.integers(1, len(matrix) // 2)),
            at_seconds=NOW - float(random.uniform(0, 2 * HALF_LIFE_SECONDS)),
            listener=affects[2 * number],
            wanted=affects[2 * number + 1],
            hour=int(random.integers(24)),
            first=bool(random.integers(2)),
            reward=float(random.uniform(-1, 1)),
        )
        for number in range(count)
    ]


def ranking(sample: PreferenceSample, matrix: TrackMatrix, context: Context) -> list[int]:
    scores = sample.scores(features_of_matrix(matrix, context, ()))
    return [matrix.tracks[row].id for row in np.argsort(-scores)]


def test_before_anything_is_known_tracks_rank_by_the_distance_of_their_mood() -> None:
    matrix, wanted = some_matrix(), Affect(0.6, -0.3)
    distances = np.linalg.norm(matrix.moods - (wanted.valence, wanted.arousal), axis=1)

    cold = learned([], matrix, NOW).expected()
    assert ranking(cold, matrix, Context(wanted)) == [matrix.tracks[row].id for row in np.argsort(distances)]


def test_the_belief_is_that_of_a_regression_with_one_more_weight_for_each_track() -> None:
    """The tracks' own effects are integrated out; a regression that spells them out must agree."""
    matrix = some_matrix()
    listens = some_listens(matrix, 60)
    ages = np.array([NOW - each.at_seconds for each in listens])
    weights = 0.5 ** (ages / HALF_LIFE_SECONDS)
    own = np.zeros((len(listens), len(matrix)))
    own[np.arange(len(listens)), matrix.rows_of(each.track_id for each in listens)] = 1.0
    inputs = np.hstack([features_of_listens(listens, matrix), own])
    spreads = [each.spread for each in FEATURES.values()] + [TRACK_SPREAD] * len(matrix)
    prior = np.array([each.weight for each in FEATURES.values()] + [0.0] * len(matrix))
    precision = np.diag(np.array(spreads) ** -2)
    posterior = precision + (inputs.T * weights) @ inputs / NOISE**2
    rewards = np.array([each.reward for each in listens])
    mean = np.linalg.solve(posterior, precision @ prior + inputs.T @ (weights * rewards) / NOISE**2)

    found = learned(listens, matrix, NOW)
    count = len(FEATURES)
    np.testing.assert_allclose(found.mean, mean[:count], atol=1e-9)
    np.testing.assert_allclose(found.root @ found.root.T, np.linalg.inv(posterior)[:count, :count], atol=1e-9)
    np.testing.assert_allclose(found.expected().extras, mean[count:][found.rows], atol=1e-9)


def test_draws_spread_as_the_belief_does_and_repeat_for_the_same_seed() -> None:
    matrix = some_matrix()
    each = learned(some_listens(matrix, 40), matrix, NOW)
    draws = np.array([each.drawn((7, number), daring=1.0).weights for number in range(3000)])
    narrow = np.array([each.drawn((7, number), daring=0.5).weights for number in range(3000)])

    np.testing.assert_allclose(draws.mean(axis=0), each.mean, atol=0.02)
    shape = np.cov(draws.T) / np.trace(np.cov(draws.T))
    covariance = each.root @ each.root.T
    np.testing.assert_allclose(shape, covariance / np.trace(covariance), atol=0.05)
    assert narrow.std() < draws.std()
    assert (each.drawn((3, 1)).weights == each.drawn((3, 1)).weights).all()
    assert (each.drawn((3, 1)).extras == each.drawn((3, 1)).extras).all()
    assert (each.drawn((3, 1)).weights != each.drawn((3, 2)).weights).any()


def test_without_daring_the_most_likely_taste_is_taken() -> None:
    matrix = some_matrix()
    each = learned(some_listens(matrix, 40), matrix, NOW)
    np.testing.assert_array_equal(each.drawn((1,), daring=0.0).extras, each.expected().extras)


def kept(track_id: int, reward: float, hour: int = 12, wanted: Affect = MIDDLE) -> Listen:
    return Listen(track_id, NOW - 100, MIDDLE, wanted, hour, reward=reward)


def test_of_equals_the_kept_one_comes_before_the_skipped_one() -> None:
    matrix = TrackMatrix.of([track(1, 0.5, 0.5), track(2, 0.5, 0.5), track(3, 0.5, 0.5)])
    each = learned([kept(2, 0.4), kept(2, 0.4), kept(1, -1.0)], matrix, NOW)

    assert ranking(each.expected(), matrix, Context(Affect(0.6, 0.4))) == [2, 3, 1]


def test_lively_tracks_kept_in_the_morning_and_left_at_night_are_preferred_in_the_morning_only() -> None:
    matrix = TrackMatrix.of([track(number, 0.0, 0.8 if number % 2 else -0.8) for number in range(1, 41)])
    history = [
        kept(number, 0.4 if (number % 2 == 1) == (hour == 7) else -1.0, hour)
        for number in range(1, 39)
        for hour in (7, 20)
    ]
    sample = learned(history, matrix, NOW).expected()

    # Tracks 39 and 40 were never heard: what is known of them comes from the others.
    morning, evening = (ranking(sample, matrix, Context(MIDDLE, hour=hour)) for hour in (7, 20))
    assert morning.index(39) < morning.index(40)
    assert evening.index(40) < evening.index(39)


def test_what_lies_long_back_counts_less_unless_it_was_said() -> None:
    matrix = some_matrix(4)
    old = NOW - 6 * HALF_LIFE_SECONDS

    def extra(said: bool, at_seconds: float) -> float:
        listen = Listen(1, at_seconds, wanted=MIDDLE, reward=0.8, said=said)
        return float(learned([listen], matrix, NOW).expected().extras[0])

    assert extra(False, old) < 0.1 * extra(False, NOW)
    assert extra(True, old) == extra(True, NOW)


def test_the_mood_goes_on_to_count_whatever_was_learned() -> None:
    """Years of skipping whatever fits, and keeping whatever does not."""
    matrix = some_matrix(60, seed=3)
    contrary = []
    for number in range(1, 61):
        mood = matrix.tracks[number - 1].mood
        far = Affect(-mood.valence, -mood.arousal)
        contrary += [kept(number, -1.0, wanted=mood), kept(number, 0.8, wanted=far)] * 10
    sample = learned(contrary, matrix, NOW).expected()
    assert sample.weights[DISTANCE] > -LEAST_DISTANCE_WEIGHT

    features = features_of_matrix(matrix, Context(MIDDLE), ())
    nothing_else = -LEAST_DISTANCE_WEIGHT * features[:, DISTANCE]
    assert np.abs(sample.scores(features) - nothing_else).max() <= LARGEST_PREFERENCE


@pytest.mark.parametrize(("stars", "better"), [(5, True), (1, False)])
def test_stars_count_before_anything_was_heard(stars: int, better: bool) -> None:
    matrix = TrackMatrix.of([track(1, 0.2, 0.2), track(2, 0.2, 0.2, rating=stars)])
    cold = learned([], matrix, NOW).expected()

    assert (ranking(cold, matrix, Context(MIDDLE))[0] == 2) is better
