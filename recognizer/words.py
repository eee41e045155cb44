"""Formatting of counts, sentences and durations for people."""

from __future__ import annotations

import unicodedata

_INVISIBLE = frozenset("\u200c\u200d")
"""Joiners that letters of some scripts, and emoji, need."""


def printable(text: str) -> str:
    """The text without anything that a terminal or panel would obey instead of showing it, on one line.

    Control characters (ESC, BEL, NUL, line ends and the like) become spaces; marks that turn the direction of writing
    go; half characters, as in file names of another encoding, become "�".
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def counted(number: int, thing: str) -> str:
    """For instance "1 film", "2 films"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def capitalised(text: str) -> str:
    """With a capital at its start, as a sentence begins; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def clock(seconds: float) -> str:
    """Whole seconds that have passed, such as 0:42, 12:05 or 1:03:20; what is below 0 is 0:00."""
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _shown(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cf":
        return letter if letter in _INVISIBLE else ""
    return "\ufffd" if kind == "Cs" else letter
