from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import r2_score

from training.music.blend import Ratings
from training.music.measures import r2, rank_correlation, scores


@pytest.fixture
def ratings() -> tuple[Ratings, Ratings]:
    """Truth and a guess that knows half of it, [200, 2]."""
    random = np.random.default_rng(3)
    truth = random.normal(5, 1, (200, 2))
    return truth, 5 + 0.5 * (truth - 5) + random.normal(0, 0.4, truth.shape)


def test_the_figures_are_those_of_the_usual_libraries(ratings: tuple[Ratings, Ratings]) -> None:
    truth, guess = ratings
    for measure, known in ((r2, r2_score), (rank_correlation, lambda a, b: spearmanr(a, b).statistic)):
        found = scores(truth, guess, measure, rounds=10)
        assert [found[name].value for name in ("valence", "arousal")] == pytest.approx(
            [known(truth[:, column], guess[:, column]) for column in (0, 1)]
        )


def test_a_weighted_figure_is_that_of_songs_taken_so_often(ratings: tuple[Ratings, Ratings]) -> None:
    truth, guess = (each[:, 0] for each in ratings)
    times = np.random.default_rng(1).integers(0, 3, len(truth))

    (found,) = r2(truth, guess, times[None].astype(float))

    assert found == pytest.approx(r2_score(np.repeat(truth, times), np.repeat(guess, times)))


def test_more_songs_give_a_narrower_interval_around_the_figure(ratings: tuple[Ratings, Ratings]) -> None:
    truth, guess = ratings
    few = scores(truth[:50], guess[:50], rounds=500)["valence"]
    many = scores(truth, guess, rounds=500)["valence"]

    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert many.share_at_least(-10.0) == 1.0
    assert many.share_at_least(1.0) == 0.0
    assert str(many) == f"{many.value:.3f} [{many.low:.3f}, {many.high:.3f}]"
