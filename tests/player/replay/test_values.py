from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.playback.director import Director
from player.replay.values import NOW, Signature, public_methods
from player.sound import Audible
from recognizer.affect import EMOTIONS, Affect, Emotion, Mood


class Ear:
    """Takes all kinds of arguments."""

    def hear(self, mood: Mood | None, event: Audible, now: float, level: float = 0.5) -> None: ...

    def whisper(self, words: str) -> None: ...

    def _think(self) -> None: ...

    @property
    def size_px(self) -> int:
        return 7


SIGNATURE = Signature(Ear().hear)
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


@given(moods, audibles, numbers, st.floats(0, 1))
def test_arguments_come_back_exactly_as_they_were(
    mood: Mood | None, event: Audible, now: float, level: float
) -> None:
    named = SIGNATURE.named((mood, event, now), {"level": level})
    written = json.loads(json.dumps(SIGNATURE.written(named)))
    assert NOW not in written
    assert SIGNATURE.read(written, now) == {"mood": mood, "event": event, "now": now, "level": level}


def test_what_was_not_said_keeps_its_default() -> None:
    event = Audible(Path("a.opus"), 1.0)
    named = SIGNATURE.named((None, event, 2.0), {})
    assert SIGNATURE.read(SIGNATURE.written(named), 2.0) == {"mood": None, "event": event, "now": 2.0}
    assert Signature(Ear().whisper).read({"words": "hush"}, 2.0) == {"words": "hush"}


@pytest.mark.parametrize(
    "written", [{"mood": {"emotion": "bored"}}, {"level": "loud"}, {"colour": 3}, {"event": {"path": 3}}]
)
def test_arguments_that_do_not_fit_are_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        SIGNATURE.read(written, 1.0)


def test_only_what_others_may_call_is_found() -> None:
    assert sorted(public_methods(Ear())) == ["hear", "whisper"]


def test_all_that_reaches_the_director_can_be_written() -> None:
    methods = {name: method for name, method in vars(Director).items() if callable(method) and name[0] != "_"}
    assert {"tick", "mood_seen", "heard", "skip", "queue"} <= methods.keys()
    for method in methods.values():
        bound = method.__get__(object.__new__(Director))
        assert Signature(bound).timed is (NOW in bound.__annotations__)


def test_an_emotion_is_written_by_its_name() -> None:
    mood = Mood(0.0, 1, Emotion.SAD, 0.9, Affect(0.0, 0.0), (1 / 7,) * 7)
    named = SIGNATURE.named((mood, Audible(Path("a"), 0.0), 0.0), {})
    assert SIGNATURE.written(named)["mood"]["emotion"] == "sad"
