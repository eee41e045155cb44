"""The view without a window: one status line that redraws itself in place, and the same keys.

Where the output is no terminal (a pipe, a log), a line is printed only when the mood or the track changes.
"""

from __future__ import annotations

import os
import select
import shutil
import sys
from collections.abc import Callable
from typing import Any, TextIO

from player.ui.intents import Intent
from player.ui.keys import intent_of_key
from player.ui.theme import emotion_colour
from player.ui.view_state import ViewState
from player.ui.words import LIGHT_WORDS, clock, emotion_word, mood_words

KEY_HELP = "space pause · n skip · l like · d not this · p policy · c camera · q quit"

_REDRAW_SECONDS = 0.5


class Terminal:
    """Shows a ViewState as text and reads single keys; close it to give the terminal back as it was."""

    def __init__(self, output: TextIO | None = None, source: TextIO | None = None) -> None:
        self._output = output or sys.stdout
        self._in_place = self._output.isatty()
        self._keys = _Keys(source or sys.stdin)
        self._colours = self._in_place and "NO_COLOR" not in os.environ
        self._shown = ""
        self._due_seconds = 0.0
        if self._in_place and self._keys.readable:
            self.say(KEY_HELP)

    def intents(self) -> list[Intent]:
        """What the person typed since the last call."""
        return [intent for key in self._keys.typed() if (intent := intent_of_key(key)) is not None]

    def make_room(self) -> None:
        """Take the status line away, since somebody else is about to print a line."""
        if self._in_place:
            self._write("\r\x1b[2K")
            self._due_seconds = 0.0

    def say(self, line: str) -> None:
        """Print a line that stays, above the status line."""
        self._write(f"\r\x1b[2K{line}\n" if self._in_place else f"{line}\n")
        self._due_seconds = 0.0

    def draw(self, view: ViewState) -> None:
        """Show a state; in place only when it changed, and not more often than needed."""
        if not self._in_place:
            line = changed_line(view)
            if line and line != self._shown:
                self._shown = line
                self.say(line)
        elif view.now_seconds >= self._due_seconds:
            self._due_seconds = view.now_seconds + _REDRAW_SECONDS
            width = shutil.get_terminal_size().columns
            self._write(f"\r\x1b[2K{self._coloured(status_line(view, width - 1), view)}")

    def close(self) -> None:
        """Give the terminal back; more than once is fine."""
        self._keys.close()
        if self._in_place:
            self._in_place = False
            self._write("\n")

    def _coloured(self, line: str, view: ViewState) -> str:
        word = mood_words(view)
        if not self._colours or view.mood is None or not line.startswith(word):
            return line
        red, green, blue = emotion_colour(view.mood.emotion if view.has_face else None)
        return f"\x1b[38;2;{red};{green};{blue}m{word}\x1b[0m{line[len(word) :]}"

    def _write(self, text: str) -> None:
        try:
            self._output.write(text)
            self._output.flush()
        except BrokenPipeError:  # the reader left (as `| head` does): go on, into nothing
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._output.fileno())
            os.close(nothing)


def status_line(view: ViewState, width: int) -> str:
    """One line of at most `width` characters: mood, track and time, policy, camera."""
    parts = [mood_words(view)]
    if view.playing is not None:
        sign = "⏸" if view.playing.paused else "♪"
        times = f"{clock(view.playing.position_seconds)}/{clock(view.playing.track.duration_seconds)}"
        parts.append(f"{sign} {_label(view)} {times}")
    parts.extend((view.policy, LIGHT_WORDS[view.camera].lower()))
    if view.notice:
        parts.append(view.notice)
    line = "  ·  ".join(part for part in parts if part)
    return line if len(line) <= width else line[: max(0, width - 1)] + "…"


def changed_line(view: ViewState) -> str:
    """The mood, the track and its reason: what is worth a line of its own when it changes."""
    if view.playing is None:
        return ""
    emotion = "no face" if view.mood is None or not view.has_face else emotion_word(view.mood.emotion).lower()
    return f"{emotion}: {_label(view)} ({view.playing.track.why})"


def _label(view: ViewState) -> str:
    if view.playing is None:
        return ""
    track = view.playing.track
    return f"{track.title}, {track.artist}" if track.artist else track.title


class _Keys:
    """Single key presses from a terminal, without waiting for Enter; none where the input is no terminal."""

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

    def typed(self) -> str:
        """All characters that wait."""
        found = ""
        while self._restore is not None and select.select([self._source], [], [], 0)[0]:
            data = os.read(self._source.fileno(), 64)
            if not data:
                self.close()
            found += data.decode("utf-8", "ignore")
        return "" if found.startswith("\x1b[") else found

    def close(self) -> None:
        """Give the terminal its old manners back."""
        if self._restore is not None:
            self._restore()
            self._restore = None


def _single_keys(source: TextIO) -> Callable[[], None]:
    import termios  # not on Windows
    import tty

    before: list[Any] = termios.tcgetattr(source)
    tty.setcbreak(source)
    return lambda: termios.tcsetattr(source, termios.TCSADRAIN, before)
