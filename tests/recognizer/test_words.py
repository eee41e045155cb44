"""Numbers in words, and words in sentences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.words import capitalised, clock, counted, printable


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bell\x07 \x1b[31mred\x1b[0m", "Bell   [31mred [0m"),
        ("\x1b]52;c;cm0gLXJmIC8=\x07", " ]52;c;cm0gLXJmIC8= "),
        ("a\0b\tc\nd\x9be\u2028f", "a b c d e f"),
        ("\u202egnp.exe", "gnp.exe"),
        ("caf\udce9.mp3", "caf\ufffd.mp3"),
        ("👨\u200d👩 नक्\u200dष Ærøskøbing 日本", "👨\u200d👩 नक्\u200dष Ærøskøbing 日本"),
    ],
)
def test_nothing_in_a_printed_text_commands_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_any_printed_text_is_one_line_without_controls(text: str) -> None:
    shown = printable(text)
    assert not any(unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Cs") for letter in shown)
    assert printable(shown) == shown
