"""Regions of the plane: the words for a mood that no single emotion fits, and how long it takes to be one."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Affect, Emotion, Mood, Region
from recognizer.circumplex import COORDINATES, affect_of
from recognizer.regions import BORDER, HOLD, Agreement, agree, apart, region_of
from recognizer.steady import SteadySettings, SteadyState, step
from tests.recognizer.timelines import Scene, jittered, moods, reading, showing

DISTRESS = (0.10, 0.02, 0.34, 0.02, 0.34, 0.04, 0.14)
"""Sad for one viewer, afraid for another."""
NEUTRAL, HAPPY = showing(Emotion.NEUTRAL), showing(Emotion.HAPPY)
places = st.builds(Affect, st.floats(-1, 1), st.floats(-1, 1))


def regions(timeline: list[Mood]) -> list[Region | None]:
    """The regions one after the other."""
    return [region for region, _ in itertools.groupby(mood.region for mood in timeline)]


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (Affect(0.5, 0.4), Region.CHEERFUL),
        (Affect(0.5, 0.0), Region.CHEERFUL),
        (Affect(0.5, -0.5), Region.CALM),
        (Affect(0.0, 0.0), Region.CALM),
        (Affect(0.0, -0.6), Region.CALM),
        (Affect(0.0, 0.5), Region.ALERT),
        (Affect(-0.5, 0.4), Region.TROUBLED),
        (Affect(-0.5, 0.0), Region.TROUBLED),
        (Affect(-0.5, -0.3), Region.LOW),
    ],
)
def test_each_part_of_the_plane_has_its_word(place: Affect, region: Region) -> None:
    assert region_of(place) is region


def test_the_emotions_lie_where_their_words_say() -> None:
    found = {emotion: region_of(place) for emotion, place in COORDINATES.items()}
    assert found == {
        Emotion.ANGRY: Region.TROUBLED,
        Emotion.DISGUST: Region.TROUBLED,
        Emotion.FEAR: Region.TROUBLED,
        Emotion.HAPPY: Region.CHEERFUL,
        Emotion.SAD: Region.LOW,
        Emotion.SURPRISE: Region.CHEERFUL,
        Emotion.NEUTRAL: Region.CALM,
    }


@given(places, st.sampled_from(Region))
def test_a_region_that_stands_is_kept_a_little_beyond_its_border_and_no_further(
    place: Affect, stands: Region
) -> None:
    kept = region_of(place, stands)
    assert kept in (stands, region_of(place))
    corners = [Affect(place.valence + x, place.arousal + y) for x in (-HOLD, HOLD) for y in (-HOLD, HOLD)]
    if all(region_of(corner) is stands for corner in corners):
        assert kept is stands
    assert region_of(Affect(BORDER - HOLD / 2, 0.3), Region.CHEERFUL) is Region.CHEERFUL
    assert region_of(Affect(BORDER - 2 * HOLD, 0.3), Region.CHEERFUL) is Region.ALERT


@given(st.lists(st.tuples(places, st.floats(0, 0.2)), max_size=60), st.floats(0.01, 1), st.floats(0.1, 5))
def test_agreement_is_counted_within_its_limits_and_its_mean_lies_on_the_plane(
    steps: list[tuple[Affect, float]], distance: float, most: float
) -> None:
    agreement = Agreement()
    for place, seconds in steps:
        agreement = agree(agreement, place, seconds, distance, most)
        assert 0 <= agreement.seconds <= most
        assert agreement.place is not None
        assert max(abs(agreement.place.valence), abs(agreement.place.arousal)) <= 1 + 1e-9


def test_mixed_distress_is_troubled_and_not_hard_to_read() -> None:
    timeline = moods(jittered([Scene(3, NEUTRAL), Scene(5, DISTRESS)]))
    assert regions(timeline) == [None, Region.TROUBLED]
    last = timeline[-1]
    assert (last.emotion, last.word, last.readable, last.sure) == (None, Region.TROUBLED, True, None)
    assert apart(last.affect, affect_of(DISTRESS)) < 0.1
    begun = next(mood.time_seconds for mood in timeline if mood.region)
    assert 2 < begun - 3 < 4


@pytest.mark.parametrize("frames_per_second", [6.0, 15.0, 60.0])
def test_a_region_comes_at_any_rate_and_goes_with_the_next_emotion(frames_per_second: float) -> None:
    scenes = [Scene(5, DISTRESS), Scene(2, HAPPY)]
    timeline = moods(jittered(scenes, frames_per_second=frames_per_second))
    assert regions(timeline) == [None, Region.TROUBLED, None]
    assert timeline[-1].emotion is Emotion.HAPPY


def test_a_stray_picture_does_not_end_a_region() -> None:
    scenes = [Scene(4, DISTRESS)]
    for _ in range(8):
        scenes += [Scene(0.04, HAPPY), Scene(0.6, DISTRESS)]
    assert regions(moods(jittered(scenes))) == [None, Region.TROUBLED]


def test_a_face_that_never_stays_in_one_place_has_no_region() -> None:
    vague = [showing(emotion, 0.4) for emotion in (Emotion.HAPPY, Emotion.SAD)]
    timeline = moods(jittered([Scene(0.5, vague[index % 2]) for index in range(40)]))
    assert regions(timeline) == [None]
    assert timeline[-1].word is None


def test_regions_can_be_switched_off() -> None:
    timeline = moods(jittered([Scene(8, DISTRESS)]), SteadySettings(agree_seconds=0))
    assert {mood.word for mood in timeline} == {None}


def test_only_poor_pictures_are_hard_to_read() -> None:
    state, patience, seen = SteadyState(), SteadySettings(), []
    for index in range(120):
        poor = reading(index / 30, DISTRESS, quality=0.02)
        state, mood = step(state, poor, patience)
        seen.append(mood)
    assert {(mood.word, mood.readable) for mood in seen} == {(None, False)}


@given(st.lists(st.floats(0.01, 1), min_size=7, max_size=7), st.sampled_from((None, *EMOTIONS)))
def test_sure_is_the_probability_of_the_word_that_stands_or_nothing(
    weights: list[float], emotion: Emotion | None
) -> None:
    shares = tuple(weight / math.fsum(weights) for weight in weights)
    mood = Mood(0.0, 1, emotion, 0.5, affect_of(shares), shares)
    if mood.sure is not None:
        assert emotion is not None
        assert mood.sure == shares[EMOTIONS.index(emotion)] == max(shares)
    elif emotion is not None:
        assert shares[EMOTIONS.index(emotion)] < max(shares)


def test_nothing_is_called_sure_while_a_smile_goes() -> None:
    timeline = moods(jittered([Scene(2, HAPPY), Scene(1, NEUTRAL)]))
    assert min(mood.sure for mood in timeline if mood.emotion and mood.sure is not None) > 0.4
    assert any(mood.emotion and mood.sure is None for mood in timeline)
