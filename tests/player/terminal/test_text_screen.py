"""Every view as lines of text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.messages.input_state import InputState, Mode
from player.messages.view_state import CalibrationView, ViewState
from player.terminal.text_screen import cut, library_rows, plane_lines, screen
from recognizer.affect import Affect
from tests.player.samples import empty_view, full_view, library_view, works_view

WIDTH, HEIGHT = 100, 24


def text(view: ViewState, input_state: InputState | None = None, height: int = HEIGHT) -> str:
    return "\n".join(screen(view, input_state or InputState(), WIDTH, height))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("view", [full_view(), library_view(), works_view(), empty_view()])
@pytest.mark.parametrize("size", [(100, 24), (20, 5), (5, 1), (300, 90)])
def test_no_line_is_too_long_and_none_too_many(view: ViewState, mode: Mode, size: tuple[int, int]) -> None:
    lines = screen(view, InputState(mode=mode, text="Ana", point=Affect(0.9, -0.9)), *size)
    assert 1 <= len(lines) <= size[1]
    assert all(len(line) <= size[0] and "\n" not in line for line in lines)


def test_the_library_shows_its_rows_and_marks_the_selected_one() -> None:
    shown = text(library_view(), InputState(selected=12, first_row=10)).splitlines()
    assert "50,000 tracks" in shown[0]
    assert [line for line in shown if line.startswith(">")] == [
        ">   1:52  ☆☆☆☆☆  Song 12, Clara Vento  (dark and lively)"
    ]
    assert any("★★★★☆  Song 10" in line for line in shown)
    assert len([line for line in shown if "Song" in line]) == library_rows(HEIGHT)


def test_what_is_typed_stands_in_the_search() -> None:
    assert "Search: moon▏" in text(library_view(), InputState(mode=Mode.SEARCH, text="moon"))


def test_how_it_works_says_the_speed_the_reason_and_what_is_remembered() -> None:
    shown = text(works_view())
    for part in (
        "known 21 ms",
        "Why this one: close to your mood",
        "Ana, Ben",
        "120 plays",
        "3 moods",
        "2 faces",
    ):
        assert part in shown


def test_dialogs_say_what_they_ask() -> None:
    assert "go through the views" in text(full_view(), InputState(mode=Mode.HELP))
    assert "Ana▏" in text(full_view(), InputState(mode=Mode.NAME, text="Ana"))
    assert "Forget 120 plays" in text(works_view(), InputState(mode=Mode.DELETE))
    assert "pleasant +0.3, active -0.4" in text(
        full_view(), InputState(mode=Mode.CORRECT, point=Affect(0.3, -0.4))
    )


def test_a_running_capture_has_a_line_of_its_own() -> None:
    view = full_view(calibration=CalibrationView(0.4, "Relax your face"))
    assert "[########............] Relax your face" in text(view)


def test_the_plane_shows_marks_where_they_are() -> None:
    view = replace(empty_view(), target=Affect(1.0, 1.0), goal=Affect(-1.0, -1.0))
    lines = plane_lines(view, moved=Affect(0.0, 0.0))
    assert lines[1].endswith("○│")
    assert lines[11].strip().startswith("│⚑")
    assert "X" in lines[6]


def test_wide_letters_take_two_columns() -> None:
    assert cut("夜に駆ける", 10) == "夜に駆ける"
    assert cut("夜に駆ける", 9) == "夜に駆け…"
    assert cut("plain", 5) == "plain"
    assert cut("plain", 3) == "pl…"
