"""What a number on a command line may be, and how one that it may not be is refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import pytest

from training.data.data_recipe import LARGEST_SEED
from training.option_types import a_seed, at_least_one, from_zero


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
