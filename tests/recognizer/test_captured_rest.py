"""A resting face that was captured: believed at once, kept within limits, drifting slowly."""

from __future__ import annotations

import pytest

from recognizer.affect import EMOTIONS, Emotion
from recognizer.steady import (
    Baseline,
    Steadier,
    SteadySettings,
    SteadyState,
    learn,
    log_odds,
    step,
    without_bias,
)
from tests.recognizer.timelines import Scene, jittered, moods, reading, showing

NEUTRAL, HAPPY = showing(Emotion.NEUTRAL), showing(Emotion.HAPPY)
SULLEN = showing(Emotion.SAD, 0.9, besides=Emotion.NEUTRAL)
SULLEN_AT_REST = Baseline(log_odds(SULLEN), 10.0, captured_logits=log_odds(SULLEN))


def test_a_face_that_always_looks_sad_stays_sad_to_cautious_learning_and_is_neutral_once_captured() -> None:
    readings = list(jittered([Scene(20, SULLEN)]))
    assert moods(readings)[-1].emotion is Emotion.SAD
    state = SteadyState(baseline=SULLEN_AT_REST)
    seen = set()
    for each in readings:
        state, mood = step(state, each, SteadySettings())
        seen.add(mood.emotion)
    assert seen == {None, Emotion.NEUTRAL}


@pytest.mark.parametrize("emotion", [Emotion.HAPPY, Emotion.SURPRISE, Emotion.ANGRY])
def test_a_captured_resting_face_leaves_other_expressions_alone(emotion: Emotion) -> None:
    state = SteadyState(baseline=SULLEN_AT_REST)
    for each in jittered([Scene(3, SULLEN), Scene(2, showing(emotion, 0.8, besides=Emotion.SAD))]):
        state, mood = step(state, each, SteadySettings())
    assert mood.emotion is emotion


def test_what_is_ever_taken_away_has_a_limit() -> None:
    extreme = Baseline((9.0,) * 6 + (0.0,), 10.0, captured_logits=(9.0,) * 6 + (0.0,))
    limit = SteadySettings().captured_limit_logits
    even = (1 / 7,) * 7
    assert log_odds(without_bias(even, extreme, SteadySettings())) == pytest.approx([-limit] * 6 + [0.0])


def test_a_captured_baseline_drifts_slowly_and_never_far() -> None:
    settings, corrected = SteadySettings(), NEUTRAL
    rest, changed = SULLEN_AT_REST, log_odds(HAPPY)
    minute = rest
    for _ in range(60 * 10):
        minute = learn(minute, HAPPY, corrected, 0.1, settings)
    hours = minute
    for _ in range(3600 * 5):
        hours = learn(hours, HAPPY, corrected, 1.0, settings)
    happy = EMOTIONS.index(Emotion.HAPPY)
    way = changed[happy] - rest.rest_logits[happy]
    assert 0 < minute.rest_logits[happy] - rest.rest_logits[happy] < 0.15 * way
    for now, captured in zip(hours.rest_logits, SULLEN_AT_REST.rest_logits, strict=True):
        assert abs(now - captured) <= settings.drift_limit_logits + 1e-9
    assert hours.captured_logits == rest.captured_logits


def test_a_known_resting_face_is_adopted_with_the_next_picture() -> None:
    steadier = Steadier()
    for index in range(90):
        (mood,) = steadier.update([reading(index / 30, SULLEN)], index / 30)
    assert mood.emotion is Emotion.SAD
    steadier.adopt(1, SULLEN_AT_REST)
    steadier.adopt(77, SULLEN_AT_REST)
    for index in range(90, 180):
        (mood,) = steadier.update([reading(index / 30, SULLEN)], index / 30)
    assert mood.emotion is Emotion.NEUTRAL
    assert steadier.baselines.keys() == {1}
    assert steadier.baselines[1].captured_logits == SULLEN_AT_REST.captured_logits
