"""The terminal view: the same three views as text, redrawn in place, and the same keys.

Where the output is no terminal (a pipe, a log), a line is printed only when the mood or the track changes.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from player.messages.input_state import InputContext, InputState, browse, press
from player.messages.intents import Browse, Intent
from player.messages.view_state import ViewState
from player.messages.words import mood_word, mood_words
from player.terminal.keyboard import Keyboard
from player.terminal.text_screen import library_rows, screen
from player.ui.theme import word_colour
from recognizer.output import reader_may_leave
from recognizer.words import printable

KEY_HELP = "space pause · n next · l like · d not this · p policy · c camera · v views · ? all keys · q quit"

_REDRAW_SECONDS = 0.5


class Terminal:
    """Shows a ViewState as text and reads single keys; close() restores the terminal."""

    def __init__(self, output: TextIO | None = None, source: TextIO | None = None) -> None:
        self._output = output or sys.stdout
        self._in_place = self._output.isatty()
        self._keys = Keyboard(source or sys.stdin)
        self._colours = self._in_place and "NO_COLOR" not in os.environ
        self._input_state, self._view = InputState(), ViewState(now_seconds=0.0)
        self._browsed: Browse | None = None
        self._shown = ""
        self._lines_shown = 0
        self._due_seconds = 0.0
        if self._in_place and self._keys.readable:
            self.say(KEY_HELP)

    def intents(self) -> list[Intent]:
        """What the person typed since the last call, and which rows of the library are wanted."""
        found: list[Intent] = []
        for key in self._keys.typed():
            self._input_state, asked = press(self._input_state, key, self._context())
            found.extend(asked)
            self._due_seconds = 0.0
        before, self._browsed = self._browsed, browse(self._input_state, self._view, self._context().rows)
        return [*found, self._browsed] if self._browsed not in (None, before) else found

    def make_room(self) -> None:
        """Clear what is shown, before another part prints a line."""
        if self._in_place:
            self._write(self._cleared())
            self._lines_shown, self._due_seconds = 0, 0.0

    def say(self, line: str) -> None:
        """Print a line that stays, above the rest."""
        line = printable(line)
        self._write(f"{self._cleared()}{line}\n" if self._in_place else f"{line}\n")
        self._lines_shown, self._due_seconds = 0, 0.0

    def draw(self, view: ViewState) -> None:
        """Show a state; in place only when it changed, and not more often than needed."""
        if view.view is not self._view.view:
            self._due_seconds = 0.0
        self._view = view
        if not self._in_place:
            line = changed_line(view)
            if line and line != self._shown:
                self._shown = line
                self.say(line)
        elif view.now_seconds >= self._due_seconds:
            self._due_seconds = view.now_seconds + _REDRAW_SECONDS
            size = shutil.get_terminal_size()
            lines = [*map(printable, screen(view, self._input_state, size.columns - 1, size.lines - 1))]
            lines[-1] = self._coloured(lines[-1], view)
            self._write(self._cleared() + "\n".join(lines))
            self._lines_shown = len(lines)

    def close(self) -> None:
        """Restore the terminal; may be called again."""
        self._keys.close()
        if self._in_place:
            self._in_place = False
            self._write("\n")

    def _context(self) -> InputContext:
        return InputContext(self._view, library_rows(shutil.get_terminal_size().lines - 1))

    def _cleared(self) -> str:
        """Back to where the shown lines begin, and nothing after it."""
        if self._lines_shown > 1:
            return f"\x1b[{self._lines_shown - 1}A\r\x1b[J"
        return "\r\x1b[2K"

    def _coloured(self, line: str, view: ViewState) -> str:
        word = mood_words(view)
        if not self._colours or view.mood is None or not line.startswith(word):
            return line
        red, green, blue = word_colour(view.mood.word if view.has_face else None)
        return f"\x1b[38;2;{red};{green};{blue}m{word}\x1b[0m{line[len(word) :]}"

    def _write(self, text: str) -> None:
        with reader_may_leave(self._output):
            self._output.write(text)


def changed_line(view: ViewState) -> str:
    """The mood, the track and its reason: what is worth a line of its own when it changes."""
    if view.playing is None:
        return ""
    word = "no face" if view.mood is None or not view.has_face else mood_word(view.mood).lower()
    return f"{word}: {view.playing.track.label} ({view.playing.choice.why})"
