"""The ear of the crossfade benchmark: it finds what a listener would complain about."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.loudspeaker import (
    RATE_HZ,
    Samples,
    levels,
    longest_silence_seconds,
    worst_click,
    write_tone,
)


def tone(seconds: float = 1.0, hz: float = 440.0) -> Samples:
    return np.asarray(0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ))


def test_a_silence_is_found_and_measured() -> None:
    heard = np.concatenate([tone(), np.zeros(RATE_HZ // 10), tone()])
    assert longest_silence_seconds(heard) == pytest.approx(0.1, abs=0.001)
    assert longest_silence_seconds(tone()) < 0.001


def test_a_cut_is_a_click_and_a_fade_is_none() -> None:
    fade = np.linspace(0.0, 1.0, RATE_HZ)
    cut = np.concatenate([tone()[: RATE_HZ // 2 + 20], np.zeros(100)])
    crossfaded = tone() * np.cos(fade * np.pi / 2) + tone(hz=660.0) * np.sin(fade * np.pi / 2)
    assert worst_click(cut, 440.0, 660.0) > 0.02
    assert worst_click(crossfaded, 440.0, 660.0) < 0.001


def test_a_sagging_loudness_shows_in_the_levels() -> None:
    sagging = tone() * np.where(np.arange(RATE_HZ) < RATE_HZ // 2, 1.0, 0.5)
    found = levels(sagging)
    assert found[0] == pytest.approx(0.3 / np.sqrt(2), rel=0.01)
    assert found[-1] == pytest.approx(0.15 / np.sqrt(2), rel=0.01)


def test_the_halves_of_a_tone_fit_together(tmp_path: Path) -> None:
    halves = []
    for part in range(2):
        with wave.open(str(write_tone(tmp_path / f"{part}.wav", 440.0, 0.5, 0.5 * part))) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2] / 32768.0
        halves.append(samples)
    assert np.concatenate(halves) == pytest.approx(tone(), abs=1e-3)
