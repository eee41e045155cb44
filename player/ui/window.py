"""The window: opens a display, turns keys and mouse events into intents, draws a ViewState. It decides nothing."""

from __future__ import annotations

import os
from types import TracebackType

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
# The name by which a desktop finds the menu entry, and with it the icon.
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "sonrisa")
os.environ.setdefault("SDL_VIDEO_WAYLAND_WMCLASS", "sonrisa")

import pygame
from pygame import Surface

from player.messages.input_state import InputContext, InputResult, InputState, browse, execute, press
from player.messages.intents import Browse, Intent, Quit
from player.messages.view_state import ViewState
from player.ui import pointer, shapes, text
from player.ui.canvas import Canvas
from player.ui.controls import Control, control_at, controls_of
from player.ui.layout import BASE_SIZE_PX, layout_of
from player.ui.page_layout import library_areas
from player.ui.theme import ACCENT, ON_ACCENT
from recognizer.errors import SonrisaError

_KEY_NAMES = {
    pygame.K_UP: "up",
    pygame.K_DOWN: "down",
    pygame.K_LEFT: "left",
    pygame.K_RIGHT: "right",
    pygame.K_PAGEUP: "page up",
    pygame.K_PAGEDOWN: "page down",
    pygame.K_HOME: "home",
    pygame.K_END: "end",
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_ESCAPE: "escape",
    pygame.K_TAB: "tab",
    pygame.K_BACKSPACE: "backspace",
}
_REPEAT_AFTER_MS, _REPEAT_EVERY_MS = 400, 40


class NoDisplay(SonrisaError):
    """There is no screen to open a window on."""


class Window:
    """One pygame window. Make it, then call `intents()` and `draw()` in turn from one thread; close it at the end."""

    def __init__(
        self, title: str = "Sonrisa", size_px: tuple[int, int] | None = None, zoom: float = 1.0
    ) -> None:
        """Open the window; without a size it takes a good part of the screen. Raises NoDisplay."""
        self._zoom = zoom
        self._surface = _open_display(title, size_px)
        self._layout = layout_of(*self._surface.get_size(), zoom)
        self._canvas = Canvas()
        self._input_state = InputState()
        self._view: ViewState | None = None
        self._controls: tuple[Control, ...] = ()
        self._drag: pointer.Drag | None = None
        self._browsed: Browse | None = None
        self._whole = True

    @property
    def input_state(self) -> InputState:
        """The input state."""
        return self._input_state

    def intents(self) -> list[Intent]:
        """Intents since the last call: from keys, the mouse, and closing the window."""
        found: list[Intent] = []
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                found.append(Quit())
            elif event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED):
                self._whole = True
            elif self._view is not None:
                self._input_state, asked = self._result_of(event, self._context(self._view))
                found.extend(asked)
        before, rows = self._browsed, len(library_areas(self._layout).rows)
        self._browsed = browse(self._input_state, self._view, rows) if self._view is not None else None
        return [*found, self._browsed] if self._browsed not in (None, before) else found

    def draw(self, view: ViewState) -> None:
        """Show a state; only what changed is drawn and sent to the screen."""
        surface = pygame.display.get_surface() or self._surface
        if surface is not self._surface or surface.get_size() != self._layout.window.size:
            self._surface, self._whole = surface, True
            self._layout = layout_of(*surface.get_size(), self._zoom)
        if self._whole:
            self._canvas.forget()
        self._view = view
        place = pygame.mouse.get_pos() if pygame.mouse.get_focused() else (-1, -1)
        drawn = self._canvas.draw(self._surface, self._layout, view, self._input_state, place)
        self._controls = drawn.controls
        if self._whole:
            pygame.display.flip()
        elif drawn.changed:
            pygame.display.update(drawn.changed)
        self._whole = False

    def close(self) -> None:
        """Close the window and release the display."""
        text.forget()
        pygame.font.quit()
        pygame.display.quit()

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _context(self, view: ViewState) -> InputContext:
        """The context of input now, which may be newer than what was drawn."""
        controls = controls_of(self._layout, view, self._input_state)
        commands = tuple(each.command for each in controls if each.in_tab_order)
        return InputContext(view, len(library_areas(self._layout).rows), commands)

    def _result_of(self, event: pygame.event.Event, context: InputContext) -> InputResult:
        if event.type == pygame.KEYDOWN:
            key = key_of(event)
            return press(self._input_state, key, context) if key else (self._input_state, ())
        if event.type == pygame.MOUSEWHEEL:
            return pointer.wheel(self._input_state, event.y, context)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            return self._mouse_down(event.pos, context)
        if event.type == pygame.MOUSEMOTION and self._drag is not None:
            self._drag, outcome = pointer.move(self._drag, self._input_state, event.pos, context)
            return outcome
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self._drag is not None:
            drag, self._drag = self._drag, None
            return pointer.end_drag(drag, self._input_state, event.pos, context)
        return self._input_state, ()

    def _mouse_down(self, place: tuple[int, int], context: InputContext) -> InputResult:
        control = control_at(self._controls, place)
        if control is not None:
            return execute(self._input_state, control.command, context)
        if any(control.kind == "dialog" for control in self._controls):
            return self._input_state, ()
        self._drag, outcome = pointer.start_drag(self._input_state, place, self._layout, context)
        return outcome


def key_of(event: pygame.event.Event) -> str:
    """The character that a key types, or its name where it types none; empty for keys that mean nothing here."""
    if event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT:
        return "back tab"
    if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META):
        return ""
    typed: str = event.unicode
    return _KEY_NAMES.get(event.key) or (typed if typed.isprintable() else "")


def _open_display(title: str, size_px: tuple[int, int] | None) -> Surface:
    try:
        pygame.display.init()
        desktop = pygame.display.get_desktop_sizes()[0]
        pygame.display.set_caption(title)
        pygame.display.set_icon(_window_icon())
        surface = pygame.display.set_mode(size_px or first_size(desktop), pygame.RESIZABLE)
    except pygame.error as error:
        pygame.display.quit()
        raise NoDisplay(f"no window can be opened here ({error})") from error
    pygame.font.init()
    pygame.key.set_repeat(_REPEAT_AFTER_MS, _REPEAT_EVERY_MS)
    return surface


def first_size(desktop_px: tuple[int, int]) -> tuple[int, int]:
    """A window's first size: the design size, larger on dense screens, never more than nine tenths of the screen."""
    growth = max(1.0, min(desktop_px[0] / 1920, desktop_px[1] / 1080))
    width, height = (round(side * growth) for side in BASE_SIZE_PX)
    return min(width, round(desktop_px[0] * 0.9)), min(height, round(desktop_px[1] * 0.9))


def _window_icon() -> Surface:
    icon = shapes.rounded(64, 64, 14, ACCENT).copy()
    smile = shapes.icon("smile", 52, ON_ACCENT)
    icon.blit(smile, smile.get_rect(center=(32, 32)))
    return icon
