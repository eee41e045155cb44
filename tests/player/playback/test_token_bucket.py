from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.playback.token_bucket import TokenBucket

HOUR = 3600.0
ROUNDING = 1e-6


def followed(most: int, requests: list[float]) -> list[float]:
    """The times at which the music followed a listener who wished for a change at these times."""
    pace, done = TokenBucket.full(most, 0.0), []
    for now in requests:
        pace = pace.after(now)
        if pace.allows:
            pace = pace.spent()
            done.append(now)
    return done


@given(st.integers(0, 40), st.lists(st.floats(0, 5 * HOUR), max_size=150).map(sorted))
def test_no_hour_ever_sees_more_changes_than_were_allowed(most: int, requests: list[float]) -> None:
    done = followed(most, requests)

    assert all(sum(start <= at < start + HOUR - ROUNDING for at in done) <= most for start in done)


def test_a_restless_face_gets_what_is_allowed_and_an_even_share_later() -> None:
    every_ten_seconds = [10.0 * step for step in range(360 * 4)]
    done = followed(20, every_ten_seconds)

    assert done[:5] == [0.0, 10.0, 20.0, 30.0, 40.0]
    last_hour = [at for at in done if at >= 3 * HOUR]
    assert 15 <= len(last_hour) <= 20
    assert followed(1, every_ten_seconds)[1] == pytest.approx(HOUR, abs=10.0)


def test_without_any_allowance_the_mood_changes_nothing() -> None:
    assert followed(0, [0.0, HOUR, 10 * HOUR]) == []
