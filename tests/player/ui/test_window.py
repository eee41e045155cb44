"""The window itself: with SDL's dummy display where any machine can do it, and under Xvfb with real keys and clicks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pygame
import pytest

from player.messages.input_state import InputState
from player.messages.intents import (
    DeleteMemory,
    Intent,
    Like,
    NextPolicy,
    Quit,
    Rate,
    Search,
    SetVolume,
    ShowView,
    Skip,
    ToggleCamera,
    TogglePause,
)
from player.messages.view_state import ViewName
from player.ui.controls import controls_of
from player.ui.layout import layout_of
from player.ui.plane import place_of
from player.ui.pointer import Handle, sliders_of
from player.ui.window import NoDisplay, Window, first_size
from tests.data import REPOSITORY
from tests.player.samples import full_view, track

WINDOW_SCRIPT = """
import sys, time
from player.messages.intents import Browse, Quit, ShowView
from player.messages.view_state import ViewName
from player.ui.plane import place_of
from player.ui.pointer import Handle, sliders_of
from player.messages.view_state import ViewName
from player.ui.window import Window
from tests.player.samples import full_view, library_view, works_view
views = {ViewName.PLAYER: full_view(), ViewName.LIBRARY: library_view(), ViewName.HOW_IT_WORKS: works_view()}
view = full_view()
with Window(size_px=(1120, 700)) as window:
    window.draw(view)
    print("ready", flush=True)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for intent in window.intents():
            if not isinstance(intent, Browse):
                print(intent, flush=True)
            if isinstance(intent, ShowView):
                view = views[intent.name]
            if isinstance(intent, Quit):
                sys.exit(0)
        window.draw(view)
        time.sleep(0.02)
sys.exit(3)
"""


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with Window(size_px=(1120, 700)) as opened:
        opened.intents()
        yield opened


def press(character: str) -> None:
    event = pygame.event.Event(
        pygame.KEYDOWN, unicode=character, key=ord(character or "\0"), mod=0, scancode=0
    )
    pygame.event.post(event)


def click(place: tuple[int, int], button: int = 1) -> None:
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=button))


def test_keys_clicks_and_the_close_button_become_intents(window: Window) -> None:
    view = full_view()
    window.draw(view)
    skip = next(c for c in controls_of(layout_of(1120, 700), view, InputState()) if c.command == Skip())
    press(" ")
    press("")
    press("z")
    click(skip.area.center)
    click(skip.area.center, button=3)
    click((2, 2))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.intents() == [TogglePause(), Skip(), Quit()]


def test_before_anything_is_drawn_nothing_can_be_clicked(window: Window) -> None:
    click((100, 680))
    assert window.intents() == []


def test_a_window_can_be_opened_again_after_it_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    for _ in range(2):
        with Window(size_px=(800, 500)) as opened:
            opened.draw(full_view())


def test_without_a_display_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4095")
    with pytest.raises(NoDisplay) as caught:
        Window()
    assert "\n" not in str(caught.value)


def test_the_first_size_suits_the_screen() -> None:
    assert first_size((1920, 1080)) == (1120, 700)
    assert first_size((3840, 2160)) == (2240, 1400)
    assert first_size((1024, 600)) == (922, 540)


@pytest.fixture
def program(display: str) -> Iterator[subprocess.Popen[str]]:
    """A window of its own process in the corner of the display, which prints the intents it gets."""
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_VIDEO_WINDOW_POS": "0,0"}
    command = [sys.executable, "-c", WINDOW_SCRIPT]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


Xdotool = Callable[..., None]


@pytest.fixture
def input_state(display: str) -> Xdotool:
    """A real hand at the mouse and the keyboard: xdotool's words."""

    def move(*arguments: object) -> None:
        words = ["xdotool", *map(str, arguments)]
        subprocess.run(words, env={**os.environ, "DISPLAY": display}, check=True, timeout=60)

    return move


def said_by(program: subprocess.Popen[str]) -> list[str]:
    """What the program got, once it was quit."""
    output, _ = program.communicate(timeout=120)
    assert program.returncode == 0
    return output.splitlines()


def begun(program: subprocess.Popen[str], input_state: Xdotool) -> None:
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    input_state("mousemove", 430, 60, "sleep", 0.5)


def test_real_keys_and_clicks_reach_the_player(program: subprocess.Popen[str], input_state: Xdotool) -> None:
    begun(program, input_state)
    expected: list[Intent] = []
    for key, intent in (("space", TogglePause()), ("n", Skip()), ("p", NextPolicy()), ("c", ToggleCamera())):
        input_state("key", key)
        expected.append(intent)
    like = next(
        c for c in controls_of(layout_of(1120, 700), full_view(), InputState()) if c.command == Like()
    )
    input_state("mousemove", *like.area.center, "click", 1, "sleep", 0.3, "key", "q")
    assert said_by(program) == [str(intent) for intent in (*expected, Like(), Quit())]


def test_all_views_can_be_used_without_a_mouse(program: subprocess.Popen[str], input_state: Xdotool) -> None:
    begun(program, input_state)
    input_state("key", "--delay", 120, "question", "Escape", "Tab", "Tab", "Return", "3")
    input_state("key", "--delay", 120, "m", "Left", "Return", "slash", "sleep", 0.5)
    input_state("key", "--delay", 120, "a", "Down", "sleep", 0.5)
    input_state("key", "--delay", 120, "v", "sleep", 0.5, "key", "--delay", 120, "x", "y", "q")
    start = full_view().playing
    assert start is not None
    got = said_by(program)
    assert got[:2] == [str(TogglePause()), str(Rate(1, 3))]
    assert got[2].startswith("CorrectMood(track_id=1, affect=Affect(valence=0.74")
    assert got[3:] == [
        str(intent)
        for intent in (
            ShowView(ViewName.LIBRARY),
            Search("a"),
            ShowView(ViewName.HOW_IT_WORKS),
            DeleteMemory(confirmed=True),
            Quit(),
        )
    ]


def test_the_volume_and_a_tracks_mood_are_dragged(
    program: subprocess.Popen[str], input_state: Xdotool
) -> None:
    layout = layout_of(1120, 700)
    volume, plane = (
        next(each.area for each in sliders_of(layout, full_view()) if each.handle is handle)
        for handle in (Handle.VOLUME, Handle.PLANE)
    )
    begun(program, input_state)
    input_state("mousemove", *volume.center, "sleep", 0.2, "mousedown", 1, "sleep", 0.2)
    input_state("mousemove", volume.right + 9, volume.centery, "sleep", 0.2, "mouseup", 1)
    input_state("mousemove", *place_of(track(1).mood, plane), "sleep", 0.2, "mousedown", 1, "sleep", 0.2)
    input_state("mousemove", *plane.center, "sleep", 0.3, "mouseup", 1, "sleep", 0.3, "key", "q")
    got = said_by(program)
    assert got[0].startswith("SetVolume(level=0.5")
    assert got[-3] == str(SetVolume(1.0))
    assert got[-2].startswith("CorrectMood(track_id=1, affect=Affect(valence=0.0")
