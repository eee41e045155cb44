"""The layout of a window of a given size: pure arithmetic on a grid of eight scaled pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pygame import Rect

from player.messages.view_state import STAR_COUNT

BASE_SIZE_PX = (1120, 700)
"""The window size at which one design pixel is one screen pixel."""

SMALLEST_SCALE = 0.6
PANEL_TITLE_PX = 34
PANEL_PADDING_PX = 14
_TAB_WIDTHS = (66, 72, 106, 28)
_COLUMN_SHARES = (0.395, 0.267, 0.338)
_UPPER_SHARE = 0.565
_KEPT = 8
"""For how many window sizes positions are remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The rectangles of all parts, in pixels; `scale` is screen pixels per design pixel.

    There is one object for each size, so that what is computed from it can be kept.

    The header and the footer are the same in every view; `body` is what lies between, the six panels the player's.
    """

    scale: float
    window: Rect
    header: Rect
    body: Rect
    preview: Rect
    timeline: Rect
    mood: Rect
    plane: Rect
    playing: Rect
    queue: Rect
    footer: Rect

    @property
    def panels(self) -> tuple[Rect, ...]:
        """The six panels, by rows."""
        return self.preview, self.mood, self.playing, self.timeline, self.plane, self.queue

    def px(self, design_pixels: float) -> int:
        """Design pixels to screen pixels, at least one."""
        return max(1, round(design_pixels * self.scale))


def scale_of(width_px: int, height_px: int, zoom: float = 1.0) -> float:
    """Screen pixels per design pixel: everything grows with the window, so that dense screens stay readable.

    `zoom` (the user's setting) makes text and controls larger or smaller than the window alone would.
    """
    fitting = min(width_px / BASE_SIZE_PX[0], height_px / BASE_SIZE_PX[1])
    return max(SMALLEST_SCALE, fitting * min(zoom, 1.25))


@lru_cache(maxsize=_KEPT)
def layout_of(width_px: int, height_px: int, zoom: float = 1.0) -> Layout:
    """Three columns (you, your mood, the music) of two rows, a header above and the controls below."""
    scale = scale_of(width_px, height_px, zoom)
    margin, gap = round(16 * scale), round(12 * scale)
    header_height, footer_height = round(36 * scale), round(44 * scale)
    header = Rect(margin, round(8 * scale), width_px - 2 * margin, header_height)
    footer = Rect(margin, height_px - margin - footer_height, width_px - 2 * margin, footer_height)
    top = header.bottom + round(8 * scale)
    body = Rect(margin, top, width_px - 2 * margin, footer.top - gap - top)
    upper = round((body.height - gap) * _UPPER_SHARE)
    cells = [_two_rows(column, upper, gap) for column in columns(body, _COLUMN_SHARES, gap)]
    (preview, timeline), (mood, plane), (playing, queue) = cells
    window = Rect(0, 0, width_px, height_px)
    return Layout(scale, window, header, body, preview, timeline, mood, plane, playing, queue, footer)


def panel_body(panel: Rect, layout: Layout) -> Rect:
    """What a panel has room for below its title."""
    padding, title = layout.px(PANEL_PADDING_PX), layout.px(PANEL_TITLE_PX)
    return Rect(
        panel.left + padding,
        panel.top + title,
        panel.width - 2 * padding,
        panel.height - title - padding // 2,
    )


def panel_title_area(panel: Rect, layout: Layout) -> Rect:
    """Where a panel's title stands."""
    padding = layout.px(PANEL_PADDING_PX)
    return Rect(panel.left + padding, panel.top, panel.width - 2 * padding, layout.px(PANEL_TITLE_PX))


@dataclass(frozen=True, slots=True)
class HeaderAreas:
    """The header: the name, the tabs of the three views and the help, the notice, the camera light."""

    name: Rect
    tabs: tuple[Rect, ...]
    notice: Rect
    light: Rect


@lru_cache(maxsize=_KEPT)
def header_areas(layout: Layout) -> HeaderAreas:
    """Name and tabs from the left, the camera light at the right, and what lies between for notices."""
    header, tabs = layout.header, []
    name = Rect(header.left, header.top, layout.px(116), header.height)
    left = name.right + layout.px(8)
    for width in _TAB_WIDTHS:
        tabs.append(Rect(left, header.top + layout.px(4), layout.px(width), header.height - layout.px(8)))
        left += layout.px(width + 4)
    light = Rect(0, 0, layout.px(142), layout.px(28))
    light.midright = header.midright
    notice = Rect(left + layout.px(8), header.top, light.left - left - layout.px(24), header.height)
    return HeaderAreas(name, tuple(tabs), notice, light)


@dataclass(frozen=True, slots=True)
class PlayingAreas:
    """The parts of the panel that says what plays."""

    cover: Rect
    words: Rect
    stars: Rect
    progress: Rect
    times: Rect
    why: Rect
    volume: Rect


@lru_cache(maxsize=_KEPT)
def playing_areas(layout: Layout) -> PlayingAreas:
    """Cover and words side by side, the progress below, the reason at the bottom, the volume beside the title."""
    body, side = panel_body(layout.playing, layout), layout.px(108)
    cover = Rect(body.left, body.top + layout.px(4), side, side)
    left, star = cover.right + layout.px(14), layout.px(20)
    words = Rect(left, cover.top, body.right - left, side - star - layout.px(2))
    stars = Rect(left, words.bottom + layout.px(2), min(words.width, star * STAR_COUNT), star)
    progress = Rect(body.left, cover.bottom + layout.px(14), body.width, layout.px(6))
    times = Rect(body.left, progress.bottom + layout.px(3), body.width, layout.px(18))
    why = Rect(body.left, times.bottom + layout.px(9), body.width, 0)
    why.height = max(0, body.bottom - layout.px(6) - why.top)
    title = panel_title_area(layout.playing, layout)
    volume = Rect(0, 0, layout.px(92), layout.px(6))
    volume.midright = title.midright
    return PlayingAreas(cover, words, stars, progress, times, why, volume)


def plane_square(area: Rect, layout: Layout) -> Rect:
    """The valence-arousal plane inside an area, with a line of words above and below; wider where it is narrow."""
    line = layout.px(16)
    square = fit_inside(1, 1, Rect(area.left, area.top + line, area.width, max(1, area.height - 2 * line)))
    if area.width < 2 * square.width:
        square = square.inflate(area.width - square.width - layout.px(8), 0)
    return square


def plane_inner(square: Rect, layout: Layout) -> Rect:
    """The part of the plane's ground that stands for -1 to 1, so that no mark is cut at an edge."""
    return square.inflate(-2 * layout.px(8), -2 * layout.px(8))


def columns(area: Rect, shares: tuple[float, ...], gap_px: int) -> list[Rect]:
    """Split an area side by side by shares that sum to 1; the last one takes what rounding leaves."""
    usable = area.width - gap_px * (len(shares) - 1)
    rects, left = [], area.left
    for share in shares[:-1]:
        width = round(usable * share)
        rects.append(Rect(left, area.top, width, area.height))
        left += width + gap_px
    rects.append(Rect(left, area.top, area.right - left, area.height))
    return rects


def rows_within(area: Rect, row_height_px: int, count: int) -> list[Rect]:
    """As many of `count` rows of one height as fit whole into the area, from its top."""
    fitting = min(count, area.height // max(1, row_height_px))
    return [Rect(area.left, area.top + i * row_height_px, area.width, row_height_px) for i in range(fitting)]


def fit_inside(width_px: int, height_px: int, area: Rect) -> Rect:
    """The largest rectangle of the given proportions inside an area, centred."""
    factor = min(area.width / max(1, width_px), area.height / max(1, height_px))
    fitted = Rect(0, 0, max(1, round(width_px * factor)), max(1, round(height_px * factor)))
    fitted.center = area.center
    return fitted


def _two_rows(column: Rect, upper_px: int, gap_px: int) -> tuple[Rect, Rect]:
    upper = Rect(column.left, column.top, column.width, upper_px)
    lower_top = upper.bottom + gap_px
    return upper, Rect(column.left, lower_top, column.width, column.bottom - lower_top)
