"""The volume laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.sound.volume import Ramp, amplitude_of_decibels, equal_power, vlc_percent

levels = st.floats(0.0, 1.0)


@given(levels)
def test_the_powers_of_a_crossfade_add_up_to_one(level: float) -> None:
    assert equal_power(level) ** 2 + equal_power(1.0 - level) ** 2 == pytest.approx(1.0)


@given(levels)
def test_vlc_is_told_the_cube_root(amplitude: float) -> None:
    assert (vlc_percent(amplitude) / 100.0) ** 3 == pytest.approx(amplitude, abs=0.016)


def test_known_volumes() -> None:
    assert [vlc_percent(amplitude) for amplitude in (0.0, 0.125, 1.0, 3.0)] == [0, 50, 100, 100]
    assert amplitude_of_decibels(-20.0) == pytest.approx(0.1)


@given(levels, levels, st.floats(0.01, 20.0), st.lists(st.floats(0.0, 0.5), max_size=30))
def test_a_ramp_goes_straight_to_its_target_and_never_past_it(
    start: float, target: float, seconds: float, steps: list[float]
) -> None:
    ramp = Ramp.still(start).towards(target, seconds)
    low, high = sorted((start, target))
    for step in steps:
        further = ramp.after(step)
        assert low <= further.level <= high
        assert abs(further.level - ramp.level) <= step / seconds + 1e-9
        ramp = further
    assert ramp.after(seconds * 1.01).level == pytest.approx(target)


def test_no_time_to_fade_is_no_fade() -> None:
    assert Ramp.still(1.0).towards(0.0, 0.0).after(0.001).level == 0.0
