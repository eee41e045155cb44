from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from player.clock import VirtualClock
from player.replay.frozen import DRIFT_SECONDS, FaderState, FrozenClock, FrozenFader
from player.sound import Crossfader
from tests.player.rig import RecordingFader


def test_time_stands_still_between_two_holds() -> None:
    clock = VirtualClock(10.0, 1000.0)
    held = FrozenClock(clock)
    clock.advance(5)
    assert (held.monotonic(), held.wall()) == (10.0, 1000.0)
    assert held.hold(clock.monotonic()) == 15.0
    assert (held.monotonic(), held.wall()) == (15.0, 1005.0)


def test_a_small_drift_between_the_two_times_is_passed_over_and_a_set_clock_followed() -> None:
    clock = VirtualClock(10.0, 1000.0)
    held = FrozenClock(clock)
    clock.wall_seconds += DRIFT_SECONDS / 2
    held.hold(10.0)
    assert held.wall() == 1000.0
    clock.wall_seconds += 3600
    held.hold(10.0)
    assert held.wall() == pytest.approx(4600.0, abs=DRIFT_SECONDS)


def test_the_crossfader_says_the_same_until_the_next_hold() -> None:
    inner = RecordingFader()
    held = FrozenFader(inner, lambda order, **arguments: None)
    inner.play(Path("a.opus"))
    inner.at_seconds = 12.3456
    assert (held.playing, held.position_seconds) == (None, 0.0)
    assert held.hold() == FaderState(Path("a.opus"), False, 12.346)
    assert (held.playing, held.position_seconds, held.paused) == (Path("a.opus"), 12.346, False)


def test_every_order_is_told_and_passed_on() -> None:
    inner, told = RecordingFader(), []
    held = FrozenFader(inner, lambda order, **arguments: told.append((order, arguments)))
    held.play(Path("a.opus"), 1.5, 0.4, -2.0)
    held.prepare(Path("b.opus"))
    held.pause()
    assert [order for order, _ in told] == ["play", "prepare", "pause"]
    assert told[0][1] == {"track": "a.opus", "start_seconds": 1.5, "fade_seconds": 0.4, "gain_db": -2.0}
    assert (inner.played, inner.prepared, inner.held) == ([("a", 0.4)], ["b"], True)


def test_nothing_that_the_director_could_order_goes_past_it() -> None:
    of_the_app = {"stop", "turn", "close"}
    public = {name for name, _ in inspect.getmembers(Crossfader) if not name.startswith("_")}
    assert public - of_the_app <= set(vars(FrozenFader))


def test_only_what_became_another_is_written() -> None:
    before, after = FaderState(), FaderState(Path("a.opus"), False, 3.5)
    assert after.since(before) == {"playing": "a.opus", "position_seconds": 3.5}
    assert before.after(after.since(before)) == after
    with pytest.raises(ValueError, match="says nothing of mood"):
        before.after({"mood": 1})
