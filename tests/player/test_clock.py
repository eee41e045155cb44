from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.clock import SYSTEM, Clock, SystemClock, VirtualClock


@pytest.fixture(params=[SystemClock, VirtualClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_every_clock_tells_two_times_and_the_monotonic_one_never_goes_back(clock: Clock) -> None:
    times = [clock.monotonic() for _ in range(5)]
    assert times == sorted(times)
    assert all(math.isfinite(clock.wall()) for _ in range(5))


def test_the_systems_clock_is_the_machines() -> None:
    before = time.monotonic(), time.time()
    told = SYSTEM.monotonic(), SYSTEM.wall()
    after = time.monotonic(), time.time()
    assert before[0] <= told[0] <= after[0]
    assert before[1] <= told[1] <= after[1]


@given(st.lists(st.floats(0.0, 1e5), max_size=20))
def test_virtual_time_passes_only_when_told_and_both_times_alike(steps: list[float]) -> None:
    clock = VirtualClock(wall_seconds=1000.0)
    for step in steps:
        clock.advance(step)
    assert clock.monotonic() == pytest.approx(sum(steps))
    assert clock.wall() == pytest.approx(1000.0 + sum(steps))


@pytest.mark.parametrize("seconds", [-1.0, math.nan])
def test_no_clock_goes_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="cannot go on"):
        VirtualClock().advance(seconds)


def test_a_recorded_moment_may_lie_anywhere() -> None:
    clock = VirtualClock(50.0, 2000.0)
    clock.set(60.0, 1500.0)
    assert (clock.monotonic(), clock.wall()) == (60.0, 1500.0)
