"""`probe CARD --faces PATH`: find out what in a card is wrong, by trying the usual other readings of the model."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from recognizer.classify import find_card
from recognizer.invocation import as_typed
from training.commands.shared import at_least_one, load_shown, recipe_for_card, say_skipped
from training.exporting.probe import describe, probe


def main(argv: Sequence[str]) -> int:
    """Try a card's model in several ways; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training probe"), description="Find out what in a card is wrong."
    )
    parser.add_argument(
        "card", type=Path, help=as_typed("the model's card, perhaps one from python -m recognizer.draft")
    )
    parser.add_argument(
        "--faces", type=Path, required=True, help="some labelled faces, cut out as for training"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="how to read them: data.crop=aligned"
    )
    parser.add_argument(
        "--count", type=at_least_one, default=700, help="how many faces at most (default: 700)"
    )
    options = parser.parse_args(argv)
    card, _ = find_card(options.card)
    faces = load_shown(recipe_for_card(card.input, options.faces, overrides=options.set), placed=False)
    say_skipped(faces)
    print(describe(probe(options.card, faces, options.count)))
    return 0
