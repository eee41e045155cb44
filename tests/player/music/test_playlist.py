from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from player.music.playlist import Choice, choose, upcoming
from player.music.taste import Feedback, FeedbackKind, Played
from player.music.track import Track
from recognizer.affect import Affect
from tests.player.music.tracks import track

NOW = 1_800_000_000.0
HAPPY = Affect(0.8, 0.5)
SAD = Affect(-0.7, -0.4)
BRIGHT, DARK, CALM, MIDDLE = (
    track(1, 0.8, 0.6),
    track(2, -0.8, -0.5),
    track(3, 0.5, -0.9),
    track(4, 0.05, 0.0),
)
LIBRARY = [BRIGHT, DARK, CALM, MIDDLE]


def pick(
    tracks: list[Track],
    target: Affect,
    history: list[Played] | None = None,
    feedback: list[Feedback] | None = None,
) -> Choice:
    choice = choose(tracks, target, history or [], feedback or [], NOW)
    assert choice is not None
    return choice


def test_a_happy_listener_hears_the_bright_track_and_a_sad_one_the_dark() -> None:
    assert pick(LIBRARY, HAPPY).track is BRIGHT
    assert pick(LIBRARY, SAD).track is DARK


def test_the_reason_reads_as_a_sentence_for_the_listener() -> None:
    choice = choose(
        LIBRARY, HAPPY, [Played(1, NOW - 3000), Played(2, NOW - 5)], [], NOW, lead="You look happy"
    )

    assert choice is not None
    assert choice.why == (
        "You look happy; this is among the brightest, most lively tracks in your library;"
        " not played in the last 20 minutes."
    )


def test_reasons_name_the_calmest_the_middling_and_the_unknown() -> None:
    assert "among the brightest, calmest tracks" in pick([CALM], HAPPY).reasons[0]
    assert "this is in the middle" in pick([MIDDLE], HAPPY).reasons[0]
    assert "this is rather bright" in pick([track(5, 0.3, 0.0)], HAPPY).reasons[0]
    assert "how this track feels is not known yet" in pick([track(6, known=False)], HAPPY).reasons[0]


def test_reasons_tell_the_truth_about_what_played_lately() -> None:
    assert "not played before" in pick([BRIGHT], HAPPY).reasons
    assert (
        "played 5 min ago, but nothing fits better" in pick([BRIGHT], HAPPY, [Played(1, NOW - 320)]).reasons
    )
    assert (
        "it has just played, but nothing fits better" in pick([BRIGHT], HAPPY, [Played(1, NOW - 2)]).reasons
    )


def test_the_track_that_just_played_is_not_taken_again_while_there_is_another() -> None:
    assert pick([BRIGHT, DARK], HAPPY, [Played(1, NOW)]).track is DARK
    assert pick([BRIGHT], HAPPY, [Played(1, NOW)]).track is BRIGHT


def test_a_fitting_track_comes_back_after_a_while_before_the_opposite_mood_is_played() -> None:
    also_bright = track(7, 0.9, 0.5)
    history = [Played(1, NOW - 900), Played(7, NOW - 60)]

    assert pick([BRIGHT, also_bright, DARK], HAPPY, history).track is BRIGHT


def test_a_library_that_is_not_analysed_yet_plays_through_without_repeating() -> None:
    library = [track(number, known=False) for number in range(1, 9)]
    history: list[Played] = []
    for step in range(8):
        choice = choose(library, HAPPY, history, [], NOW + 30 * step)
        assert choice is not None
        history.append(Played(choice.track.id, NOW + 30 * step))

    assert {played.track_id for played in history} == set(range(1, 9))


def test_a_disliked_track_plays_only_when_nothing_else_is_left() -> None:
    dislike = [Feedback(1, FeedbackKind.DISLIKE, NOW - 5000)]

    assert pick([BRIGHT, DARK], HAPPY, feedback=dislike).track is DARK
    assert "you dislike it, but there is nothing else left" in pick([BRIGHT], HAPPY, feedback=dislike).reasons


def test_between_equals_the_liked_one_wins_and_the_skipped_one_loses() -> None:
    twins = [track(1, 0.5, 0.5), track(2, 0.5, 0.5)]

    liked = pick(twins, HAPPY, feedback=[Feedback(2, FeedbackKind.LIKE, NOW - 5000)])
    skipped = pick(twins, HAPPY, feedback=[Feedback(1, FeedbackKind.SKIP, NOW - 5000)])
    assert liked.track.id == 2
    assert "you like it" in liked.reasons
    assert skipped.track.id == 2


def test_no_tracks_give_no_choice() -> None:
    assert choose([], HAPPY, [], [], NOW) is None


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=15), st.integers(0, 99))
def test_the_choice_does_not_depend_on_the_order_in_which_tracks_are_listed(
    moods: list[tuple[float, float]], seed: int
) -> None:
    library = [track(number, *mood) for number, mood in enumerate(moods)]
    shuffled = random.Random(seed).sample(library, len(library))

    assert pick(library, HAPPY) == pick(shuffled, HAPPY)


@given(st.integers(1, 6))
def test_the_queue_begins_with_the_choice_and_names_each_track_once(count: int) -> None:
    queue = upcoming(LIBRARY, HAPPY, [], [], NOW, count=count)

    assert queue[0] == pick(LIBRARY, HAPPY)
    assert len({choice.track.id for choice in queue}) == len(queue) == min(count, len(LIBRARY))
    assert [choice.cost for choice in queue] == sorted(choice.cost for choice in queue)
