"""The mood over time, drawn at twice the size and scaled down for smooth lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pygame
from pygame import Rect, Surface

from player.messages.view_state import MoodPoint, ViewState
from player.ui import shapes
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    FAINT,
    LINE,
    PANEL,
    Colour,
    emotion_colour,
    mix,
)
from recognizer.affect import Affect, Emotion

FINER = 2
"""How much larger lines are drawn than shown."""
VALENCE_COLOUR: Colour = ACCENT
AROUSAL_COLOUR: Colour = (122, 168, 220)
GAP_SECONDS = 1.5
"""Points further apart than this are not joined: nobody was seen between them."""


def strip_chart(view: ViewState, size: tuple[int, int], type_: Typeface, px: float) -> Surface:
    """Valence and arousal over the last minutes, a ribbon of the emotions below, a tick where the music changed."""
    surface = Surface(size)
    surface.fill(PANEL)
    label_width = type_.width_of("pleasant", 11) + round(8 * px)
    ribbon = Rect(0, size[1] - round(26 * px), size[0] - label_width, round(8 * px))
    plot = Rect(0, 0, ribbon.width, ribbon.top - round(8 * px))
    large = Surface((plot.width * FINER, plot.height * FINER))
    large.fill(PANEL)
    _grid(large, plot)
    for moment in view.changes:
        _change_tick(large, _x_of(moment, view, plot.width), plot.height)
    for colour, valence in ((AROUSAL_COLOUR, False), (VALENCE_COLOUR, True)):
        for run in _runs(view.history):
            _curve(large, run, view, plot, colour, valence)
    surface.blit(pygame.transform.smoothscale(large, plot.size), plot)
    _ribbon(surface, view, ribbon)
    _line_labels(surface, view, plot, type_)
    _time_labels(surface, view, ribbon, type_)
    return surface


def _x_of(moment: float, view: ViewState, width: float) -> float:
    return width * (1 - (view.now_seconds - moment) / view.history_span_seconds)


def _runs(points: Sequence[MoodPoint]) -> Iterable[list[MoodPoint]]:
    run: list[MoodPoint] = []
    for point in points:
        if run and point.time_seconds - run[-1].time_seconds > GAP_SECONDS:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _grid(large: Surface, plot: Rect) -> None:
    width, height = large.get_size()
    for share in (0.0, 0.5, 1.0):
        y = min(height - FINER, round(share * height))
        pygame.draw.line(large, mix(PANEL, LINE, 1.0 if share == 0.5 else 0.55), (0, y), (width, y), FINER)


def _change_tick(large: Surface, x: float, plot_height: int) -> None:
    if x > 0:
        step = 6 * FINER
        for top in range(0, plot_height * FINER, step * 2):
            pygame.draw.line(large, FAINT, (x * FINER, top), (x * FINER, top + step), FINER)


def _curve(
    large: Surface, run: Sequence[MoodPoint], view: ViewState, plot: Rect, colour: Colour, valence: bool
) -> None:
    places = []
    for point in run:
        value = point.affect.valence if valence else point.affect.arousal
        x = _x_of(point.time_seconds, view, plot.width) * FINER
        places.append((x, (1 - (value + 1) / 2) * (plot.height - 4) * FINER + 2 * FINER))
    if len(places) > 1:
        pygame.draw.lines(large, colour, False, places, 2 * FINER)


def _ribbon(surface: Surface, view: ViewState, ribbon: Rect) -> None:
    surface.blit(shapes.rounded(*ribbon.size, ribbon.height // 2, BACKGROUND), ribbon)
    colours = Surface(ribbon.size, pygame.SRCALPHA)
    for emotion, begun, ended in _stretches(view.history):
        left, right = (int(_x_of(moment, view, ribbon.width)) for moment in (begun, ended))
        if right > 0:
            colours.fill(emotion_colour(emotion), Rect(left, 0, right - left + 1, ribbon.height))
    surface.blit(colours, ribbon)
    shapes.round_corners(surface, ribbon, ribbon.height // 2, PANEL)


def _stretches(points: Sequence[MoodPoint]) -> list[tuple[Emotion | None, float, float]]:
    """The emotions one after the other, each with its beginning and its end."""
    found: list[tuple[Emotion | None, float, float]] = []
    for before, after in pairwise(points):
        if after.time_seconds - before.time_seconds > GAP_SECONDS:
            continue
        begun = before.time_seconds
        if found and found[-1][0] is before.emotion and found[-1][2] == begun:
            begun = found.pop()[1]
        found.append((before.emotion, begun, after.time_seconds))
    return found


def _line_labels(surface: Surface, view: ViewState, plot: Rect, type_: Typeface) -> None:
    """Name each line where it ends, keeping the two names a line apart."""
    line = type_.height_of(11)
    affect = view.history[-1].affect if view.history else Affect(0.3, -0.3)
    heights = [
        round(plot.top + (1 - (value + 1) / 2) * plot.height) for value in (affect.valence, affect.arousal)
    ]
    middle, order = sum(heights) / 2, 1 if heights[0] <= heights[1] else -1
    if abs(heights[0] - heights[1]) < line:
        heights = [round(middle - order * line / 2), round(middle + order * line / 2)]
    left = plot.right + round(line * 0.4)
    for name, y, colour in zip(
        ("pleasant", "active"), heights, (VALENCE_COLOUR, AROUSAL_COLOUR), strict=True
    ):
        top = min(max(plot.top, y - line // 2), plot.bottom - line)
        type_.draw(surface, name, Rect(left, top, surface.get_width() - left, line), 11, colour)


def _time_labels(surface: Surface, view: ViewState, ribbon: Rect, type_: Typeface) -> None:
    line = type_.height_of(11)
    row = Rect(ribbon.left, surface.get_height() - line, ribbon.width, line)
    minutes = view.history_span_seconds / 60
    type_.draw(surface, f"{minutes:.0f} min ago", row, 11, FAINT)
    type_.draw(surface, f"{minutes / 2:.0f} min", row, 11, FAINT, align="centre")
    type_.draw(surface, "now", row, 11, FAINT, align="right")
