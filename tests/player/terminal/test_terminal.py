from __future__ import annotations

import io
import os
import pty
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TextIO

import pytest

from player.messages.intents import Browse, PlayTrack, Quit, Rate, Search, ShowView, Skip, TogglePause
from player.messages.view_state import CameraLight, LibraryView, ViewName
from player.terminal.keyboard import keys_of
from player.terminal.terminal import Terminal, changed_line
from player.terminal.text_screen import status_line
from tests.player.samples import NOW_SECONDS, empty_view, full_view, library_view, track, works_view


class Screen(io.StringIO):
    """A text output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@contextmanager
def keyboard() -> Iterator[tuple[int, TextIO]]:
    """A real pseudo terminal: what is written to the number is typed into the text input."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    with os.fdopen(theirs, "r+b", buffering=0) as raw, io.TextIOWrapper(raw) as source:
        try:
            yield ours, source
        finally:
            os.close(ours)


def test_the_status_line_says_mood_track_time_policy_and_camera() -> None:
    line = status_line(full_view(notice=""), 200)
    for part in (
        "Happy 83%",
        "Sunlit Morning on the Terrace, Clara Vento",
        "0:42/1:41",
        "match",
        "camera on",
    ):
        assert part in line


@pytest.mark.parametrize("width", [5, 20, 40, 79])
def test_the_status_line_never_breaks(width: int) -> None:
    line = status_line(full_view(), width)
    assert len(line) <= width
    assert "\n" not in line


def test_nothing_yet_is_said_plainly() -> None:
    assert status_line(empty_view(), 80) == "No face  ·  camera starting"
    assert "camera off" in status_line(full_view(camera=CameraLight.OFF, mood=None), 200)


def test_a_log_gets_a_line_for_each_change_only() -> None:
    output = io.StringIO()
    terminal = Terminal(output, io.StringIO())
    view = full_view()
    for second in range(5):
        terminal.draw(replace(view, now_seconds=NOW_SECONDS + second))
    playing = view.playing
    assert playing is not None
    terminal.draw(full_view(playing=replace(playing, track=track(2, "Paper Boats"))))
    terminal.close()
    assert output.getvalue().splitlines() == [
        "happy: Sunlit Morning on the Terrace, Clara Vento (close to your mood)",
        "happy: Paper Boats, Clara Vento (close to your mood)",
    ]
    assert changed_line(empty_view()) == ""


def test_a_terminal_is_redrawn_in_place_and_left_tidy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen()
    terminal = Terminal(screen, io.StringIO())
    for second in range(3):
        terminal.draw(full_view(now_seconds=NOW_SECONDS + second))
    terminal.say("a line that stays")
    terminal.close()
    terminal.close()
    text = screen.getvalue()
    assert text.count("\n") == 2
    assert text.count("\r\x1b[2K") == 4
    assert "\x1b[38;2;" in text


def test_colours_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    Terminal(screen, io.StringIO()).draw(full_view())
    assert "\x1b[38" not in screen.getvalue()


def test_keys_are_read_without_enter_and_arrows_do_nothing() -> None:
    with keyboard() as (typing, source):
        terminal = Terminal(Screen(), source)
        assert terminal.intents() == []
        os.write(typing, b" nz")
        assert terminal.intents() == [TogglePause(), Skip()]
        os.write(typing, b"\x1b[A")
        assert terminal.intents() == []
        os.write(typing, b"Q")
        assert terminal.intents() == [Quit()]
        terminal.close()


def test_a_reader_that_leaves_does_not_stop_the_player() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as output:
        terminal = Terminal(output, io.StringIO())
        terminal.draw(full_view())
        terminal.draw(full_view(mood=None))
        terminal.close()


def test_views_are_gone_through_and_the_library_is_searched_from_the_keyboard() -> None:
    screen = Screen()
    with keyboard() as (typing, source):
        terminal = Terminal(screen, source)
        os.write(typing, b"v")
        assert terminal.intents() == [ShowView(ViewName.LIBRARY)]
        terminal.draw(library_view())
        os.write(typing, b"/mo")
        first, *_ = asked = terminal.intents()
        assert first == Search("m")
        assert asked[1] == Search("mo")
        assert isinstance(asked[2], Browse)
        os.write(typing, b"\x1b")
        assert terminal.intents() == []
        terminal.draw(library_view(library=LibraryView("mo", library_view().library.rows, 30, 0)))
        os.write(typing, b"\x1b[B\x1b[B5\r")
        rows = library_view().library.rows
        assert terminal.intents() == [Rate(rows[2].track_id, 5), PlayTrack(rows[2].track_id)]
        terminal.close()


def test_several_lines_are_taken_away_before_others_are_shown() -> None:
    screen = Screen()
    terminal = Terminal(screen, io.StringIO())
    terminal.draw(works_view())
    lines = screen.getvalue().count("\n")
    assert lines > 10
    terminal.draw(full_view(now_seconds=NOW_SECONDS + 1))
    assert f"\x1b[{lines}A\r\x1b[J" in screen.getvalue()
    terminal.close()


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[A\x1b[6~", ["up", "page down"]),
        ("\x1bOC\x1b[Z\x1b", ["right", "back tab", "escape"]),
        ("é\r\x7f\t", ["é", "enter", "backspace", "tab"]),
        ("\x1b[15~n\x01", ["n"]),
        ("\x1b[", []),
        ("\x1bO", []),
    ],
)
def test_what_terminals_send_becomes_keys(sent: str, keys: list[str]) -> None:
    assert keys_of(sent) == keys
