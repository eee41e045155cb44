"""Fine detail is counted where it is."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.picture_detail import power_by_waves, shares

NOISE = np.random.default_rng(0).integers(0, 256, (40, 48, 48)).astype(np.uint8)


def test_a_wave_shows_at_its_own_frequency() -> None:
    wave = 128 + 90 * np.sin(2 * np.pi * 10 * np.arange(48) / 48)
    power = power_by_waves(np.tile(wave, (3, 48, 1)).astype(np.uint8))
    assert int(power.argmax()) == 10


def test_faces_that_are_softer_have_a_smaller_share_of_the_fine_waves() -> None:
    soft = np.stack([cv2.GaussianBlur(picture, (0, 0), 1.0) for picture in NOISE])
    told = shares(soft, NOISE)
    assert told["1 to 3"] > 1.0 > told["16 to 18"]
    assert all(value == 1.0 for value in shares(NOISE, NOISE).values())
