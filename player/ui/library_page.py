"""The library view: a list of any length, of which only visible rows are drawn, and the selected track."""

from __future__ import annotations

from pygame import Rect, Surface

from player.messages.input_state import Mode, selected_track
from player.messages.view_state import LibraryView, TrackView
from player.messages.words import feeling
from player.ui import panels, shapes
from player.ui.cover import draw_cover
from player.ui.layout import Layout
from player.ui.page_layout import LibraryAreas, library_areas, library_columns
from player.ui.patches import DrawContext, Patch
from player.ui.plane import PlanePanel
from player.ui.player_page import chart_step
from player.ui.text import Typeface
from player.ui.theme import ACCENT, FAINT, HOVER, MUTED, RAISED, TEXT, affect_colour
from player.ui.widgets import control_patches, draw_field, draw_stars
from recognizer.words import clock

_HEADINGS = ("Title", "Artist", "Album", "Stars", "Time")
_EMPTY = "Nothing in the library has these words. Esc goes back to all of it."
_STILL_EMPTY = "The library holds no music yet. Name a folder with --music or in config.yaml."


class LibraryPage:
    """Makes the patches of the library; keeps the plane's ground between them."""

    def __init__(self) -> None:
        self._plane = PlanePanel()

    def ground(self, surface: Surface, context: DrawContext) -> None:
        """The two panels and the names of the columns."""
        layout, areas = context.layout, library_areas(context.layout)
        panels.panel_ground(surface, areas.list_panel, layout)
        panels.panel_ground(surface, areas.detail_panel, layout)
        row = _inside(areas.headings, layout)
        for name, cell in zip(_HEADINGS, library_columns(row), strict=True):
            align = "right" if name == "Time" else "left"
            context.type_.draw(surface, name, cell, 11, FAINT, align=align)

    def patches(self, context: DrawContext) -> list[Patch]:
        """Search box, list, scroll bar and the selected track."""
        areas = library_areas(context.layout)
        return [
            _search_patch(context, areas),
            _count_patch(context, areas),
            _list_patch(context, areas),
            _scroll_patch(context, areas),
            *self._detail_patches(context, areas),
            *control_patches(context, context.controls),
        ]

    def _detail_patches(self, context: DrawContext, areas: LibraryAreas) -> list[Patch]:
        layout, view, input_state, type_ = context.layout, context.view, context.input_state, context.type_
        shown, step = selected_track(input_state, view), chart_step(view)
        cover = view.playing.cover if view.playing is not None else None

        def draw(surface: Surface) -> None:
            _draw_detail(surface, areas, layout, shown, type_)
            if shown is not None:
                draw_cover(surface, areas.cover, layout, shown, cover)

        def draw_plane(surface: Surface) -> None:
            self._plane.draw(surface, areas.plane, layout, view, input_state, shown, step, type_)

        body = areas.cover.union(areas.words)
        mood = (view.mood.affect, view.mood.emotion) if view.mood is not None else None
        place = shown.mood if shown is not None else None
        queue = tuple(each.mood for each in view.queue)
        key = (
            step,
            mood,
            view.target,
            view.path,
            view.goal,
            queue,
            place,
            input_state.point,
            input_state.mode,
        )
        return [Patch("detail", body, (shown, cover), draw), Patch("plane", areas.plane, key, draw_plane)]


def _inside(row: Rect, layout: Layout) -> Rect:
    """A row without the mood's dot at its left."""
    left = row.left + layout.px(22)
    return Rect(left, row.top, row.right - left - layout.px(4), row.height)


def _search_patch(context: DrawContext, areas: LibraryAreas) -> Patch:
    typing = context.input_state.mode is Mode.SEARCH
    text = context.input_state.text if typing else context.view.library.query
    focused = any(
        each.kind == "field" and each.command == context.input_state.focus for each in context.controls
    )

    def draw(surface: Surface) -> None:
        empty = "Search: title, artist, album, genre" if typing else "Search  ( / )"
        draw_field(surface, context.layout, areas.search, text, empty, typing or focused, context.type_)

    return Patch("search", areas.search, (text, typing, focused), draw)


def _count_patch(context: DrawContext, areas: LibraryAreas) -> Patch:
    library = context.view.library
    words = f"{library.total:,} tracks" if library.total != 1 else "1 track"
    if library.query:
        words += " found"

    def draw(surface: Surface) -> None:
        context.type_.draw(surface, words, areas.count, 12, MUTED, align="right")

    return Patch("count", areas.count, words, draw)


