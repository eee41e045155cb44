"""The layout of the library view and of the view How it works; that of the player view is in player.ui.layout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pygame import Rect

from player.messages.input_state import Mode
from player.ui.layout import Layout, columns, panel_body, panel_title_area, rows_within

LIBRARY_ROW_PX = 30
_LIST_SHARE = 0.72
_COLUMN_SHARES = (0.36, 0.25, 0.21, 0.11, 0.07)
CARD_COLUMNS, CARD_ROWS = 3, 3
_KEPT = 8


@dataclass(frozen=True, slots=True)
class LibraryAreas:
    """The list at the left with its search box, the selected track at the right."""

    list_panel: Rect
    search: Rect
    count: Rect
    headings: Rect
    rows: tuple[Rect, ...]
    scrollbar: Rect
    detail_panel: Rect
    cover: Rect
    words: Rect
    stars: Rect
    buttons: tuple[Rect, Rect]
    plane: Rect


@lru_cache(maxsize=_KEPT)
def library_areas(layout: Layout) -> LibraryAreas:
    """Both panels and their parts; the rows are as many as fit whole."""
    list_panel, detail_panel = columns(layout.body, (_LIST_SHARE, 1 - _LIST_SHARE), layout.px(12))
    padding, box = layout.px(14), layout.px(34)
    inside = list_panel.inflate(-2 * padding, -2 * padding)
    search = Rect(inside.left, inside.top, round(inside.width * 0.58), box)
    count = Rect(search.right + padding, search.top, inside.right - search.right - padding, box)
    headings = Rect(inside.left, search.bottom + layout.px(6), inside.width - padding, layout.px(24))
    below = Rect(inside.left, headings.bottom, headings.width, inside.bottom - headings.bottom)
    height = layout.px(LIBRARY_ROW_PX)
    rows = tuple(rows_within(below, height, below.height // max(1, height)))
    scrollbar = Rect(
        inside.right - layout.px(6), below.top, layout.px(6), rows[-1].bottom - below.top if rows else 1
    )
    return LibraryAreas(
        list_panel, search, count, headings, rows, scrollbar, detail_panel, *_detail(detail_panel, layout)
    )


def library_columns(row: Rect) -> list[Rect]:
    """Title, artist, album, stars and time within a row."""
    return columns(row, _COLUMN_SHARES, row.height // 3)


def _detail(panel: Rect, layout: Layout) -> tuple[Rect, Rect, Rect, tuple[Rect, Rect], Rect]:
    """Cover, words, stars, two buttons and the plane, from top to bottom."""
    body = panel_body(panel, layout)
    side = layout.px(84)
    cover = Rect(body.left, body.top, side, side)
    left, star = cover.right + layout.px(12), layout.px(20)
    words = Rect(left, body.top, body.right - left, side - star)
    stars = Rect(left, words.bottom, min(words.width, 5 * star), star)
    row = Rect(body.left, cover.bottom + layout.px(14), body.width, layout.px(34))
    first, second = columns(row, (0.5, 0.5), layout.px(8))
    top = row.bottom + layout.px(12)
    return cover, words, stars, (first, second), Rect(body.left, top, body.width, body.bottom - top)


@dataclass(frozen=True, slots=True)
class Card:
    """One card of how it works: its panel, its title, its words, and room for what is live."""

    panel: Rect
    title: Rect
    words: Rect
    live: Rect


_PICTURED = (0, 1, 3)
"""The cards whose live part is a picture beside the words; the others have it below them."""


@lru_cache(maxsize=_KEPT)
def cards(layout: Layout) -> tuple[Card, ...]:
    """Nine cards in three rows, read from left to right."""
    gap, height = layout.px(12), (layout.body.height - layout.px(12) * (CARD_ROWS - 1)) // CARD_ROWS
    panels = [
        panel
        for index in range(CARD_ROWS)
        for panel in columns(
            Rect(layout.body.left, layout.body.top + index * (height + gap), layout.body.width, height),
            (1 / CARD_COLUMNS,) * CARD_COLUMNS,
            gap,
        )
    ]
    return tuple(_card(panel, layout, index in _PICTURED) for index, panel in enumerate(panels))


def _card(panel: Rect, layout: Layout, pictured: bool) -> Card:
    body, title = panel_body(panel, layout), panel_title_area(panel, layout)
    if pictured:
        words, live = columns(body, (0.44, 0.56), layout.px(14))
        edge = layout.px(12)
        return Card(
            panel, title, words, Rect(live.left, panel.top + edge, live.width, panel.height - 2 * edge)
        )
    words = Rect(body.left, body.top, body.width, layout.px(52))
    top = words.bottom + layout.px(4)
    return Card(panel, title, words, Rect(body.left, top, body.width, body.bottom - top - layout.px(6)))


def button_row(area: Rect, layout: Layout, count: int) -> list[Rect]:
    """Buttons side by side at the bottom of a card."""
    row = Rect(area.left, area.bottom - layout.px(32), area.width, layout.px(32))
    return columns(row, (1 / count,) * count, layout.px(8))


def dialog_area(layout: Layout, mode: Mode) -> Rect:
    """A dialog in the middle of the window: the help is larger than a question."""
    width, height = (830, 400) if mode is Mode.HELP else (440, 210)
    area = Rect(0, 0, layout.px(width), layout.px(height))
    area.center = layout.window.center
    return area.clamp(layout.window)
