"""Types of options on command lines: numbers that are checked as they are read, each fault in one line."""

from __future__ import annotations

import argparse

from training.data.data_recipe import LARGEST_SEED


def at_least_one(text: str) -> int:
    """A number from 1 on; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on, such as 4")
    return int(text)


def from_zero(text: str) -> int:
    """A number from 0 on; raises ArgumentTypeError for anything else."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 on, such as 4")
    return int(text)


def a_seed(text: str) -> int:
    """A number that every random generator takes; raises ArgumentTypeError for anything else."""
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to {LARGEST_SEED}, such as 7")
    return int(text)
