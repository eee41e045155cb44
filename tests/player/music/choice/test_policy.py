from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.choice.policy import BRIGHT, POLICIES, PolicyContext, opening, path, target
from recognizer.affect import Affect, Emotion

coordinates = st.floats(-1, 1)
affects = st.builds(Affect, coordinates, coordinates)
SAD = Affect(-0.6, -0.3)
ANGRY = Affect(-0.5, 0.7)


@given(affects, st.sampled_from(sorted(POLICIES)), affects, st.floats(0, 1))
def test_every_policy_aims_at_a_place_on_the_plane(
    listener: Affect, policy: str, held: Affect, progress: float
) -> None:
    wanted = target(listener, policy, PolicyContext(held=held, progress=progress))

    assert -1 <= wanted.valence <= 1
    assert -1 <= wanted.arousal <= 1


@given(affects)
def test_match_answers_in_kind(listener: Affect) -> None:
    assert target(listener, "match") == listener


@given(affects)
def test_lift_never_aims_lower_than_the_listener(listener: Affect) -> None:
    wanted = target(listener, "lift")

    assert wanted.valence >= listener.valence
    assert wanted.arousal >= listener.arousal


def test_lift_brings_a_sad_listener_to_the_bright_side() -> None:
    assert target(SAD, "lift").valence > 0


@given(affects)
def test_calm_never_stirs(listener: Affect) -> None:
    assert target(listener, "calm").arousal <= listener.arousal


def test_calm_takes_an_angry_listener_to_quiet_and_pleasant_music() -> None:
    wanted = target(ANGRY, "calm")

    assert wanted.arousal < -0.3
    assert wanted.valence > 0


def test_iso_begins_where_the_listener_is_and_ends_at_the_goal() -> None:
    path = [target(SAD, "iso", PolicyContext(progress=step / 4)) for step in range(5)]

    assert path[0] == SAD
    assert path[-1].valence == pytest.approx(BRIGHT.valence)
    assert [place.valence for place in path] == sorted(place.valence for place in path)


@given(affects, st.sampled_from(sorted(POLICIES)), affects, st.floats(0, 1))
def test_a_path_leads_from_the_listener_over_what_is_wanted_now_to_where_it_ends(
    listener: Affect, policy: str, goal: Affect, progress: float
) -> None:
    context = PolicyContext(goal=goal, progress=progress)
    way = path(listener, policy, context)

    assert way[0] == listener
    assert len(way) == 1 or target(listener, policy, context) in way[:2]
    end = target(listener, policy, PolicyContext(goal=goal, progress=1.0))
    assert way[-1].valence == pytest.approx(end.valence)
    assert way[-1].arousal == pytest.approx(end.arousal)


def test_the_path_of_iso_goes_step_by_step_and_shortens_with_time() -> None:
    whole, late = (path(SAD, "iso", PolicyContext(progress=progress)) for progress in (0.0, 0.75))

    assert len(whole) > 5
    assert whole[1].valence - whole[0].valence < 0.2
    assert late[1].valence > whole[1].valence
    assert path(SAD, "match") == (SAD,)
    assert len(path(SAD, "lift")) == 2


def test_hold_keeps_the_last_target_whatever_the_face_does() -> None:
    chosen = Affect(0.3, -0.4)

    assert target(SAD, "hold", PolicyContext(held=chosen)) == chosen
    assert target(ANGRY, "hold", PolicyContext(held=chosen)) == chosen
    assert target(ANGRY, "hold") == ANGRY


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(KeyError):
        target(SAD, "cheer")


def test_the_lead_says_what_was_seen_and_what_is_intended() -> None:
    assert opening(Emotion.HAPPY, "match") == "You look happy"
    assert opening(Emotion.SAD, "lift") == "You look sad, and this should lift you"
    assert opening(None, "match") == "Your face is hard to read just now"


@pytest.mark.parametrize("emotion", Emotion)
def test_every_emotion_has_a_word(emotion: Emotion) -> None:
    assert opening(emotion, "match").startswith("You look ")
