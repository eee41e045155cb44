"""What a person may type after `python -m player`, and what the player is then asked to do."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.commands import COMMANDS
from player.desktop.requests import (
    FORMS,
    Request,
    RequestRefused,
    intent_of,
    request_from_json,
    request_of,
)
from player.desktop.status import Status
from player.messages.intents import ChoosePolicy, Pause, Rate, Resume, Seek, SetVolume, Skip, VolumeStep
from recognizer.errors import UsageError

PLAYING = Status(track_id=7, title="Paper Boats", position_seconds=60.0, duration_seconds=180.0)


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("play", Resume()),
        ("pause", Pause()),
        ("next", Skip()),
        ("volume 70", SetVolume(0.7)),
        ("volume 100%", SetVolume(1.0)),
        ("volume +5", VolumeStep(0.05)),
        ("volume -5", VolumeStep(-0.05)),
        ("seek 90", Seek(90.0)),
        ("seek 1:30", Seek(90.0)),
        ("seek +10", Seek(70.0)),
        ("seek -10.5", Seek(49.5)),
        ("seek -5:00", Seek(0.0)),
        ("policy calm", ChoosePolicy("calm")),
        ("stars 4", Rate(7, 4)),
        ("stars 0", Rate(7, 0)),
    ],
)
def test_words_become_what_the_player_does(words: str, intent: object) -> None:
    assert intent_of(request_of(words.split()), PLAYING) == intent


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("volume loud", "0 to 100"),
        ("volume 101", "0 to 100"),
        ("volume --5", "0 to 100"),
        ("volume nan", "0 to 100"),
        ("seek soon", "1:30"),
        ("seek 1:2:3", "1:30"),
        ("policy loud", "match | lift"),
        ("stars 6", "1 to 5"),
    ],
)
def test_a_word_that_means_nothing_is_said_with_what_is_allowed(words: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        request_of(words.split())
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("words", ["like", "dislike", "previous", "seek 3", "stars 3"])
def test_before_the_first_track_there_is_nothing_to_like(words: str) -> None:
    with pytest.raises(RequestRefused, match="nothing plays yet"):
        intent_of(request_of(words.split()), Status())


@given(st.text(max_size=12), st.sampled_from(sorted(FORMS)))
def test_whatever_is_typed_is_a_request_or_wrong_usage(word: str, name: str) -> None:
    try:
        request = request_of([name, word])
    except UsageError:
        return
    assert request.name == name
    assert intent_of(request, PLAYING) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["name", "number", "relative", "word", "x"]), json_values))
def test_whatever_another_program_sends_is_a_request_or_refused(values: dict[str, object]) -> None:
    with contextlib.suppress(RequestRefused):
        assert intent_of(request_from_json(values), PLAYING) is not None


def test_every_remote_command_is_understood() -> None:
    names = [name for name, command in COMMANDS.items() if command.module == "player.desktop.remote"]
    words = {"volume": "50", "seek": "10", "policy": "lift", "stars": "3"}
    for name in set(names) - {"status"}:
        request = request_of([name, *([words[name]] if name in FORMS else [])])
        assert isinstance(request, Request)
        assert intent_of(request, PLAYING) is not None
