from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.choice.feedback import Feedback, FeedbackKind, listens, verdicts
from recognizer.affect import Affect

NOW = 1_800_000_000.0
PLAY, SKIP, FINISH = FeedbackKind.PLAY, FeedbackKind.SKIP, FeedbackKind.FINISH
LIKE, DISLIKE, NEUTRAL = FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.NEUTRAL


def acts(*kinds: FeedbackKind, track_id: int = 1, heard_share: float | None = None) -> list[Feedback]:
    return [
        Feedback(track_id, kind, NOW + index, heard_share=heard_share) for index, kind in enumerate(kinds)
    ]


def reward(*kinds: FeedbackKind, heard_share: float | None = None) -> float:
    (listen,) = listens(acts(PLAY, *kinds, heard_share=heard_share))
    assert listen.reward is not None
    return listen.reward


def test_the_last_verdict_stands_and_can_be_taken_back() -> None:
    assert verdicts(acts(DISLIKE, LIKE))[1].kind is LIKE
    assert verdicts(acts(LIKE, NEUTRAL)) == {}


def test_each_playing_is_told_apart_with_the_context_in_which_it_began() -> None:
    sad, bright = Affect(-0.6, -0.2), Affect(0.7, 0.3)
    history = [
        Feedback(1, PLAY, NOW, affect=sad, wanted=bright, hour=9),
        Feedback(1, SKIP, NOW + 5, affect=bright),
        Feedback(2, PLAY, NOW + 6),
        Feedback(2, FINISH, NOW + 100),
        Feedback(1, PLAY, NOW + 101),
    ]

    first, second, third = listens(history)
    assert (first.track_id, second.track_id, third.track_id) == (1, 2, 1)
    assert (first.listener, first.wanted, first.hour) == (sad, bright, 9)
    assert first.first
    assert second.first
    assert not third.first


def test_a_track_that_only_began_says_nothing() -> None:
    assert listens(acts(PLAY))[0].reward is None


def test_finishing_speaks_for_a_track_liking_more_so_and_skipping_against_it() -> None:
    assert 0 < reward(FINISH) < reward(LIKE) <= reward(FeedbackKind.REPLAY)
    assert reward(SKIP) < 0
    assert reward(DISLIKE) == -1


def test_a_late_skip_reproaches_less_than_an_early_one() -> None:
    assert reward(SKIP, heard_share=0.02) < reward(SKIP, heard_share=0.95) < 0


def test_turning_it_up_or_down_tips_the_scales() -> None:
    assert reward(FINISH, FeedbackKind.QUIETER) < reward(FINISH) < reward(FINISH, FeedbackKind.LOUDER)


def test_a_verdict_that_was_taken_back_counts_no_more() -> None:
    assert listens(acts(PLAY, LIKE, NEUTRAL))[0].reward is None
    assert reward(DISLIKE, LIKE) == reward(LIKE)
    assert listens(acts(PLAY, LIKE))[0].said
    assert not listens(acts(PLAY, LIKE, NEUTRAL))[0].said


def test_a_like_of_a_track_that_never_played_counts_too() -> None:
    (listen,) = listens(acts(LIKE))
    assert listen.reward == reward(LIKE)


@given(
    st.lists(
        st.builds(
            Feedback,
            st.integers(1, 4),
            st.sampled_from(FeedbackKind),
            st.floats(0, 2 * NOW),
            heard_share=st.none() | st.floats(0, 1),
        ),
        max_size=25,
    )
)
def test_any_history_gives_a_playing_for_each_start_with_a_reward_in_range(history: list[Feedback]) -> None:
    found = listens(history)

    assert {listen.track_id for listen in found} == {act.track_id for act in history}
    assert sum(act.kind is PLAY for act in history) <= len(found) <= len(history)
    assert all(listen.reward is None or -1 <= listen.reward <= 1 for listen in found)
    assert sum(listen.first for listen in found) == len({act.track_id for act in history})


@pytest.mark.parametrize("kind", FeedbackKind)
def test_every_act_survives_being_written_down(kind: FeedbackKind) -> None:
    assert FeedbackKind(kind.value) is kind
