"""Single key presses from a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import Any, TextIO

_SEQUENCES = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1b[H": "home",
    "\x1b[F": "end",
    "\x1b[1~": "home",
    "\x1b[4~": "end",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    "\x1b[Z": "back tab",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\b": "backspace",
}
"""What a terminal sends for keys that type no character (ECMA-48 and xterm), and their names."""


def keys_of(text: str) -> list[str]:
    """The keys that a terminal's text stands for; sequences that mean nothing here are left out whole."""
    found: list[str] = []
    while text:
        length = _sequence_length(text)
        key = _SEQUENCES.get(text[:length]) or (text[:length] if text[:length].isprintable() else "")
        if key:
            found.append(key)
        text = text[length:]
    return found


def _sequence_length(text: str) -> int:
    """How many characters the first key of a text takes."""
    if text[0] != "\x1b" or len(text) == 1 or text[1] not in "[O":
        return 1
    if text[1] == "O":
        return min(3, len(text))
    for index, letter in enumerate(text[2:], 2):
        if "@" <= letter <= "~":
            return index + 1
    return len(text)


class Keyboard:
    """Reads keys from a terminal; none where the input is no terminal. Close it to give the terminal back."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._restore: Callable[[], None] | None = None
        try:
            if source.isatty() and sys.platform != "win32":
                self._restore = _single_keys(source)
        except (OSError, ValueError):
            self._restore = None

    @property
    def readable(self) -> bool:
        """Whether keys can be read here."""
        return self._restore is not None

    def typed(self) -> list[str]:
        """All keys that wait, by their character or their name (see player.messages.keys)."""
        found = ""
        while self._restore is not None and select.select([self._source], [], [], 0)[0]:
            data = os.read(self._source.fileno(), 64)
            if not data:
                self.close()
            found += data.decode("utf-8", "ignore")
        return keys_of(found)

    def close(self) -> None:
        """Restore the terminal's settings."""
        if self._restore is not None:
            self._restore()
            self._restore = None


def _single_keys(source: TextIO) -> Callable[[], None]:
    import termios  # not on Windows
    import tty

    before: list[Any] = termios.tcgetattr(source)
    tty.setcbreak(source)
    return lambda: termios.tcsetattr(source, termios.TCSADRAIN, before)
