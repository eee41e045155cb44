from __future__ import annotations

import pytest

from player.config import MusicSettings
from player.music.choice.policy import POLICIES
from player.playback.policy_state import PolicyState
from recognizer.affect import Affect, Emotion
from recognizer.circumplex import COORDINATES
from tests.player.rig import mood

SAD = COORDINATES[Emotion.SAD]


def test_a_wish_names_the_aim_the_listener_and_how_the_reason_begins() -> None:
    policy_state = PolicyState(MusicSettings(policy="lift"))
    target = policy_state.target(mood(Emotion.SAD), 0.0)

    assert target.listener == SAD
    assert target.aim.valence > SAD.valence
    assert target.opening == "You look sad, and this should lift you"


def test_with_nobody_in_view_the_wish_is_for_the_middle_and_says_nothing_of_a_face() -> None:
    target = PolicyState(MusicSettings()).target(None, 0.0)

    assert (target.aim, target.opening, target.listener) == (Affect(0.0, 0.0), "", None)


def test_a_face_that_is_hard_to_read_is_taken_where_its_readings_point() -> None:
    assert PolicyState(MusicSettings()).target(mood(None), 0.0).aim == mood(None).affect


def test_iso_takes_its_time_from_when_it_was_chosen_and_stays_at_the_goal() -> None:
    policy_state = PolicyState(MusicSettings(iso_minutes=10, goal_valence=0.5, goal_arousal=-0.5))
    assert policy_state.follow("iso", 1000.0)
    aims = [policy_state.target(mood(Emotion.SAD), 1000.0 + 60 * minute).aim for minute in (0, 5, 10, 30)]

    assert aims[0] == SAD
    assert SAD.valence < aims[1].valence < 0.5
    assert aims[2].valence == pytest.approx(0.5)
    assert aims[3] == aims[2]
    assert policy_state.path(mood(Emotion.SAD), 1000.0)[0] == SAD


def test_another_goal_begins_a_journey_of_its_own_and_none_is_the_usual_one() -> None:
    policy_state = PolicyState(MusicSettings(policy="iso", iso_minutes=10))
    usual = policy_state.goal
    policy_state.target(mood(Emotion.SAD), 0.0)
    policy_state.lead_to(Affect(-0.2, -0.9), 600.0)

    assert policy_state.target(mood(Emotion.SAD), 600.0).aim == SAD
    assert policy_state.target(mood(Emotion.SAD), 1200.0).aim.arousal == pytest.approx(-0.9)
    policy_state.lead_to(None, 1200.0)
    assert policy_state.goal == usual


@pytest.mark.parametrize("name", [*POLICIES, "cheer"])
def test_only_another_policy_that_there_is_can_be_followed(name: str) -> None:
    policy_state = PolicyState(MusicSettings(policy="calm"))

    assert policy_state.follow(name, 0.0) == (name in POLICIES and name != "calm")
    assert policy_state.policy == (name if name in POLICIES else "calm")
