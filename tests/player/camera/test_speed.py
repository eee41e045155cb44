from __future__ import annotations

import pytest

from player.camera.speed import SpeedMeter


def test_steady_pictures_give_their_rate_and_latency() -> None:
    meter = SpeedMeter()
    for step in range(100):
        meter.add(step / 25, 0.02 if step % 10 else 0.2)
    assert meter.per_second(99 / 25) == pytest.approx(25)
    assert meter.latency_seconds() == pytest.approx(0.02)
    assert meter.latency_seconds(0.95) == pytest.approx(0.2)


def test_too_few_pictures_and_long_gone_ones_tell_nothing() -> None:
    meter = SpeedMeter()
    assert (meter.per_second(0.0), meter.latency_seconds()) == (None, None)
    for step in range(5):
        meter.add(step / 25, 0.02)
    assert meter.per_second(10.0) is None
    meter.add(10.0, 0.02)
    meter.clear()
    assert meter.latency_seconds() is None
