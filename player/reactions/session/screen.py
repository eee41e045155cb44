"""The viewer's window: questions, a resting point for the eyes, and the film. It decides nothing."""

from __future__ import annotations

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
from pygame import Rect, Surface

from player.reactions.session.consent import Question
from player.reactions.session.stimulus import Picture
from player.ui import text
from player.ui.shapes import rounded
from player.ui.text import Typeface
from player.ui.theme import ACCENT, BACKGROUND, FAINT, MUTED, ON_ACCENT, RAISED, TEXT
from player.ui.window import NoDisplay

WINDOW_PX = (1280, 720)
LINE_PX = 30
TEXT_WIDTH_PX = 780
MOST_LINES = 60
"""Of one paragraph: nothing that a viewer agrees to is cut off."""
TEXT_SIZES = (17, 15, 13, 11, 9)
"""The largest at which all of a question fits the window is taken."""
LINES_AROUND = 5
"""A question's title and answers take as much room as so many lines."""
_POLL_SECONDS = 0.02
_INVISIBLE = frozenset({"offscreen", "dummy", "evdev"})
"""SDL's drivers without a screen, which it falls back to; right only for who asks for one by SDL_VIDEODRIVER."""


class Screen(ABC):
    """Where the viewer looks. Every method comes back quickly, but for `ask`, which waits for an answer."""

    @abstractmethod
    def ask(self, question: Question, stop: Callable[[], bool] = lambda: False) -> bool:
        """Show a question and wait; False for no, for whoever closes the window, and once `stop` says so."""

    @abstractmethod
    def rest(self, message: str, seconds_left: float) -> None:
        """Show a point to look at, with a line of text."""

    @abstractmethod
    def show(self, picture: Picture) -> float:
        """Show a film's picture; returns time.monotonic() at the moment it was on the screen."""

    @abstractmethod
    def wants_to_stop(self) -> bool:
        """Whether the viewer pressed Esc or closed the window since the last call."""

    @abstractmethod
    def close(self) -> None:
        """Close the window."""


