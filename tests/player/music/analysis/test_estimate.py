from __future__ import annotations

from statistics import fmean

import numpy as np
import pytest
from numpy.typing import NDArray

from player.music.analysis.estimate import STEP_SECONDS, estimate
from player.music.analysis.mood_model import MoodModel
from player.music.analysis.sound_features import SAMPLE_RATE_HZ, cut, features, frames, joined, summary


@pytest.fixture(scope="module")
def model() -> MoodModel:
    return MoodModel.load()


def hum(seconds: float) -> NDArray[np.float32]:
    """A quiet chord that hardly moves."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    chord = np.sin(2 * np.pi * np.outer((220, 277, 330), time)).sum(axis=0)
    return np.asarray(0.02 * chord, np.float32)


def racket(seconds: float) -> NDArray[np.float32]:
    """Loud bursts of noise, eight a second."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    bursts = np.exp(-(time % 0.125) / 0.03)
    return (0.5 * bursts * np.random.default_rng(0).uniform(-1, 1, time.size)).astype(np.float32)


def test_the_curve_rises_where_a_quiet_track_turns_loud(model: MoodModel) -> None:
    whole, curve = estimate(frames(np.concatenate([hum(25), racket(25)])), model)

    arousal = [value for value in curve.arousal if value is not None]
    assert len(curve.arousal) == len(curve.valence) == 50 / STEP_SECONDS == len(arousal)
    assert max(arousal[:3]) < whole.arousal < min(arousal[-3:])


def test_the_middle_of_the_curve_feels_like_the_track(model: MoodModel) -> None:
    whole, curve = estimate(frames(np.concatenate([hum(20), racket(20)])), model)

    middle = slice(1, 7)
    assert fmean(filter(None, curve.arousal[middle])) == pytest.approx(whole.arousal, abs=0.01)
    assert fmean(filter(None, curve.valence[middle])) == pytest.approx(whole.valence, abs=0.01)


def test_stretches_without_sound_have_no_mood(model: MoodModel) -> None:
    silence = np.zeros(10 * SAMPLE_RATE_HZ, np.float32)
    _, curve = estimate(frames(np.concatenate([racket(10), silence, racket(10)])), model)

    assert [value is None for value in curve.valence] == [False] * 2 + [True] * 2 + [False] * 2
    assert [value is None for value in curve.arousal] == [value is None for value in curve.valence]


def test_a_sound_measured_in_parts_feels_the_same(model: MoodModel) -> None:
    """Each cut is an edge, and those that the model learnt from have edges, too."""
    sound = np.concatenate([racket(20), hum(20)])
    third = sound.size // 3
    whole, curve = estimate(frames(sound), model)

    in_parts, its_curve = estimate(joined([frames(sound[:third]), frames(sound[third:])]), model)

    assert in_parts.valence == pytest.approx(whole.valence, abs=0.1)
    assert in_parts.arousal == pytest.approx(whole.arousal, abs=0.1)
    assert its_curve.arousal == pytest.approx(curve.arousal, abs=0.25)


def test_the_summary_of_all_frames_is_the_features_of_the_sound() -> None:
    sound = racket(4)
    found = frames(sound)

    assert summary(cut(found, 0, found["flux"].size)) == features(sound)
