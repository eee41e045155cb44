"""What a number on a command line may be, and how one that it may not be is refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from recognizer.affect import EMOTIONS
from training.commands.shared import a_seed, at_least_one, from_zero, shares_of_emotions
from training.recipe_file import LARGEST_SEED


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (at_least_one, "1", 1),
        (from_zero, "0", 0),
        (a_seed, "0", 0),
        (a_seed, str(LARGEST_SEED), LARGEST_SEED),
    ],
)
def test_what_fits_is_read(kind: Callable[[str], int], text: str, number: int) -> None:
    assert kind(text) == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [(at_least_one, "0"), (a_seed, str(LARGEST_SEED + 1))]
    + [(kind, text) for kind in (at_least_one, from_zero, a_seed) for text in ("-1", "1.5", "many", "")],
)
def test_what_does_not_fit_is_refused_with_an_example(kind: Callable[[str], int], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not a (whole )?number from .*, such as \d"):
        kind(text)


def test_shares_are_of_all_seven_emotions() -> None:
    text = ", ".join(f"{emotion}={i + 1}" for i, emotion in enumerate(EMOTIONS))
    assert shares_of_emotions(text) == {str(emotion): i + 1.0 for i, emotion in enumerate(EMOTIONS)}
    for wrong in ("happy", "happy=much", "happy=1", text.replace("angry=1", "angry=0")):
        with pytest.raises(argparse.ArgumentTypeError, match=r"is not like happy=3|above 0 to each of angry"):
            shares_of_emotions(wrong)