class PygameScreen(Screen):
    """A window, or the whole screen. Raises NoDisplay where there is none."""

    def __init__(self, fullscreen: bool) -> None:
        try:
            _check_display()
            pygame.display.init()
            _check_visible()
            pygame.display.set_caption("Sonrisa")
            if fullscreen:
                self._surface = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
                pygame.mouse.set_visible(False)
            else:
                self._surface = pygame.display.set_mode(WINDOW_PX, pygame.RESIZABLE)
        except pygame.error as error:
            pygame.display.quit()
            raise NoDisplay(
                f"no window can be opened for the film ({error}); a session needs a screen"
            ) from error
        pygame.font.init()
        self._type = Typeface(1.0)

    def ask(self, question: Question, stop: Callable[[], bool] = lambda: False) -> bool:
        pygame.mouse.set_visible(True)
        try:
            while not stop():
                buttons = self._draw_question(question)
                for event in pygame.event.get():
                    answer = _answer(event, buttons)
                    if answer is not None:
                        return answer
                time.sleep(_POLL_SECONDS)
            return False
        finally:
            pygame.mouse.set_visible(False)

    def rest(self, message: str, seconds_left: float) -> None:
        surface = self._fresh()
        middle = surface.get_rect().center
        for start, end in (((-14, 0), (14, 0)), ((0, -14), (0, 14))):
            points = [(middle[0] + x, middle[1] + y) for x, y in (start, end)]
            pygame.draw.line(surface, MUTED, points[0], points[1], 3)
        below = Rect(0, middle[1] + 60, surface.get_width(), LINE_PX)
        self._type.draw(surface, message, below, 18, MUTED, align="centre")
        if seconds_left > 0:
            below.move_ip(0, LINE_PX)
            self._type.draw(surface, f"{seconds_left:.0f}", below, 15, FAINT, align="centre")
        pygame.display.flip()

    def show(self, picture: Picture) -> float:
        surface = self._fresh((0, 0, 0))
        frame = pygame.image.frombuffer(picture.pixels, picture.size_px, "BGRA").convert()
        area = fitted(picture.size_px, surface.get_size())
        if area.size == picture.size_px:
            surface.blit(frame, area)
        else:
            pygame.transform.scale(frame, area.size, surface.subsurface(area))
        pygame.display.flip()
        return time.monotonic()

    def wants_to_stop(self) -> bool:
        events = pygame.event.get()
        return any(
            event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE)
            for event in events
        )

    def close(self) -> None:
        pygame.mouse.set_visible(True)
        text.forget()
        pygame.font.quit()
        pygame.display.quit()

    def _fresh(self, ground: tuple[int, int, int] = BACKGROUND) -> Surface:
        self._surface = pygame.display.get_surface() or self._surface
        self._surface.fill(ground)
        return self._surface

    def _draw_question(self, question: Question) -> dict[bool, Rect]:
        surface = self._fresh()
        size, width, lines = self._fitting(question, surface)
        step = LINE_PX * size // TEXT_SIZES[0]
        left = (surface.get_width() - width) // 2
        top = max(10, (surface.get_height() - step * len(lines) - LINE_PX * LINES_AROUND) // 2)
        self._type.draw(surface, question.title, Rect(left, top, width, 40), 26, TEXT, bold=True)
        for number, line in enumerate(lines):
            self._type.draw(surface, line, Rect(left, top + 50 + number * step, width, step), size, TEXT)
        buttons = _button_areas(left, top + 60 + len(lines) * step, width)
        for answer, label in ((True, f"{question.yes}   (Y)"), (False, f"{question.no}   (N)")):
            area = buttons[answer]
            surface.blit(rounded(*area.size, 10, ACCENT if answer else RAISED), area)
            self._type.draw(
                surface, label, area, 16, ON_ACCENT if answer else TEXT, bold=True, align="centre"
            )
        pygame.display.flip()
        return buttons

    def _fitting(self, question: Question, surface: Surface) -> tuple[int, int, Sequence[str]]:
        """The size of text, its width, and its lines with which a question fits the window, or the smallest."""
        size, width, lines = TEXT_SIZES[-1], 0, []
        for size in TEXT_SIZES:
            width = min(TEXT_WIDTH_PX * TEXT_SIZES[0] // size, surface.get_width() - 40)
            lines = [
                line
                for each in question.paragraphs
                for line in (*self._type.wrap(each, width, size, MOST_LINES), "")
            ]
            step = LINE_PX * size // TEXT_SIZES[0]
            if step * len(lines) + LINE_PX * LINES_AROUND <= surface.get_height():
                break
        return size, width, lines


def fitted(size_px: tuple[int, int], into_px: tuple[int, int]) -> Rect:
    """The largest area of the same shape in the middle of a window."""
    scale = min(into / side for side, into in zip(size_px, into_px, strict=True))
    width, height = (max(1, round(side * scale)) for side in size_px)
    return Rect((into_px[0] - width) // 2, (into_px[1] - height) // 2, width, height)


def _button_areas(left: int, top: int, width: int) -> dict[bool, Rect]:
    each = (width - 20) // 2
    return {True: Rect(left, top, each, 48), False: Rect(left + each + 20, top, each, 48)}


def _check_display() -> None:
    """Raise pygame.error where no display is named at all: SDL would look for one, and its libraries complain."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"))
    if sys.platform.startswith("linux") and not named:
        raise pygame.error("there is no display here")


def _check_visible() -> None:
    """Raise pygame.error where SDL has found no screen and would draw where nobody looks."""
    driver = pygame.display.get_driver()
    if driver in _INVISIBLE and os.environ.get("SDL_VIDEODRIVER") != driver:
        raise pygame.error("there is no display here")


def _answer(event: pygame.event.Event, buttons: dict[bool, Rect]) -> bool | None:
    """What an event answers; None where it is no answer."""
    if event.type == pygame.QUIT:
        return False
    if event.type == pygame.KEYDOWN:
        if event.key == pygame.K_ESCAPE:
            return False
        return {"y": True, "n": False}.get(event.unicode.lower())
    if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
        return next((answer for answer, area in buttons.items() if area.collidepoint(event.pos)), None)
    return None
