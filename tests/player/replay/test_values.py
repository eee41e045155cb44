from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.messages.intents import Pause, Resume, SetVolume
from player.playback.commands import Command, GoOn, MoodSeen, Tick
from player.replay.values import CALLS, read_call, written_call, written_order
from player.sound import Audible, Follow, Play, Prepare, SoundCommand
from recognizer.affect import EMOTIONS, Affect, Emotion, Mood

numbers = st.floats(allow_nan=False, allow_infinity=False)
moods = st.none() | st.builds(
    Mood,
    time_seconds=numbers,
    face_id=st.integers(0, 99),
    emotion=st.none() | st.sampled_from(EMOTIONS),
    confidence=st.floats(0, 1),
    affect=st.builds(Affect, st.floats(-1, 1), st.floats(-1, 1)),
    probabilities=st.lists(st.floats(0, 1), min_size=7, max_size=7).map(tuple),
)
audibles = st.builds(Audible, st.sampled_from([Path("/a b/ü.opus"), Path("x")]), numbers)


commands = moods.map(MoodSeen) | audibles | st.builds(GoOn, st.integers(0, 99), numbers)


@given(commands)
def test_commands_come_back_exactly_as_they_were(command: Command) -> None:
    written = json.loads(json.dumps(written_call(command)))
    assert read_call(written) == command


def test_what_has_no_arguments_is_written_by_its_name_alone() -> None:
    assert written_call(Tick()) == {"name": "tick"}
    assert read_call({"name": "tick"}) == Tick()


def test_events_of_the_sound_are_read_as_earlier_versions_wrote_them() -> None:
    event = {"path": "a.opus", "at_seconds": 1.0}
    assert read_call({"name": "heard", "arguments": {"event": event}}) == Audible(Path("a.opus"), 1.0)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("mood_seen", {"mood": {"emotion": "bored"}}),
        ("set_volume", {"level": "loud"}),
        ("tick", {"colour": 3}),
        ("heard", {"event": {"path": 3}}),
    ],
)
def test_arguments_that_do_not_fit_are_refused(name: str, written: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_call({"name": name, "arguments": written})


def test_all_that_reaches_the_director_and_the_sound_can_be_written() -> None:
    assert set(CALLS.values()) == set(get_args(Command))
    made: list[SoundCommand] = [Prepare(Path("a")), Play(Path("a")), Follow(Path("a")), Pause(), Resume()]
    assert len({written_order(command)["order"] for command in [*made, SetVolume(0.5)]}) == 6


def test_an_emotion_is_written_by_its_name() -> None:
    mood = Mood(0.0, 1, Emotion.SAD, 0.9, Affect(0.0, 0.0), (1 / 7,) * 7)
    assert written_call(MoodSeen(mood))["arguments"]["mood"]["emotion"] == "sad"
