"""The window itself: with SDL's dummy display where any machine can do it, and under Xvfb with real keys and clicks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pygame
import pytest

from player.ui.controls import controls_of
from player.ui.hand import Hand
from player.ui.intents import Intent, Like, NextPolicy, Quit, Skip, ToggleCamera, TogglePause
from player.ui.layout import layout_of
from player.ui.window import NoDisplay, Window, first_size
from tests.data import REPOSITORY
from tests.player.samples import full_view

WINDOW_SCRIPT = """
import sys, time
from player.ui.window import Window
from tests.player.samples import full_view
with Window(size_px=(1120, 700)) as window:
    print("ready", flush=True)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        window.draw(full_view())
        for intent in window.intents():
            print(intent, flush=True)
            if type(intent).__name__ == "Quit":
                sys.exit(0)
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
    skip = next(c for c in controls_of(layout_of(1120, 700), view, Hand()) if c.ask == Skip())
    press(" ")
    press("")
    press("?")
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
    monkeypatch.setenv("DISPLAY", ":94")
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


def test_real_keys_and_clicks_reach_the_player(display: str, program: subprocess.Popen[str]) -> None:
    def hand(*arguments: str) -> None:
        subprocess.run(
            ["xdotool", *arguments], env={**os.environ, "DISPLAY": display}, check=True, timeout=20
        )

    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    hand("mousemove", "560", "60", "sleep", "0.5")
    expected: list[Intent] = []
    for key, intent in (("space", TogglePause()), ("n", Skip()), ("p", NextPolicy()), ("c", ToggleCamera())):
        hand("key", key)
        expected.append(intent)
    like = next(c for c in controls_of(layout_of(1120, 700), full_view(), Hand()) if c.ask == Like())
    hand("mousemove", *(str(value) for value in like.area.center), "click", "1", "sleep", "0.3", "key", "q")
    output, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    assert output.splitlines() == [str(intent) for intent in (*expected, Like(), Quit())]
