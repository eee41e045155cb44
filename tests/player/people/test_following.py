"""Who leads: the one in front, everybody, or somebody by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.people.following import RIVAL_FACTOR, average_reading, leading_face, named_face
from recognizer.affect import Emotion, Mood
from recognizer.circumplex import affect_of
from tests.player.people.faces import seen
from tests.recognizer.timelines import Vector, showing

sides = st.lists(st.floats(1, 500), max_size=6)


def mood(face_id: int, probabilities: Vector) -> Mood:
    return Mood(0.0, face_id, None, 0.5, affect_of(probabilities), probabilities)


@given(sides=sides, leader=st.none() | st.integers(0, 7))
def test_no_face_is_much_larger_than_the_one_that_leads(sides: list[float], leader: int | None) -> None:
    readings = [seen(0.0, face_id=i, side_px=side) for i, side in enumerate(sides)]
    found = leading_face(leader, readings)
    if found is None:
        assert not readings
    else:
        assert max(each.box.area_px for each in readings) <= RIVAL_FACTOR * found.box.area_px


def test_two_people_side_by_side_do_not_take_turns() -> None:
    one, two, near = seen(0, face_id=1), seen(0, face_id=2, side_px=210), seen(0, face_id=2, side_px=300)
    assert leading_face(1, [one, two]) == one
    assert leading_face(1, [one, near]) == near
    assert leading_face(None, [one, two]) == two


def test_a_named_person_leads_from_the_back_row_and_nobody_in_their_place() -> None:
    front, back = seen(0, face_id=1, side_px=300), seen(0, face_id=2, side_px=80)
    assert named_face("Ada", {2: "Ada"}, [front, back]) == back
    assert named_face("Ada", {1: "Bo"}, [front, back]) is None


def test_everybody_in_view_has_the_same_say_and_the_absent_none() -> None:
    happy, sad = showing(Emotion.HAPPY), showing(Emotion.SAD)
    readings = [seen(0, face_id=1, side_px=300), seen(0, face_id=2, side_px=80)]
    moods = [mood(1, happy), mood(2, sad), mood(3, sad)]
    together = average_reading(readings, moods, -1)
    assert together is not None
    assert together.probabilities == pytest.approx([(a + b) / 2 for a, b in zip(happy, sad, strict=True)])
    assert together.affect == affect_of(together.probabilities)
    assert average_reading([], moods, -1) is None


@given(st.lists(st.sampled_from(list(Emotion)), min_size=1, max_size=5))
def test_the_average_does_not_depend_on_the_order_of_people(emotions: list[Emotion]) -> None:
    moods = [mood(index, showing(emotion)) for index, emotion in enumerate(emotions)]
    readings = [seen(0, face_id=index) for index in range(len(emotions))]
    one, other = average_reading(readings, moods, -1), average_reading(readings[::-1], moods[::-1], -1)
    assert one is not None
    assert other is not None
    assert one.probabilities == pytest.approx(other.probabilities)
    assert sum(one.probabilities) == pytest.approx(1)
