from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from player.music.taste import HALF_LIFE_SECONDS, Feedback, FeedbackKind, tastes

NOW = 1_800_000_000.0


def acts(*kinds: FeedbackKind, age_seconds: float = 100.0) -> list[Feedback]:
    return [Feedback(1, kind, NOW - age_seconds + index) for index, kind in enumerate(kinds)]


def test_the_last_verdict_counts() -> None:
    assert tastes(acts(FeedbackKind.DISLIKE, FeedbackKind.LIKE), NOW)[1].verdict is FeedbackKind.LIKE
    assert tastes(acts(FeedbackKind.LIKE, FeedbackKind.NEUTRAL), NOW)[1].verdict is None


def test_a_like_lasts_while_a_skip_fades() -> None:
    fresh, old = (
        tastes(acts(FeedbackKind.SKIP, age_seconds=age), NOW)[1].score for age in (10, 3 * HALF_LIFE_SECONDS)
    )
    liked_long_ago = tastes(acts(FeedbackKind.LIKE, age_seconds=50 * HALF_LIFE_SECONDS), NOW)[1]

    assert fresh < old < 0
    assert liked_long_ago.score == 1.0


def test_repeated_skips_weigh_more_than_one() -> None:
    once, thrice = (tastes(acts(*[FeedbackKind.SKIP] * times), NOW)[1].score for times in (1, 3))

    assert thrice < once


def test_hearing_a_track_to_the_end_speaks_for_it_and_merely_starting_it_for_nothing() -> None:
    assert tastes(acts(FeedbackKind.FINISH), NOW)[1].score > 0
    assert tastes(acts(FeedbackKind.PLAY), NOW)[1].score == 0


@given(
    st.lists(
        st.builds(Feedback, st.integers(1, 4), st.sampled_from(FeedbackKind), st.floats(0, 2 * NOW)),
        max_size=20,
    )
)
def test_scores_stay_in_range_for_any_history(history: list[Feedback]) -> None:
    found = tastes(history, NOW)

    assert set(found) == {act.track_id for act in history}
    assert all(-1 <= taste.score <= 1 for taste in found.values())
