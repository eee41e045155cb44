"""Numbers as a reader of the report sees them."""

from __future__ import annotations

import math

from player.reactions.aggregate import EMOTIONAL
from player.reactions.intervals import FEWEST, LOW_BASE, Value

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
    """For instance "0.10 to 0.32"; why there is none where too few viewers tell."""
    if not math.isfinite(value.low):
        return f"n = {value.viewers}: no interval" if 0 < value.viewers < FEWEST else ""
    return f"{number(value.low, figure).removesuffix(' %')} to {number(value.high, figure)}"


def probability(p: float) -> str:
    """A p value; a dash where there was no test."""
    if not math.isfinite(p):
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def base(value: Value) -> str:
    """How many viewers, where they are so few that a reader must know; else empty."""
    return f"n = {value.viewers}, low base" if FEWEST <= value.viewers < LOW_BASE else ""


def signed(value: float, figure: str = "") -> str:
    """A difference, with its sign."""
    text = number(value, figure)
    return text if text.startswith((MINUS, NONE)) else f"+{text}"


def title(name: str) -> str:
    """A measure's name for people."""
    return name.replace("_", " ").capitalize()
