"""Choices from a library, a mood and a history, as the player makes them."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from player.music.choice.features import Context
from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.listener_model import ListenerModel, upcoming
from player.music.choice.ranking import Choice
from player.music.choice.response import Response
from player.music.choice.track_matrix import TrackMatrix
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


def queue(
    tracks: list[Track],
    target: Affect,
    history: dict[int, float] | None = None,
    feedback: list[Feedback] | None = None,
    *,
    count: int = 1,
    now: float = NOW,
    hour: int | None = None,
    responses: list[Response] | None = None,
    opening: str = "",
) -> tuple[Choice, ...]:
    model = ListenerModel.of(TrackMatrix.of(tracks), feedback or [], responses or [], now)
    context = Context(target, hour=hour)
    since_seconds = {track_id: now - began for track_id, began in (history or {}).items()}
    return upcoming(model, model.expected, context, since_seconds, count=count, opening=opening)


def pick(
    tracks: list[Track],
    target: Affect,
    history: dict[int, float] | None = None,
    feedback: list[Feedback] | None = None,
    now: float = NOW,
    hour: int | None = None,
) -> Choice:
    return queue(tracks, target, history, feedback, now=now, hour=hour)[0]


def heard(track_id: int, *kinds: FeedbackKind, hour: int | None = None, times: int = 1) -> list[Feedback]:
    """This often the track played, and was answered so."""
    return [
        Feedback(track_id, kind, NOW - 5000 + 100 * number, wanted=HAPPY, hour=hour)
        for number in range(times)
        for kind in (FeedbackKind.PLAY, *kinds)
    ]


def test_a_happy_listener_hears_the_bright_track_and_a_sad_one_the_dark() -> None:
    assert pick(LIBRARY, HAPPY).track is BRIGHT
    assert pick(LIBRARY, SAD).track is DARK


def test_the_reason_reads_as_a_sentence_for_the_listener() -> None:
    history = {1: NOW - 3000, 2: NOW - 5}
    (choice,) = queue(LIBRARY, HAPPY, history, opening="You look happy")

    assert choice.why == (
        "You look happy; this is among the brightest, most lively tracks in your library;"
        " last played 50 min ago."
    )


def test_reasons_tell_the_truth_about_what_played_lately() -> None:
    assert "not played before" in pick([BRIGHT], HAPPY).reasons
    assert "last played 5 h ago" in pick([BRIGHT], HAPPY, {1: NOW - 5.5 * 3600}).reasons
    assert "last played 3 days ago" in pick([BRIGHT], HAPPY, {1: NOW - 80 * 3600}).reasons
    assert "played 5 min ago, but nothing fits better" in pick([BRIGHT], HAPPY, {1: NOW - 320}).reasons
    assert "it has just played, but nothing fits better" in pick([BRIGHT], HAPPY, {1: NOW - 2}).reasons


def test_the_track_that_just_played_is_not_taken_again_while_there_is_another() -> None:
    assert pick([BRIGHT, DARK], HAPPY, {1: NOW}).track is DARK
    assert pick([BRIGHT], HAPPY, {1: NOW}).track is BRIGHT
    assert pick([BRIGHT, DARK], HAPPY, {1: NOW - 24 * 3600}).track is BRIGHT


def test_a_fitting_track_comes_back_after_a_while_before_the_opposite_mood_is_played() -> None:
    also_bright = track(7, 0.9, 0.5)
    history = {1: NOW - 900, 7: NOW - 60}

    assert pick([BRIGHT, also_bright, DARK], HAPPY, history).track is BRIGHT


def test_a_library_that_is_not_analysed_yet_plays_through_without_repeating() -> None:
    library = [track(number, known=False) for number in range(1, 9)]
    history: dict[int, float] = {}
    for step in range(8):
        now = NOW + 30 * step
        history[pick(library, HAPPY, history, now=now).track.id] = now

    assert set(history) == set(range(1, 9))


def test_a_disliked_track_plays_only_when_nothing_else_is_left() -> None:
    dislike = [Feedback(1, FeedbackKind.DISLIKE, NOW - 5000)]

    assert pick([BRIGHT, DARK], HAPPY, feedback=dislike).track is DARK
    assert "you dislike it, but there is nothing else left" in pick([BRIGHT], HAPPY, feedback=dislike).reasons


def test_between_equals_the_liked_one_wins_and_the_skipped_one_loses() -> None:
    twins = [track(1, 0.5, 0.5), track(2, 0.5, 0.5), track(3, -1.0, -1.0)]

    liked = pick(twins, HAPPY, feedback=[Feedback(2, FeedbackKind.LIKE, NOW - 5000)])
    skipped = pick(twins, HAPPY, feedback=heard(1, FeedbackKind.SKIP))
    assert liked.track.id == 2
    assert "you like it" in liked.reasons
    assert skipped.track.id == 2


def test_habits_of_the_hour_are_named() -> None:
    evenings = heard(1, FeedbackKind.FINISH, hour=20, times=4)

    assert "you usually keep it in the evening" in pick([BRIGHT], HAPPY, feedback=evenings, hour=21).reasons
    assert "you usually keep it" in pick([BRIGHT], HAPPY, feedback=evenings, hour=7).reasons


def test_what_a_track_does_to_the_listener_decides_between_equals_and_is_named() -> None:
    """Both fit the mood wanted; one of them has brightened this listener before."""
    twins = [track(1, 0.5, 0.5), track(2, 0.5, 0.5), track(3, -1.0, -1.0)]
    low, better = Affect(-0.5, 0.0), Affect(0.1, 0.0)
    responses = [Response(2, NOW, 90.0, low, better) for _ in range(6)]
    responses += [Response(track_id, NOW, 90.0, low, low) for track_id in (1, 3) for _ in range(6)]
    model = ListenerModel.of(TrackMatrix.of(twins), [], responses, NOW)

    context = Context(HAPPY, listener=low)
    (choice,) = upcoming(model, model.expected, context, {}, count=1)
    assert choice.track.id == 2
    assert "it tends to brighten you" in choice.reasons


def test_a_track_that_is_tried_says_so() -> None:
    model = ListenerModel.of(TrackMatrix.of(LIBRARY), [], [], NOW)
    context = Context(HAPPY)
    choices = [
        upcoming(model, model.preference.drawn((seed,), daring=8.0), context, {}, count=1)[0]
        for seed in range(60)
    ]

    told = {
        choice.track.id: "this one is a try, to learn what you like" in choice.reasons for choice in choices
    }
    assert told[BRIGHT.id] is False
    assert any(told.values())


def test_no_tracks_give_no_choice() -> None:
    assert queue([], HAPPY) == ()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=15), st.integers(0, 99))
def test_the_choice_does_not_depend_on_the_order_in_which_tracks_are_listed(
    moods: list[tuple[float, float]], seed: int
) -> None:
    library = [track(number, *mood) for number, mood in enumerate(moods)]
    shuffled = random.Random(seed).sample(library, len(library))

    assert pick(library, HAPPY) == pick(shuffled, HAPPY)


@given(st.integers(1, 6))
def test_the_queue_begins_with_the_choice_and_names_each_track_once(count: int) -> None:
    found = queue(LIBRARY, HAPPY, count=count)

    assert found[0] == pick(LIBRARY, HAPPY)
    assert len({choice.track.id for choice in found}) == len(found) == min(count, len(LIBRARY))
    assert [choice.cost for choice in found] == sorted(choice.cost for choice in found)
