"""A track's position follows the clock while it plays, and stands while it is held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.sound.played_time import PlayedTime

STEPS = st.lists(st.tuples(st.sampled_from(["run", "hold"]), st.floats(0, 100)), max_size=20)


@given(st.floats(0, 100), STEPS)
def test_only_the_time_between_run_and_hold_counts(
    start_seconds: float, steps: list[tuple[str, float]]
) -> None:
    now, expected, running = 1000.0, start_seconds, False
    played = PlayedTime(start_seconds, lambda: now)
    for action, seconds in steps:
        getattr(played, action)()
        running = action == "run"
        now += seconds
        expected += seconds if running else 0.0
        assert played.seconds == pytest.approx(expected)
        assert (played.running_since is not None) is running
