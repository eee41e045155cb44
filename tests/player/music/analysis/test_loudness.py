from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from player.music.analysis.loudness import LoudnessMeter, gain_db
from player.music.analysis.replaygain import LOUDEST_GAIN_DB
from tests.player.music.sounds import RATE_HZ, tone


def meter_of(sound: NDArray[np.float32], block: int = RATE_HZ, rate_hz: int = RATE_HZ) -> LoudnessMeter:
    meter = LoudnessMeter(rate_hz, sound.shape[1])
    for start in range(0, len(sound), block):
        meter.feed(sound[start : start + block])
    return meter


def sine(
    hertz: float, level: float, seconds: float, rate_hz: int = 48_000, channels: int = 2
) -> NDArray[np.float32]:
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.repeat((level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[:, None], channels, axis=1)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000])
def test_the_standards_own_test_tone_reads_as_it_should(rate_hz: int) -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS reads -23 LUFS, within 0.1 LU."""
    loudness = meter_of(sine(1000, 10 ** (-23 / 20), 5, rate_hz), rate_hz=rate_hz).loudness_lufs()

    assert loudness == pytest.approx(-23.0, abs=0.1)


def test_quiet_passages_do_not_count() -> None:
    """EBU Tech 3341, case 3: -36, -23 and -36 dBFS, gated, read -23 LUFS."""
    parts = [sine(1000, 10 ** (level / 20), seconds) for level, seconds in ((-36, 5), (-23, 20), (-36, 5))]

    assert meter_of(np.concatenate(parts), rate_hz=48_000).loudness_lufs() == pytest.approx(-23.0, abs=0.1)


@settings(max_examples=8)
@given(st.integers(2000, 100_000))
def test_the_size_of_the_blocks_does_not_matter(block: int) -> None:
    sound = tone(1.5, silence_seconds=0.5)[:, None]

    whole, parted = meter_of(sound, len(sound)), meter_of(sound, block)

    assert parted.loudness_lufs() == pytest.approx(whole.loudness_lufs())
    assert parted.sound_start_seconds == whole.sound_start_seconds
    assert parted.peak == whole.peak


def test_the_first_audible_moment_is_found() -> None:
    assert meter_of(tone(2, silence_seconds=1.25)[:, None]).sound_start_seconds == pytest.approx(
        1.25, abs=0.005
    )


def test_silence_has_no_loudness_and_no_beginning() -> None:
    meter = meter_of(np.zeros((RATE_HZ, 2), np.float32))

    assert meter.loudness_lufs() is None
    assert meter.sound_start_seconds is None
    assert gain_db(None, 0.0) == 0.0


def test_a_loud_track_is_turned_down_and_a_quiet_one_up_as_far_as_its_peaks_allow() -> None:
    assert gain_db(-8.0, 1.0) == pytest.approx(-10.0)
    assert gain_db(-30.0, 10 ** (-6 / 20)) == pytest.approx(6.0)
    assert gain_db(-60.0, 0.001) == LOUDEST_GAIN_DB
