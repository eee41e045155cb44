"""Time: what a clip shows and when, without a picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import Emotion
from training.synthesis.clips.clip import distance_px, rendered_frames
from training.synthesis.clips.demo import PLAN, demo_performance
from training.synthesis.clips.demo_character import DEMO_CHARACTER
from training.synthesis.rendered.animation.action_units import combine
from training.synthesis.rendered.animation.motion import (
    BLINK_SECONDS,
    FALL_SECONDS,
    RISE_SECONDS,
    Blink,
    lid_closure,
    plan_blinks,
    strength,
    timeline,
)
from training.synthesis.rendered.people.person import Pose

SEGMENTS = timeline(PLAN)
LENGTH_SECONDS = SEGMENTS[-1].end_seconds
TIMES = st.floats(0.0, LENGTH_SECONDS, exclude_max=True)


def test_segments_follow_each_other_without_gaps() -> None:
    assert SEGMENTS[0].onset_seconds == 0.0
    for before, after in pairwise(SEGMENTS):
        assert before.end_seconds == after.onset_seconds
        assert before.onset_seconds <= before.apex_seconds <= before.offset_seconds <= before.end_seconds


def test_a_segment_without_room_to_rise_and_fall_is_refused() -> None:
    with pytest.raises(ValueError, match="rise and fall"):
        timeline(((Emotion.HAPPY, RISE_SECONDS + FALL_SECONDS),))


def test_a_smile_rises_holds_and_falls() -> None:
    happy = next(segment for segment in SEGMENTS if segment.emotion is Emotion.HAPPY)
    assert strength(happy, happy.onset_seconds) == 0.0
    assert 0.2 < strength(happy, happy.onset_seconds + RISE_SECONDS / 2) < 0.8
    assert strength(happy, happy.apex_seconds) == pytest.approx(1.0)
    assert strength(happy, (happy.apex_seconds + happy.offset_seconds) / 2) == pytest.approx(1.0)
    assert strength(happy, happy.end_seconds) == 0.0


@given(TIMES)
def test_at_most_one_expression_at_a_time(time_seconds: float) -> None:
    shown = [segment for segment in SEGMENTS if strength(segment, time_seconds) > 0.0]
    assert len(shown) <= 1
    assert all(0.0 <= strength(segment, time_seconds) <= 1.0 for segment in SEGMENTS)


@given(st.integers(0, 10_000))
def test_blinks_do_not_cross_the_seam_or_hide_a_rise(seed: int) -> None:
    for blink in plan_blinks(SEGMENTS, seed):
        assert blink.start_seconds >= 0.0
        assert blink.start_seconds + BLINK_SECONDS < LENGTH_SECONDS
        for segment in SEGMENTS[1:]:
            assert not segment.onset_seconds < blink.start_seconds < segment.apex_seconds


def test_lids_close_and_open_in_a_blink() -> None:
    blink = (Blink(1.0),)
    assert lid_closure(blink, 0.99) == 0.0
    assert lid_closure(blink, 1.0 + 0.35 * BLINK_SECONDS) == pytest.approx(1.0)
    assert lid_closure(blink, 1.0 + BLINK_SECONDS) == 0.0


@given(TIMES, st.integers(0, 1000))
def test_the_performance_loops_and_keeps_the_head_near_the_viewer(time_seconds: float, seed: int) -> None:
    performance = demo_performance(seed)
    now, next_round = performance.pose_at(time_seconds), performance.pose_at(time_seconds + LENGTH_SECONDS)
    assert distance_px(now, next_round) < 1e-3
    assert abs(now.yaw_degrees) < 10.0
    assert abs(now.pitch_degrees) < 10.0
    assert all(value >= 0.0 for value in now.units.values())


def test_the_meant_expression_is_there_in_the_holds() -> None:
    performance = demo_performance()
    for segment in SEGMENTS:
        pose = performance.pose_at((segment.apex_seconds + segment.offset_seconds) / 2)
        meant = combine(DEMO_CHARACTER.resting, DEMO_CHARACTER.units[segment.emotion])
        assert all(
            pose.units[number] == pytest.approx(value) for number, value in meant.items() if number < 43
        )


@given(st.lists(st.floats(-4.0, 4.0), min_size=1, max_size=40))
def test_what_is_blended_hardly_moves(yaws: list[float]) -> None:
    poses = [Pose(yaw_degrees=yaw) for yaw in yaws]
    chosen = rendered_frames(poses, still_px=0.6)
    assert chosen[0] == 0
    assert chosen[-1] == len(poses) - 1
    for before, after in pairwise(chosen):
        for between in range(before + 1, after):
            assert distance_px(poses[before], poses[between]) <= 0.6
