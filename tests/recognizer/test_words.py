"""Numbers in words, and words in sentences."""

from __future__ import annotations

import pytest

from recognizer.words import capitalised, clock, counted


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (42.9, "0:42"), (725, "12:05"), (3599.9, "59:59"), (3800, "1:03:20"), (-1, "0:00")],
)
def test_only_whole_seconds_that_have_passed_are_counted(seconds: float, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0 films"), (1, "1 film"), (2, "2 films")])
def test_one_thing_is_no_plural(number: int, words: str) -> None:
    assert counted(number, "film") == words


@pytest.mark.parametrize(
    ("text", "words"), [("all FER2013", "All FER2013"), ("50 faces", "50 faces"), ("", ""), ("A", "A")]
)
def test_only_the_first_letter_of_a_sentence_changes(text: str, words: str) -> None:
    assert capitalised(text) == words