def _list_patch(context: DrawContext, areas: LibraryAreas) -> Patch:
    layout, library = context.layout, context.view.library
    playing = context.view.playing.track.track_id if context.view.playing is not None else None
    hovered = context.row_hovered()
    area = Rect(areas.headings.left, areas.headings.bottom, areas.headings.width, areas.scrollbar.height)

    def draw(surface: Surface) -> None:
        if not library.rows:
            words = _EMPTY if library.query else _STILL_EMPTY
            context.type_.draw(surface, words, area.inflate(0, -area.height // 2), 13, MUTED, align="centre")
        for index, (track, row) in enumerate(zip(library.rows, areas.rows, strict=False)):
            chosen = library.first_row + index == context.input_state.selected
            if chosen or row == hovered:
                ground = shapes.rounded(*row.size, layout.px(7), HOVER if chosen else RAISED)
                surface.blit(ground, row)
            _draw_row(surface, layout, row, track, track.track_id == playing, context.type_)

    key = (library, context.input_state.selected, playing, tuple(hovered) if hovered else None)
    return Patch("list", area, key, draw)


def _draw_row(
    surface: Surface, layout: Layout, row: Rect, track: TrackView, plays: bool, type_: Typeface
) -> None:
    """The mood's colour (hollow while unknown), title, artist, album, stars and time."""
    size, colour = layout.px(10), affect_colour(track.mood)
    dot = shapes.disc(size, colour) if track.mood_known else shapes.ring(size, max(1, size // 6), FAINT)
    if plays:
        dot = shapes.icon("note", layout.px(14), ACCENT)
    surface.blit(dot, dot.get_rect(center=(row.left + layout.px(12), row.centery)))
    title, artist, album, stars, time = library_columns(_inside(row, layout))
    type_.draw(surface, track.title, title, 13, ACCENT if plays else TEXT)
    type_.draw(surface, track.artist, artist, 12, MUTED)
    type_.draw(surface, track.album, album, 12, FAINT)
    draw_stars(
        surface,
        Rect(stars.left, stars.top, stars.width, stars.height).inflate(0, -stars.height // 2),
        track.rating,
    )
    words = clock(track.duration_seconds) if track.duration_seconds else ""
    type_.draw(surface, words, time, 11, FAINT, align="right")


def _scroll_patch(context: DrawContext, areas: LibraryAreas) -> Patch:
    thumb = scroll_thumb(areas.scrollbar, context.view.library, context.layout)

    def draw(surface: Surface) -> None:
        if thumb is not None:
            surface.blit(
                shapes.rounded(*areas.scrollbar.size, areas.scrollbar.width // 2, RAISED), areas.scrollbar
            )
            surface.blit(shapes.rounded(*thumb.size, thumb.width // 2, MUTED), thumb)

    return Patch("scroll", areas.scrollbar, tuple(thumb) if thumb else None, draw)


def scroll_thumb(bar: Rect, library: LibraryView, layout: Layout) -> Rect | None:
    """The part of the scroll bar that stands for the rows in sight; None where all are in sight."""
    if library.total <= len(library.rows):
        return None
    height = max(layout.px(24), round(bar.height * len(library.rows) / library.total))
    share = library.first_row / max(1, library.total - len(library.rows))
    return Rect(bar.left, bar.top + round((bar.height - height) * min(1.0, share)), bar.width, height)


def _draw_detail(
    surface: Surface, areas: LibraryAreas, layout: Layout, track: TrackView | None, type_: Typeface
) -> None:
    if track is None:
        words = "Choose a track with the arrows or a click"
        type_.draw(surface, words, areas.cover.union(areas.words), 12, FAINT, align="centre")
        return
    line, top = type_.height_of(12), areas.words.top
    title = type_.wrap(track.title, areas.words.width, 15, 2, bold=True)
    for text in title:
        row = Rect(areas.words.left, top, areas.words.width, layout.px(20))
        type_.draw(surface, text, row, 15, TEXT, bold=True)
        top = row.bottom
    for text in (track.artist, feeling(track)):
        row = Rect(areas.words.left, top, areas.words.width, line)
        if row.bottom <= areas.words.bottom + line // 2:
            type_.draw(surface, text, row, 12, MUTED if text == track.artist else FAINT)
        top = row.bottom
