"""The ten-second capture: what it learns, and what it says when something is in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.people.neutral import Capture, Captured, CaptureFailed, CaptureObstacle, begin, obstacle, take
from recognizer.affect import EMOTIONS, Emotion, Reading
from recognizer.steady import SteadySettings, without_bias
from tests.player.people.faces import GLOOMY, REST, seen
from tests.recognizer.timelines import Vector, showing

Scene = Callable[[float], Sequence[Reading]]
NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)


def captured_from(
    scene: Scene, seconds: float = 40.0, rate: float = 30.0
) -> tuple[Capture | Captured | CaptureFailed, float]:
    """How a capture of ten seconds ended, and when."""
    state, now = begin(0.0, 10.0), 0.0
    while now < seconds:
        result = take(state, scene(now), now)
        if not isinstance(result, Capture):
            return result, now
        state = result
        now += 1 / rate
    return state, now


@pytest.mark.parametrize("rate", [5.0, 12.0, 30.0, 60.0])
def test_ten_seconds_of_rest_are_enough_at_any_frame_rate(rate: float) -> None:
    result, when = captured_from(lambda now: [seen(now)], rate=rate)
    assert isinstance(result, Captured)
    assert result.face_id == 1
    assert 9.9 < when < 10.6


def test_a_face_that_always_looks_sad_is_neutral_once_captured() -> None:
    result, _ = captured_from(lambda now: [seen(now, GLOOMY)])
    assert isinstance(result, Captured)
    read = without_bias(GLOOMY, result.baseline, SteadySettings())
    assert max(read) == read[NEUTRAL] > 0.5
    real = without_bias(showing(Emotion.HAPPY), result.baseline, SteadySettings())
    assert real[EMOTIONS.index(Emotion.HAPPY)] > 0.8


def test_a_blink_or_a_twitch_moves_nothing() -> None:
    dice = Random(3)

    def scene(now: float) -> list[Reading]:
        return [seen(now, showing(Emotion.ANGRY, 0.95) if dice.random() < 0.2 else REST)]

    result, _ = captured_from(scene)
    calm, _ = captured_from(lambda now: [seen(now)])
    assert isinstance(result, Captured)
    assert isinstance(calm, Captured)
    assert result.baseline.rest_logits == pytest.approx(calm.baseline.rest_logits)


HINDERED: list[tuple[CaptureObstacle, Scene]] = [
    (CaptureObstacle.NOBODY, lambda now: []),
    (CaptureObstacle.SEVERAL, lambda now: [seen(now), seen(now, face_id=2, side_px=150)]),
    (CaptureObstacle.TURNED, lambda now: [seen(now, yaw_degrees=30)]),
    (CaptureObstacle.POOR, lambda now: [seen(now, quality=0.2)]),
    (CaptureObstacle.MOVING, lambda now: [seen(now, left_px=100 + 400 * (now % 1))]),
    (CaptureObstacle.ACTING, lambda now: [seen(now, mouthSmileLeft=0.8)]),
    (CaptureObstacle.ACTING, lambda now: [seen(now, jawOpen=0.6)]),
]


@pytest.mark.parametrize(("reason", "scene"), HINDERED)
def test_what_is_in_the_way_is_said_and_the_capture_given_up_in_time(
    reason: CaptureObstacle, scene: Scene
) -> None:
    result, when = captured_from(scene)
    assert isinstance(result, CaptureFailed)
    assert result.why.startswith(str(reason))
    assert when == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(("reason", "scene"), HINDERED)
def test_an_obstacle_that_goes_away_costs_only_its_own_time(reason: CaptureObstacle, scene: Scene) -> None:
    result, when = captured_from(lambda now: scene(now) if 4 <= now < 8 else [seen(now)])
    assert isinstance(result, Captured)
    assert 13.4 < when < 14.8


def test_a_small_face_in_the_background_is_no_obstacle() -> None:
    assert obstacle([seen(0.0), seen(0.0, face_id=2, side_px=60)], None, 0.0) is None


def test_somebody_else_begins_anew() -> None:
    result, when = captured_from(lambda now: [seen(now, GLOOMY, face_id=1 if now < 6 else 2)])
    assert isinstance(result, Captured)
    assert result.face_id == 2
    assert when == pytest.approx(16, abs=0.2)


def test_a_face_that_changes_all_the_time_is_refused() -> None:
    faces = [showing(emotion, 0.95) for emotion in (Emotion.NEUTRAL, Emotion.SAD, Emotion.ANGRY)]
    result, _ = captured_from(lambda now: [seen(now, faces[int(now) % 3])])
    assert isinstance(result, CaptureFailed)
    assert "did not rest" in result.why


def test_a_slow_camera_needs_enough_pictures() -> None:
    result, when = captured_from(lambda now: [seen(now)], rate=1.0)
    assert isinstance(result, CaptureFailed)
    assert when > 30


vectors: st.SearchStrategy[Vector] = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda weights: tuple(weight / sum(weights) for weight in weights)
)
pictures = st.lists(
    st.tuples(st.floats(0, 2), st.lists(st.tuples(st.integers(0, 3), vectors, st.floats(0, 1)), max_size=3)),
    max_size=60,
)


@given(pictures)
def test_progress_stays_between_nothing_and_all_whatever_is_seen(
    frames: list[tuple[float, list[tuple[int, Vector, float]]]],
) -> None:
    state, now = begin(0.0, 10.0), 0.0
    for pause, people in frames:
        now += pause
        result = take(state, [seen(now, p, face_id=i, quality=q) for i, p, q in people], now)
        if not isinstance(result, Capture):
            return
        state = result
        assert 0 <= state.progress < 1
        assert state.rested_seconds <= now
