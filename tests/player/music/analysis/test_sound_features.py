from __future__ import annotations

import librosa
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from player.music.analysis.sound_features import COLUMNS, SAMPLE_RATE_HZ, features
from player.music.library.bundled_music import default_music
from tests.data import outside
from training.data.music_tables import read_deam


def clicks(beats_per_minute: float, seconds: float = 6.0) -> NDArray[np.float32]:
    times = np.arange(0, seconds, 60 / beats_per_minute)
    length = round(seconds * SAMPLE_RATE_HZ)
    return librosa.clicks(times=times, sr=SAMPLE_RATE_HZ, length=length).astype(np.float32)


def test_all_columns_come_in_their_order() -> None:
    found = features(clicks(120))

    assert tuple(found) == COLUMNS
    assert all(np.isfinite(list(found.values())))


def test_the_tempo_of_a_metronome_is_heard() -> None:
    assert features(clicks(120))["tempo"] == pytest.approx(120, abs=4)


def test_noise_is_brighter_and_less_harmonic_than_a_tone() -> None:
    time = np.arange(3 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = features((0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32))
    noise = features(np.random.default_rng(0).normal(0, 0.1, time.size).astype(np.float32))

    assert noise["brightness_mean"] > tone["brightness_mean"]
    assert noise["hnr_mean"] < tone["hnr_mean"]
    assert noise["zcr_mean"] > tone["zcr_mean"]


def test_a_moment_of_sound_is_too_short() -> None:
    with pytest.raises(ValueError, match="at least 3 s"):
        features(np.zeros(1000, np.float32))


def test_real_music_falls_within_the_range_of_the_table_that_the_model_learnt_from() -> None:
    """The table's recordings are not at hand, so this is how our columns are known to mean the same as theirs."""
    table = read_deam(outside("music_emotion"))
    lowest, highest = table.features.min(axis=0), table.features.max(axis=0)
    for path in sorted(default_music().rglob("*_acoustic_1.opus"))[:2]:
        sound, rate_hz = soundfile.read(path, frames=15 * 48_000, dtype="float32")
        found = features(librosa.resample(sound.mean(axis=1), orig_sr=rate_hz, target_sr=SAMPLE_RATE_HZ))

        row = np.array([found[name] for name in table.columns])
        assert set(table.columns) == set(COLUMNS)
        assert ((lowest <= row) & (row <= highest)).all()
