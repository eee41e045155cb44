"""The steadying on scripted timelines with jittered intervals."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from recognizer.steady import STILLS, Steadier, SteadySettings, SteadyState, lost, step
from tests.recognizer.timelines import Scene, changes, jittered, moods, reading, showing

NEUTRAL, HAPPY, ANGRY = showing(Emotion.NEUTRAL), showing(Emotion.HAPPY), showing(Emotion.ANGRY)
EXPRESSIONS = [emotion for emotion in EMOTIONS if emotion is not Emotion.NEUTRAL]
vectors = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda weights: tuple(weight / sum(weights) for weight in weights)
)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("frames_per_second", [8.0, 30.0, 60.0])
def test_a_smile_is_noticed_once_and_soon_whatever_the_camera_does(
    seed: int, frames_per_second: float
) -> None:
    timeline = moods(jittered([Scene(3, NEUTRAL), Scene(2, HAPPY)], seed, frames_per_second))
    seen = changes(timeline)
    assert [emotion for _, emotion in seen] == [Emotion.NEUTRAL, Emotion.HAPPY]
    assert 0.1 < seen[1][0] - 3 < 0.6


@pytest.mark.parametrize("emotion", EXPRESSIONS)
def test_every_expression_comes_and_goes(emotion: Emotion) -> None:
    scenes = [Scene(2, NEUTRAL), Scene(2, showing(emotion)), Scene(2, NEUTRAL)]
    assert [e for _, e in changes(moods(jittered(scenes)))] == [Emotion.NEUTRAL, emotion, Emotion.NEUTRAL]


def test_single_wrong_frames_change_nothing() -> None:
    scenes = [Scene(2, NEUTRAL)]
    for emotion in EXPRESSIONS * 10:
        scenes += [Scene(0.04, showing(emotion, 0.97)), Scene(0.4, NEUTRAL)]
    assert [e for _, e in changes(moods(jittered(scenes)))] == [Emotion.NEUTRAL]


def test_of_twenty_seconds_of_flicker_little_is_left() -> None:
    scenes = [Scene(0.1, HAPPY if index % 2 else NEUTRAL) for index in range(200)]
    assert len(changes(moods(jittered(scenes)))) <= 20


def test_a_face_that_keeps_changing_is_believed_more_slowly() -> None:
    def count(patience: SteadySettings) -> int:
        scenes = [Scene(0.4, HAPPY if index % 2 else NEUTRAL) for index in range(50)]
        return len(changes(moods(jittered(scenes), patience)))

    assert count(SteadySettings()) < 0.6 * count(SteadySettings(restless_seconds=0.0))


def test_a_narrow_lead_that_lasts_is_believed_within_a_second() -> None:
    narrow = tuple({Emotion.SAD: 0.55, Emotion.NEUTRAL: 0.42}.get(emotion, 0.006) for emotion in EMOTIONS)
    timeline = moods(jittered([Scene(2, NEUTRAL), Scene(2, narrow)]))
    assert 2 < next(when for when, emotion in changes(timeline) if emotion is Emotion.SAD) < 3


def test_no_single_picture_decides_however_slow_the_camera() -> None:
    pictures = [reading(second / 4, HAPPY if second == 8 else NEUTRAL) for second in range(16)]
    assert [emotion for _, emotion in changes(moods(pictures))] == [Emotion.NEUTRAL]


def test_a_clear_expression_is_believed_sooner_than_a_faint_one() -> None:
    def delay(probability: float) -> float:
        faint = showing(Emotion.SURPRISE, probability, besides=Emotion.NEUTRAL)
        return changes(moods(jittered([Scene(3, NEUTRAL), Scene(5, faint)])))[1][0] - 3

    assert delay(0.95) < delay(0.65)


def test_an_expression_at_the_edge_does_not_flicker() -> None:
    dice = random.Random(1)
    noisy = [
        Scene(0.03, showing(Emotion.SAD, 0.5 + dice.uniform(-0.12, 0.12), besides=Emotion.NEUTRAL))
        for _ in range(600)
    ]
    assert len(changes(moods(jittered(noisy)))) <= 2


def test_an_unconvincing_face_becomes_not_sure() -> None:
    vague = (1 / 7,) * 7
    timeline = moods(jittered([Scene(2, HAPPY), Scene(3, vague)]))
    assert [emotion for _, emotion in changes(timeline)] == [Emotion.HAPPY, None]


def test_nothing_is_claimed_from_the_first_picture() -> None:
    assert moods([reading(0.0, HAPPY)])[0].emotion is None


def test_two_pictures_far_apart_do_not_decide() -> None:
    timeline = moods([reading(0.0, NEUTRAL), reading(1.0, HAPPY)])
    assert timeline[-1].emotion is None


def test_a_gloomy_resting_face_is_learned_and_then_read_as_neutral() -> None:
    gloomy = showing(Emotion.SAD, 0.55, besides=Emotion.NEUTRAL)
    timeline = moods(jittered([Scene(40, gloomy), Scene(3, HAPPY), Scene(10, gloomy)]))
    seen = [emotion for _, emotion in changes(timeline)]
    assert seen[-2:] == [Emotion.HAPPY, Emotion.NEUTRAL]


def test_a_gloomy_person_can_still_become_sad() -> None:
    gloomy = showing(Emotion.SAD, 0.55, besides=Emotion.NEUTRAL)
    scenes = [Scene(40, gloomy), Scene(3, showing(Emotion.SAD, 0.95, besides=Emotion.NEUTRAL))]
    assert moods(jittered(scenes))[-1].emotion is Emotion.SAD


def test_somebody_who_smiles_at_the_start_keeps_the_smile_and_has_a_neutral_later() -> None:
    scenes = [Scene(20, HAPPY), Scene(5, NEUTRAL), Scene(5, HAPPY)]
    seen = [emotion for _, emotion in changes(moods(jittered(scenes)))]
    assert seen == [Emotion.HAPPY, Emotion.NEUTRAL, Emotion.HAPPY]


def test_a_lasting_real_emotion_is_not_explained_away() -> None:
    assert (
        moods(jittered([Scene(300, showing(Emotion.SAD, 0.85))], frames_per_second=10))[-1].emotion
        is Emotion.SAD
    )


def test_the_baseline_can_be_switched_off() -> None:
    gloomy = showing(Emotion.SAD, 0.6, besides=Emotion.NEUTRAL)
    timeline = moods(jittered([Scene(60, gloomy)]), SteadySettings(baseline_seconds=0))
    assert timeline[-1].emotion is Emotion.SAD
    assert timeline[-1].probabilities == pytest.approx(gloomy)


def test_a_face_that_turns_away_keeps_its_mood_for_a_moment_only() -> None:
    patience = SteadySettings()
    state, mood = SteadyState(), None
    for each in jittered([Scene(2, HAPPY)]):
        state, mood = step(state, each, patience)
    assert mood is not None
    assert mood.emotion is Emotion.HAPPY
    state, soon = lost(state, 1, 2.5, patience)
    state, later = lost(state, 1, 4.5, patience)
    assert (soon.emotion, later.emotion) == (Emotion.HAPPY, None)


def test_somebody_who_returns_starts_afresh_but_keeps_the_learned_baseline() -> None:
    patience, state = SteadySettings(), SteadyState()
    for each in jittered([Scene(20, showing(Emotion.ANGRY, 0.55, besides=Emotion.NEUTRAL))]):
        state, _ = step(state, each, patience)
    learned = state.baseline
    state, mood = step(state, reading(30.0, NEUTRAL), patience)
    assert mood.emotion is None
    assert state.baseline.seen_seconds >= learned.seen_seconds > 0


def test_poor_pictures_are_not_believed() -> None:
    state, patience = SteadyState(), SteadySettings()
    for each in jittered([Scene(2, NEUTRAL)]):
        state, _ = step(state, each, patience)
    for index in range(20):
        state, mood = step(state, reading(2 + index / 30, ANGRY, quality=0.02), patience)
        assert mood.emotion is Emotion.NEUTRAL


def test_stills_are_judged_each_by_itself() -> None:
    pictures = [HAPPY, ANGRY, showing(Emotion.SAD, 0.4), NEUTRAL]
    timeline = moods([reading(float(second), p) for second, p in enumerate(pictures)], STILLS)
    assert [mood.emotion for mood in timeline] == [Emotion.HAPPY, Emotion.ANGRY, None, Emotion.NEUTRAL]


def test_several_people_are_steadied_apart_and_forgotten_in_time() -> None:
    steadier = Steadier(SteadySettings(forget_seconds=10))
    for index in range(60):
        now = index / 30
        found = steadier.update([reading(now, ANGRY, face_id=7), reading(now, HAPPY, face_id=3)], now)
    assert [(mood.face_id, mood.emotion) for mood in found] == [(3, Emotion.HAPPY), (7, Emotion.ANGRY)]
    assert [mood.emotion for mood in steadier.update([], 6.0)] == [None, None]
    assert steadier.update([], 13.0) == ()


@given(st.lists(st.tuples(st.floats(0.0, 3.0), vectors, st.floats(0.0, 1.0)), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_the_mood_is_well_formed(frames: list[tuple[float, tuple[float, ...], float]]) -> None:
    state, now = SteadyState(), 0.0
    for pause, probabilities, quality in frames:
        now += pause
        state, mood = step(state, reading(now, probabilities, quality=quality), SteadySettings())
        assert mood.emotion is None or mood.emotion in EMOTIONS
        assert sum(mood.probabilities) == pytest.approx(1)
        assert 0 <= mood.confidence <= 1
        assert all(0 <= p <= 1 for p in mood.probabilities)
        assert -1 <= mood.affect.valence <= 1
        assert -1 <= mood.affect.arousal <= 1


@given(st.lists(st.tuples(st.floats(0.005, 0.1), vectors), min_size=2, max_size=120))
@settings(max_examples=60, deadline=None)
def test_changes_are_never_closer_than_the_dwell(frames: list[tuple[float, tuple[float, ...]]]) -> None:
    times, now = [], 0.0
    for pause, probabilities in frames:
        now += pause
        times.append(reading(now, probabilities))
    seen = [when for when, emotion in changes(moods(times)) if emotion is not None]
    dwell = SteadySettings().dwell_seconds
    assert all(later - earlier >= dwell * 0.999 for earlier, later in itertools.pairwise(seen))


@given(st.integers(0, 10_000), st.sampled_from(EXPRESSIONS))
@settings(max_examples=30, deadline=None)
def test_the_moment_of_a_change_hardly_depends_on_the_frame_rate(seed: int, emotion: Emotion) -> None:
    scenes = [Scene(2, NEUTRAL), Scene(2, showing(emotion))]
    slow, fast = (changes(moods(jittered(scenes, seed, rate)))[1][0] for rate in (20.0, 60.0))
    assert abs(slow - fast) < 0.25


def test_a_clock_that_stands_still_or_runs_back_is_survived() -> None:
    timeline = moods([reading(t, HAPPY) for t in (0.0, 0.1, 0.1, 0.05, 0.2, 0.3, 0.4, 0.5, 0.6)])
    assert timeline[-1].emotion is Emotion.HAPPY


@pytest.mark.parametrize(
    "wrong", [{"dwell_seconds": -1}, {"leave_probability": 0.9}, {"enter_probability": 1.0}]
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)).split("_")[0]):
        SteadySettings(**wrong)
