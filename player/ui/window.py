"""The window: opens a display, turns keys and clicks into intents, draws a ViewState. It decides nothing."""

from __future__ import annotations

import os
from types import TracebackType

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")

import pygame
from pygame import Rect, Surface

from player.ui import charts, panels, shapes, text
from player.ui.controls import Control, control_at, controls_of, panel_body, policy_area
from player.ui.intents import Intent, Quit
from player.ui.keys import intent_of_key
from player.ui.layout import BASE_SIZE_PX, Layout, layout_of
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    FAINT,
    HOVER,
    MUTED,
    ON_ACCENT,
    PANEL,
    RAISED,
    TEXT,
    mix,
)
from player.ui.view_state import ViewState
from recognizer.errors import SonrisaError

_CHART_STEP_SECONDS = 0.2


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
        self._canvas = Canvas()
        self._controls: tuple[Control, ...] = ()

    def intents(self) -> list[Intent]:
        """What the person asked for since the last call: keys, clicks, the closing of the window."""
        found: list[Intent] = []
        for event in pygame.event.get():
            intent = self._intent_of(event)
            if intent is not None:
                found.append(intent)
        return found

    def draw(self, view: ViewState) -> None:
        """Show a state."""
        self._surface = pygame.display.get_surface() or self._surface
        layout = layout_of(*self._surface.get_size(), self._zoom)
        pointer = pygame.mouse.get_pos() if pygame.mouse.get_focused() else (-1, -1)
        self._controls = self._canvas.draw(self._surface, layout, view, pointer)
        pygame.display.flip()

    def close(self) -> None:
        """Close the window and let go of the display."""
        text.forget()
        pygame.font.quit()
        pygame.display.quit()

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _intent_of(self, event: pygame.event.Event) -> Intent | None:
        if event.type == pygame.QUIT:
            return Quit()
        if event.type == pygame.KEYDOWN:
            return intent_of_key(event.unicode) if event.unicode else None
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            control = control_at(self._controls, event.pos)
            return control.intent if control else None
        return None


class Canvas:
    """Draws a ViewState on any surface; keeps what need not be drawn again for each frame."""

    def __init__(self) -> None:
        self._preview = panels.PreviewPanel()
        self._type: tuple[float, Typeface] | None = None
        self._ground: tuple[Layout, Surface] | None = None
        self._charts: dict[str, tuple[tuple[float, tuple[int, int]], Surface]] = {}

    def draw(
        self, surface: Surface, layout: Layout, view: ViewState, pointer: tuple[int, int] = (-1, -1)
    ) -> tuple[Control, ...]:
        """Draw everything and return the controls as they stand now."""
        type_ = self._typeface(layout.scale)
        controls = controls_of(layout, view)
        hovered = control_at(controls, pointer)
        surface.blit(self._ground_of(layout), (0, 0))
        panels.draw_header(surface, layout, view, type_, hovered.hint if hovered else "")
        self._preview.draw(surface, layout, view, type_)
        panels.draw_mood(surface, layout, view, type_)
        panels.draw_playing(surface, layout, view, type_)
        panels.draw_queue(surface, layout, view, type_, hovered.area if hovered else None)
        self._draw_charts(surface, layout, view, type_)
        for control in controls:
            draw_control(surface, layout, control, control is hovered, type_)
        return controls

    def _typeface(self, scale: float) -> Typeface:
        if self._type is None or self._type[0] != scale:
            self._type = scale, Typeface(scale)
        return self._type[1]

    def _ground_of(self, layout: Layout) -> Surface:
        """What stays the same until the window is resized."""
        if self._ground is None or self._ground[0] != layout:
            ground = Surface(layout.window.size)
            ground.fill(BACKGROUND)
            for panel in layout.panels:
                panels.panel_ground(ground, panel, layout)
            _draw_policy_ground(ground, layout)
            self._ground = layout, ground
        return self._ground[1]

    def _draw_charts(self, surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
        """The charts move slowly: they are drawn a few times a second and shown from memory in between."""
        minutes = f"last {view.history_span_seconds / 60:.0f} minutes"
        panels.panel_title(surface, layout.timeline, layout, type_, "Mood over time", minutes)
        panels.panel_title(surface, layout.plane, layout, type_, "Where you are", "○ the aim")
        step = view.now_seconds // _CHART_STEP_SECONDS
        for name, panel, chart in (
            ("timeline", layout.timeline, charts.strip_chart),
            ("plane", layout.plane, charts.plane_chart),
        ):
            body = panel_body(panel, layout)
            if name not in self._charts or self._charts[name][0] != (step, body.size):
                self._charts[name] = (step, body.size), chart(view, body.size, type_, layout.scale)
            surface.blit(self._charts[name][1], body)


def draw_control(surface: Surface, layout: Layout, control: Control, hovered: bool, type_: Typeface) -> None:
    """Draw one button; rows of the queue are drawn by their panel."""
    if control.kind == "row":
        return
    if control.kind == "choice":
        _draw_choice(surface, layout, control, hovered, type_)
        return
    primary = control.kind == "primary"
    ground = ACCENT if primary else (HOVER if hovered else RAISED)
    ground = mix(ground, TEXT, 0.2) if primary and hovered else ground
    ink = ON_ACCENT if primary else TEXT
    surface.blit(shapes.rounded(*control.area.size, layout.px(10), ground), control.area)
    _draw_inside(surface, layout, control, ink, ground, type_)


def _draw_inside(
    surface: Surface,
    layout: Layout,
    control: Control,
    ink: tuple[int, int, int],
    ground: tuple[int, int, int],
    type_: Typeface,
) -> None:
    """Icon, label and the key that does the same, centred together; the key is left out where it has no room."""
    size, gap = layout.px(17), layout.px(8)
    hint_width = type_.width_of(control.key_hint, 11)
    label_width = type_.width_of(control.label, 13, bold=True)
    total = size + gap + label_width + gap + hint_width
    with_hint = total <= control.area.width - layout.px(8)
    total = total if with_hint else size + gap + label_width
    left = control.area.centerx - total // 2
    mark = shapes.icon(control.icon, size, ACCENT if control.active else ink)
    surface.blit(mark, mark.get_rect(midleft=(left, control.area.centery)))
    label = Rect(left + size + gap, control.area.top, label_width + 1, control.area.height)
    type_.draw(surface, control.label, label, 13, ink, bold=True)
    if with_hint:
        hint = Rect(label.right + gap - 1, label.top, hint_width + 1, label.height)
        type_.draw(surface, control.key_hint, hint, 11, mix(ground, ink, 0.5))


def _draw_policy_ground(surface: Surface, layout: Layout) -> None:
    area = policy_area(layout)
    surface.blit(shapes.rounded(*area.size, layout.px(10), PANEL, RAISED), area)


def _draw_choice(surface: Surface, layout: Layout, control: Control, hovered: bool, type_: Typeface) -> None:
    if control.active or hovered:
        ground = HOVER if control.active else RAISED
        surface.blit(shapes.rounded(*control.area.size, layout.px(8), ground), control.area)
    colour = TEXT if control.active else (MUTED if hovered else FAINT)
    type_.draw(surface, control.label, control.area, 13, colour, bold=control.active, align="centre")


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
    pygame.key.set_repeat()
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
