"""Parts common to all views: the header, the footer with its buttons, and the dialogs."""

from __future__ import annotations

from pygame import Rect, Surface

from player.messages.input_state import Mode
from player.messages.keys import HELP
from player.messages.view_state import MemoryView
from player.ui import panels, shapes
from player.ui.layout import Layout, columns, header_areas
from player.ui.page_layout import dialog_area
from player.ui.patches import DrawContext, Patch
from player.ui.text import Typeface
from player.ui.theme import ACCENT, BACKGROUND, FAINT, HOVER, MUTED, PANEL, TEXT
from player.ui.widgets import draw_control, draw_field

_ROW_PX, _GROUP_PX = 21, 30


def header_patches(context: DrawContext) -> list[Patch]:
    """The name, the notice and the camera light."""
    layout, view, type_ = context.layout, context.view, context.type_
    areas = header_areas(layout)
    hint = context.hovered.hint if context.hovered is not None else ""

    def name(surface: Surface) -> None:
        panels.draw_name(surface, layout, type_)

    def notice(surface: Surface) -> None:
        panels.draw_notice(surface, areas.notice, hint, view.notice, type_)

    def light(surface: Surface) -> None:
        panels.draw_camera_light(surface, areas.light, layout, view.camera, type_)

    return [
        Patch("name", areas.name, None, name),
        Patch("notice", areas.notice, (hint, view.notice), notice),
        Patch("light", areas.light, view.camera, light),
    ]


def dialog_patches(context: DrawContext) -> list[Patch]:
    """The dialog of a mode that has one, over everything else; its buttons are drawn with it."""
    mode = context.input_state.mode
    if mode not in (Mode.HELP, Mode.NAME, Mode.DELETE):
        return []
    area = dialog_area(context.layout, mode)
    inside = area.inflate(-context.layout.px(40), -context.layout.px(36))
    moat = area.inflate(
        context.layout.px(10), context.layout.px(10)
    )  # nothing may show through a patch that lies above

    def draw(surface: Surface) -> None:
        surface.fill(BACKGROUND, moat)
        surface.blit(shapes.rounded(*area.size, context.layout.px(14), PANEL, HOVER), area)
        if mode is Mode.HELP:
            _draw_help(surface, inside, context.layout, context.type_)
        elif mode is Mode.NAME:
            _draw_name_question(surface, inside, context)
        else:
            _draw_delete_question(surface, inside, context.layout, context.view.memory, context.type_)
        for control in context.controls:
            focused = control.command == context.input_state.focus
            draw_control(surface, context.layout, control, control is context.hovered, focused, context.type_)

    key = (mode, context.input_state.text, context.input_state.focus, context.hovered, context.view.memory)
    return [Patch("dialog", moat, key, draw)]


def _draw_help(surface: Surface, area: Rect, layout: Layout, type_: Typeface) -> None:
    """The keys in three columns."""
    title = Rect(area.left, area.top, area.width, layout.px(30))
    type_.draw(surface, "What the keys do", title, 17, TEXT, bold=True)
    below = Rect(area.left, title.bottom + layout.px(10), area.width, area.bottom - title.bottom)
    for groups, column in zip(_help_columns(), columns(below, (1 / 3,) * 3, layout.px(22)), strict=True):
        top = column.top
        for heading, rows in groups:
            row = Rect(column.left, top, column.width, layout.px(_ROW_PX))
            type_.draw(surface, heading, row, 12, ACCENT, bold=True)
            for keys, words in rows:
                row = row.move(0, layout.px(_ROW_PX))
                type_.draw(surface, keys, row, 12, TEXT, bold=True)
                left = row.left + layout.px(82)
                type_.draw(surface, words, Rect(left, row.top, row.right - left, row.height), 12, MUTED)
            top = row.bottom + layout.px(_GROUP_PX - _ROW_PX + 4)


def _help_columns() -> tuple[tuple[tuple[str, tuple[tuple[str, str], ...]], ...], ...]:
    return HELP[:2], HELP[2:3], HELP[3:]


def _draw_name_question(surface: Surface, area: Rect, context: DrawContext) -> None:
    layout, type_ = context.layout, context.type_
    _heading(surface, area, layout, type_, "Keep your resting face")
    words = (
        "Under which name? Look relaxed at the camera for ten seconds then; you are known again next time."
    )
    _sentence(surface, area, layout, type_, words)
    field = Rect(area.left, area.top + layout.px(78), area.width, layout.px(36))
    draw_field(surface, layout, field, context.input_state.text, "Your name", True, type_)


def _draw_delete_question(
    surface: Surface, area: Rect, layout: Layout, memory: MemoryView, type_: Typeface
) -> None:
    _heading(surface, area, layout, type_, "Forget all that was remembered?")
    words = (
        f"{memory.plays} plays, {memory.verdicts} likes, skips and the like, {memory.corrections} corrected moods"
        f" and {memory.people} kept faces are deleted for good. Your music stays as it is."
    )
    _sentence(surface, area, layout, type_, words)


def _heading(surface: Surface, area: Rect, layout: Layout, type_: Typeface, words: str) -> None:
    row = Rect(area.left, area.top, area.width, layout.px(28))
    type_.draw(surface, words, row, 17, TEXT, bold=True)


def _sentence(surface: Surface, area: Rect, layout: Layout, type_: Typeface, words: str) -> None:
    line = type_.height_of(13)
    for index, text in enumerate(type_.wrap(words, area.width, 13, 4)):
        row = Rect(area.left, area.top + layout.px(34) + index * line, area.width, line)
        type_.draw(surface, text, row, 13, MUTED if text else FAINT)
