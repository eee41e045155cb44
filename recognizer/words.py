"""Formatting of counts, sentences and durations for people."""

from __future__ import annotations


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
