"""Numbers as a reader of the report sees them."""

from __future__ import annotations

import math

from player.reactions.aggregate import EMOTIONAL
from player.reactions.bootstrap import Value

SHARES = frozenset({"attraction", "any_emotion", "attention", *EMOTIONAL})
"""Figures that are shown in percent."""
NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def number(value: float, figure: str = "") -> str:
    """A figure's value: percent for shares, else two digits; a dash where it is not known."""
    if not math.isfinite(value):
        return NONE
    share = figure in SHARES
    text = f"{100 * value:.0f}" if share else f"{value:.{1 if figure == 'blinks' else 2}f}"
    text = text.replace("-", MINUS) if float(text) else text.lstrip("-")
    return f"{text} %" if share else text


def interval(value: Value, figure: str = "") -> str:
    """For instance "0.10 to 0.32"; empty where it is not known."""
    if not math.isfinite(value.low):
        return ""
    return f"{number(value.low, figure).removesuffix(' %')} to {number(value.high, figure)}"


def title(name: str) -> str:
    """A measure's name for people."""
    return name.replace("_", " ").capitalize()
