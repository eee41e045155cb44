"""From what a track sounds like, frame by frame, to how it feels: as a whole and along its way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from player.music.analysis.loudness import AUDIBLE_DBFS
from player.music.analysis.mood_curve import RawCurve
from player.music.analysis.mood_model import HIGHEST, LOWEST, MoodModel, RawMood
from player.music.analysis.sound_features import FRAMES_PER_SECOND, Frames, cut, summary

EXCERPT_SECONDS = 30.0
"""What stands for the whole track; the model learnt from excerpts of this length, or half as long again."""
STEP_SECONDS = 5.0
WINDOW_SECONDS = 15.0
"""Each stretch of the curve is estimated together with its neighbours: the model knows no shorter excerpts."""


def estimate(whole: Frames, model: MoodModel) -> tuple[RawMood, RawCurve]:
    """How a track feels, and how that changes along it.

    The whole is read from the middle 30 s: beginnings and ends (count-ins, fades, applause) are unlike the rest, while
    by the middle the whole arrangement usually plays. The curve is read from windows that are shorter than what the
    model learnt from, which moves all their estimates alike. So it is moved back, until the middle 30 s feel like
    the whole.
    """
    length = whole["flux"].size
    first, last = _middle(length)
    mood = model.mood(summary(cut(whole, first, last)))
    starts = np.arange(max(round(length / _frames(STEP_SECONDS)), 1)) * _frames(STEP_SECONDS)
    centres = starts + _frames(STEP_SECONDS) / 2
    found = model.moods([summary(_window(whole, centre)) for centre in centres])
    inside = (first <= centres) & (centres < last)
    shift = (mood.valence, mood.arousal) - found[inside if inside.any() else slice(None)].mean(axis=0)
    moved = np.clip(found + shift, LOWEST, HIGHEST)
    moved[[_is_silent(whole, start) for start in starts]] = math.nan
    return mood, RawCurve(STEP_SECONDS, _numbers(moved[:, 0]), _numbers(moved[:, 1]))


def estimate_samples(samples: Sequence[Frames], seconds: float, model: MoodModel) -> tuple[RawMood, RawCurve]:
    """How a long recording feels, by excerpts that are evenly spread over its length in seconds: their mean, and each.

    Excerpts are as long as those that the model learnt from.
    """
    found = model.moods([summary(sample) for sample in samples])
    silent = [_is_quiet(sample) for sample in samples]
    valence, arousal = found[np.logical_not(silent) if not all(silent) else slice(None)].mean(axis=0).tolist()
    found[silent] = math.nan
    curve = RawCurve(seconds / len(samples), _numbers(found[:, 0]), _numbers(found[:, 1]))
    return RawMood(valence=valence, arousal=arousal), curve


def _middle(length: int) -> tuple[int, int]:
    wanted = min(round(_frames(EXCERPT_SECONDS)), length)
    first = (length - wanted) // 2
    return first, first + wanted


def _window(whole: Frames, centre: float) -> Frames:
    """The frames around a moment; near the ends of a track there are fewer, never less than the track has."""
    half = _frames(WINDOW_SECONDS) / 2
    return cut(whole, max(round(centre - half), 0), round(centre + half))


def _is_silent(whole: Frames, start: float) -> bool:
    """Whether at most a tenth of the stretch can be heard: a sound that just dies away, or begins, is no more."""
    return _is_quiet(cut(whole, round(start), round(start + _frames(STEP_SECONDS))))


def _is_quiet(stretch: Frames) -> bool:
    return bool(np.quantile(stretch["loudness"], 0.9) < 10 ** (AUDIBLE_DBFS / 20))


def _numbers(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(None if math.isnan(value) else round(value, 3) for value in values.tolist())


def _frames(seconds: float) -> float:
    return seconds * FRAMES_PER_SECOND
