from __future__ import annotations

import pytest

from player.config import MusicSettings
from player.music.choice.policy import POLICIES
from player.playback.policy_state import Course
from recognizer.affect import Affect, Emotion
from recognizer.circumplex import COORDINATES
from tests.player.rig import mood

SAD = COORDINATES[Emotion.SAD]


def test_a_wish_names_the_aim_the_listener_and_how_the_reason_begins() -> None:
    course = Course(MusicSettings(policy="lift"))
    wish = course.wish(mood(Emotion.SAD), 0.0)

    assert wish.listener == SAD
    assert wish.aim.valence > SAD.valence
    assert wish.lead == "You look sad, and this should lift you"


def test_with_nobody_in_view_the_wish_is_for_the_middle_and_says_nothing_of_a_face() -> None:
    wish = Course(MusicSettings()).wish(None, 0.0)

    assert (wish.aim, wish.lead, wish.listener) == (Affect(0.0, 0.0), "", None)


def test_a_face_that_is_hard_to_read_is_taken_where_its_readings_point() -> None:
    assert Course(MusicSettings()).wish(mood(None), 0.0).aim == mood(None).affect


def test_iso_takes_its_time_from_when_it_was_chosen_and_stays_at_the_goal() -> None:
    course = Course(MusicSettings(iso_minutes=10, goal_valence=0.5, goal_arousal=-0.5))
    assert course.follow("iso", 1000.0)
    aims = [course.wish(mood(Emotion.SAD), 1000.0 + 60 * minute).aim for minute in (0, 5, 10, 30)]

    assert aims[0] == SAD
    assert SAD.valence < aims[1].valence < 0.5
    assert aims[2].valence == pytest.approx(0.5)
    assert aims[3] == aims[2]
    assert course.path(mood(Emotion.SAD), 1000.0)[0] == SAD


def test_another_goal_begins_a_journey_of_its_own_and_none_is_the_usual_one() -> None:
    course = Course(MusicSettings(policy="iso", iso_minutes=10))
    usual = course.goal
    course.wish(mood(Emotion.SAD), 0.0)
    course.lead_to(Affect(-0.2, -0.9), 600.0)

    assert course.wish(mood(Emotion.SAD), 600.0).aim == SAD
    assert course.wish(mood(Emotion.SAD), 1200.0).aim.arousal == pytest.approx(-0.9)
    course.lead_to(None, 1200.0)
    assert course.goal == usual


@pytest.mark.parametrize("name", [*POLICIES, "cheer"])
def test_only_another_policy_that_there_is_can_be_followed(name: str) -> None:
    course = Course(MusicSettings(policy="calm"))

    assert course.follow(name, 0.0) == (name in POLICIES and name != "calm")
    assert course.policy == (name if name in POLICIES else "calm")
