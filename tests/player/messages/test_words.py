"""What the window, the terminal and `status` say of a mood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.desktop.status import in_words, status_of
from player.messages.view_state import CameraLight, MoodView
from player.messages.words import mood_word, mood_words, sure_words
from player.playback.playback_state import Playback
from player.terminal.terminal import changed_line
from player.terminal.text_screen import status_line
from recognizer.affect import Affect, Emotion, Mood, Region
from tests.player.samples import full_view

EVEN = (1 / 7,) * 7
PLACE = Affect(-0.5, 0.2)
HAPPY = MoodView(Emotion.HAPPY, 0.83, PLACE, EVEN)
FADING = MoodView(Emotion.HAPPY, None, PLACE, EVEN)
TROUBLED = MoodView(None, None, PLACE, EVEN, Region.TROUBLED)
UNSURE = MoodView(None, None, PLACE, EVEN)
POOR = MoodView(None, None, PLACE, EVEN, readable=False)
SILENT = Playback(
    choice=None, position_seconds=0.0, paused=False, liked=False, volume=0.5, queue=(), policy="match",
    goal=PLACE, aim=None, path=(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("mood", "word", "sure"),
    [
        (HAPPY, "Happy", "83% sure"),
        (FADING, "Happy", ""),
        (TROUBLED, "Troubled", ""),
        (UNSURE, "Not sure", ""),
        (POOR, "Hard to read", ""),
    ],
)
def test_a_mood_is_one_word_and_sure_only_while_it_stands(mood: MoodView, word: str, sure: str) -> None:
    view = replace(full_view(), mood=mood)
    assert (mood_word(mood), sure_words(mood)) == (word, sure)
    assert mood_words(view) == f"{word} {sure.removesuffix(' sure')}".strip()
    assert status_line(view, 80).startswith(mood_words(view))
    assert changed_line(view).startswith(f"{word.lower()}: ")
    seen = Mood(0.0, 1, mood.emotion, mood.confidence or 0.0, PLACE, EVEN, mood.region, mood.readable)
    assert f"mood: {word.lower()}" in in_words(status_of(SILENT, seen, CameraLight.ON))


def test_nobody_in_view_has_no_word() -> None:
    assert mood_words(replace(full_view(), mood=None)) == "No face"
    assert sure_words(None) == ""
