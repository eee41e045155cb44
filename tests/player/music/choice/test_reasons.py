from __future__ import annotations

import pytest

from player.music.choice.feedback import FeedbackKind, Listen
from player.music.choice.reasons import MOST_PHRASES, DayPart, Habits, ReasonInputs, reasons
from player.music.choice.response import Effect
from tests.player.music.tracks import track


def test_reasons_name_the_calmest_the_middling_the_unknown_and_the_listeners_own_word() -> None:
    assert "among the brightest, calmest tracks" in reasons(track(1, 0.6, -0.9), ReasonInputs())[0]
    assert "this is in the middle" in reasons(track(1, 0.05, 0.0), ReasonInputs())[0]
    assert "this is rather bright" in reasons(track(1, 0.3, 0.0), ReasonInputs())[0]
    assert "how this track feels is not known yet" in reasons(track(1, known=False), ReasonInputs())[0]
    said = reasons(track(1, 0.9, 0.0, corrected=True), ReasonInputs())[0]
    assert said == "you said that this is rather bright"


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (7, DayPart.MORNING),
        (12, DayPart.AFTERNOON),
        (17, DayPart.EVENING),
        (22, DayPart.EVENING),
        (23, DayPart.NIGHT),
        (3, DayPart.NIGHT),
    ],
)
def test_the_day_has_four_parts(hour: int, part: DayPart) -> None:
    assert DayPart.of_hour(hour) is part


def listened(reward: float | None, hour: int | None, times: int) -> list[Listen]:
    return [Listen(1, float(number), hour=hour, reward=reward) for number in range(times)]


def test_a_habit_needs_a_few_evenings_and_a_clear_majority() -> None:
    evening, morning = DayPart.EVENING, DayPart.MORNING
    few = Habits.of(listened(0.4, 20, 2))
    mixed = Habits.of(listened(0.4, 20, 3) + listened(-1.0, 20, 3))
    clear = Habits.of(listened(0.4, 20, 4) + listened(-1.0, 8, 4) + listened(None, 8, 9))

    assert few.usual(1, evening) is None
    assert mixed.usual(1, evening) is None
    assert clear.usual(1, evening) is True
    assert clear.usual(1, morning) is False
    assert clear.usual(1, None) is None
    assert clear.usual(2, evening) is None


def test_what_the_listener_said_and_did_is_told() -> None:
    kept = ReasonInputs(usual=True, usual_now=True, part=DayPart.EVENING)
    assert "you usually keep it in the evening" in reasons(track(1), kept)
    assert "you usually keep it" in reasons(track(1), ReasonInputs(usual=True))
    assert "you often skip it, but it fits well" in reasons(track(1), ReasonInputs(usual=False))
    assert "you gave it 5 stars" in reasons(track(1, rating=5), ReasonInputs())
    assert not any("stars" in phrase for phrase in reasons(track(1, rating=3), ReasonInputs()))
    assert "you like it" in reasons(track(1), ReasonInputs(verdict=FeedbackKind.LIKE))


def test_an_effect_is_told_once_it_was_seen_often_enough() -> None:
    assert "it tends to brighten and calm you" in reasons(track(1), ReasonInputs(effect=Effect(0.2, -0.1, 5)))
    assert not any(
        "tends" in phrase for phrase in reasons(track(1), ReasonInputs(effect=Effect(0.2, -0.1, 1)))
    )
    assert not any(
        "tends" in phrase for phrase in reasons(track(1), ReasonInputs(effect=Effect(0.01, 0.0, 9)))
    )


def test_one_line_is_enough() -> None:
    everything = ReasonInputs(
        1.0, FeedbackKind.LIKE, True, True, DayPart.NIGHT, Effect(0.3, 0.3, 9), trying=True
    )
    assert len(reasons(track(1, 0.9, 0.9), everything)) <= MOST_PHRASES
