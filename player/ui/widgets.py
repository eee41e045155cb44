"""Drawing of widgets: buttons, stars, sliders, the text field."""

from __future__ import annotations

from pygame import Rect, Surface

from player.messages.view_state import STAR_COUNT
from player.ui import shapes
from player.ui.controls import Control
from player.ui.layout import Layout
from player.ui.patches import DrawContext, Patch
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    BAD,
    FAINT,
    HOVER,
    LINE,
    MUTED,
    ON_ACCENT,
    PANEL,
    RAISED,
    TEXT,
    Colour,
    mix,
)

DRAWN_BY_PANEL = ("row", "field")
"""Kinds of controls that the panel around them draws."""


def control_patches(context: DrawContext, controls: tuple[Control, ...]) -> list[Patch]:
    """One patch for each control that no panel draws."""
    return [
        control_patch(context, control, index)
        for index, control in enumerate(controls)
        if control.kind not in DRAWN_BY_PANEL
    ]


def control_patch(context: DrawContext, control: Control, index: int) -> Patch:
    """A control as a patch of its own."""
    hovered, focused = control is context.hovered, control.command == context.input_state.focus

    def draw(surface: Surface) -> None:
        draw_control(surface, context.layout, control, hovered, focused, context.type_)

    shown = (control.kind, control.label, control.icon, control.key_hint, control.active)
    return Patch(f"control {index}", control.area, (*shown, hovered, focused), draw)


def draw_control(
    surface: Surface, layout: Layout, control: Control, hovered: bool, focused: bool, type_: Typeface
) -> None:
    """Draw one control, with a ring around it where Tab has come to it."""
    if control.kind == "choice":
        _draw_choice(surface, layout, control, hovered, type_)
    elif control.kind == "tab":
        _draw_tab(surface, layout, control, hovered, type_)
    elif control.kind == "star":
        _draw_star(surface, control, hovered)
    else:
        _draw_button(surface, layout, control, hovered, type_)
    if focused:
        draw_focus(surface, layout, control.area)


def draw_focus(surface: Surface, layout: Layout, area: Rect) -> None:
    """The ring that says where Tab has come to."""
    surface.blit(shapes.outline(*area.size, layout.px(9), max(2, layout.px(2)), TEXT), area)


