"""Numbers in words."""

from __future__ import annotations

import pytest

from recognizer.words import clock, counted


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (42.9, "0:42"), (725, "12:05"), (3599.9, "59:59"), (3800, "1:03:20"), (-1, "0:00")],
)
def test_only_whole_seconds_that_have_passed_are_counted(seconds: float, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0 films"), (1, "1 film"), (2, "2 films")])
def test_one_thing_is_no_plural(number: int, words: str) -> None:
    assert counted(number, "film") == words