def draw_stars(surface: Surface, area: Rect, rating: int | None) -> None:
    """The rating as small stars, right to read but not to click; nothing without one."""
    if rating:
        size = min(area.height, area.width // STAR_COUNT)
        for index in range(rating):
            star = shapes.icon("star", size, ACCENT)
            surface.blit(star, star.get_rect(midleft=(area.left + index * size, area.centery)))


def draw_slider(surface: Surface, bar: Rect, share: float, colour: Colour, knob_px: int = 0) -> None:
    """A bar that is filled up to a share of its length, with a knob where it is to be dragged."""
    surface.blit(shapes.rounded(*bar.size, bar.height // 2, RAISED), bar)
    length = round(bar.width * min(1.0, max(0.0, share)))
    if length >= bar.height // 2:
        end = max(length, bar.height)
        whole = shapes.rounded(*bar.size, bar.height // 2, colour)
        surface.blit(whole, bar, Rect(0, 0, end - bar.height // 2, bar.height))
        half = bar.height - bar.height // 2
        tip = Rect(bar.left + end - half, bar.top, half, bar.height)
        surface.blit(whole, tip, Rect(bar.width - half, 0, half, bar.height))
    if knob_px:
        knob = shapes.disc(knob_px, TEXT, BACKGROUND)
        surface.blit(knob, knob.get_rect(center=(bar.left + length, bar.centery)))


def draw_field(
    surface: Surface, layout: Layout, area: Rect, text: str, empty: str, typing: bool, type_: Typeface
) -> None:
    """A line of text to type: what stands there, or what could; a cursor while it is being typed."""
    border = ACCENT if typing else LINE
    surface.blit(shapes.rounded(*area.size, layout.px(9), BACKGROUND, border), area)
    mark = shapes.icon("search", layout.px(15), ACCENT if typing else FAINT)
    surface.blit(mark, mark.get_rect(midleft=(area.left + layout.px(11), area.centery)))
    left = area.left + layout.px(36)
    room = Rect(left, area.top, area.right - left - layout.px(12), area.height)
    shown = _tail(text, room.width - layout.px(4), type_)
    place = type_.draw(surface, shown or empty, room, 14, TEXT if shown else FAINT)
    if typing:
        right = place.right if shown else room.left
        cursor = Rect(right + layout.px(1), 0, max(1, layout.px(1.5)), layout.px(18))
        cursor.centery = area.centery
        surface.fill(ACCENT, cursor)


def _tail(text: str, width_px: int, type_: Typeface) -> str:
    """As much of the end of a text as has room, since that is where one types."""
    while text and type_.width_of(text, 14) > width_px:
        text = text[1:]
    return text


def _draw_button(surface: Surface, layout: Layout, control: Control, hovered: bool, type_: Typeface) -> None:
    ground = {"primary": ACCENT, "danger": mix(PANEL, BAD, 0.75)}.get(control.kind, RAISED)
    if hovered:
        ground = HOVER if ground == RAISED else mix(ground, TEXT, 0.2)
    ink = ON_ACCENT if control.kind == "primary" else TEXT
    small = control.kind == "small"
    if small:
        ground, ink = mix(ground, BACKGROUND, 0.35), ACCENT if control.active else TEXT
    radius = layout.px(7 if small else 10)
    surface.blit(shapes.rounded(*control.area.size, radius, ground), control.area)
    _draw_inside(surface, layout, control, ink, ground, type_)


def _draw_inside(
    surface: Surface, layout: Layout, control: Control, ink: Colour, ground: Colour, type_: Typeface
) -> None:
    """Icon, label and the key that does the same, centred together; the key is left out where it has no room."""
    text_size = 11 if control.kind == "small" else 13
    size, gap = layout.px(17) if control.icon else 0, layout.px(6 if control.kind == "small" else 8)
    after_icon = gap if control.icon and control.label else 0
    hint_width = type_.width_of(control.key_hint, 11) if control.key_hint else 0
    label_width = type_.width_of(control.label, text_size, bold=True) if control.label else 0
    total = size + after_icon + label_width + gap + hint_width
    with_hint = bool(control.key_hint) and total <= control.area.width - layout.px(8)
    total = total if with_hint else size + after_icon + label_width
    left = max(control.area.left + layout.px(4), control.area.centerx - total // 2)
    if control.icon:
        mark = shapes.icon(control.icon, size, ACCENT if control.active else ink)
        surface.blit(mark, mark.get_rect(midleft=(left, control.area.centery)))
    room = min(label_width + 1, control.area.right - left - size - after_icon)
    label = Rect(left + size + after_icon, control.area.top, room, control.area.height)
    if control.label:
        type_.draw(surface, control.label, label, text_size, ink, bold=True)
    if with_hint:
        hint = Rect(label.right + gap - 1, label.top, hint_width + 1, label.height)
        type_.draw(surface, control.key_hint, hint, 11, mix(ground, ink, 0.5))


def _draw_choice(surface: Surface, layout: Layout, control: Control, hovered: bool, type_: Typeface) -> None:
    if control.active or hovered:
        ground = HOVER if control.active else RAISED
        surface.blit(shapes.rounded(*control.area.size, layout.px(8), ground), control.area)
    colour = TEXT if control.active else (MUTED if hovered else FAINT)
    type_.draw(surface, control.label, control.area, 13, colour, bold=control.active, align="centre")


def _draw_tab(surface: Surface, layout: Layout, control: Control, hovered: bool, type_: Typeface) -> None:
    if control.active or hovered:
        ground = RAISED if control.active else PANEL
        surface.blit(shapes.rounded(*control.area.size, layout.px(8), ground), control.area)
    colour = TEXT if control.active else MUTED
    type_.draw(surface, control.label, control.area, 13, colour, bold=control.active, align="centre")


def _draw_star(surface: Surface, control: Control, hovered: bool) -> None:
    colour = ACCENT if control.active else (MUTED if hovered else LINE)
    size = round(min(control.area.size) * 0.86)
    star = shapes.icon("star", size, colour)
    surface.blit(star, star.get_rect(center=control.area.center))
