"""The mood over time and on the valence-arousal plane, drawn at twice the size and scaled down for smooth lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pygame
from pygame import Rect, Surface

from player.ui import shapes
from player.ui.layout import fit_inside
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    FAINT,
    LINE,
    MUTED,
    PANEL,
    TEXT,
    Colour,
    affect_colour,
    emotion_colour,
    mix,
)
from player.ui.view_state import MoodPoint, ViewState
from recognizer.affect import Affect

_FINER = 2
VALENCE_COLOUR: Colour = ACCENT
AROUSAL_COLOUR: Colour = (122, 168, 220)
_TRAIL_SECONDS = 30.0
_GAP_SECONDS = 1.5
"""Points further apart than this are not joined: nobody was seen between them."""


def strip_chart(view: ViewState, size: tuple[int, int], type_: Typeface, px: float) -> Surface:
    """Valence and arousal over the last minutes, a ribbon of the emotions below, a tick where the music changed."""
    surface = Surface(size)
    surface.fill(PANEL)
    label_width = type_.width_of("pleasant", 11) + round(8 * px)
    ribbon = Rect(0, size[1] - round(26 * px), size[0] - label_width, round(8 * px))
    plot = Rect(0, 0, ribbon.width, ribbon.top - round(8 * px))
    large = Surface((plot.width * _FINER, plot.height * _FINER))
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


def plane_chart(view: ViewState, size: tuple[int, int], type_: Typeface, px: float) -> Surface:
    """Where the mood is and has been, where the music is meant to be, and where the tracks are."""
    surface = Surface(size)
    surface.fill(PANEL)
    line = type_.height_of(11)
    square = fit_inside(1, 1, Rect(0, line, size[0], max(1, size[1] - 2 * line)))
    square = (
        square.inflate(size[0] - square.width - round(8 * px), 0) if size[0] < 2 * square.width else square
    )
    inner = square.inflate(-round(16 * px), -round(16 * px))
    surface.blit(_trail_ground(view, square, inner), square)
    shapes.round_corners(surface, square, round(8 * px), PANEL)
    _axes(surface, square, type_)
    _queue_marks(surface, view, inner, px)
    _target_mark(surface, view, inner, px)
    _mood_mark(surface, view, inner, px)
    return surface


def place_of(affect: Affect, area: Rect) -> tuple[int, int]:
    """Where a point of the plane stands in an area: valence to the right, arousal upwards."""
    across = (min(1.0, max(-1.0, affect.valence)) + 1) / 2
    up = (min(1.0, max(-1.0, affect.arousal)) + 1) / 2
    return round(area.left + across * area.width), round(area.bottom - up * area.height)


def _x_of(moment: float, view: ViewState, width: float) -> float:
    return width * (1 - (view.now_seconds - moment) / view.history_span_seconds)


def _runs(points: Sequence[MoodPoint]) -> Iterable[list[MoodPoint]]:
    run: list[MoodPoint] = []
    for point in points:
        if run and point.time_seconds - run[-1].time_seconds > _GAP_SECONDS:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _grid(large: Surface, plot: Rect) -> None:
    width, height = large.get_size()
    for share in (0.0, 0.5, 1.0):
        y = min(height - _FINER, round(share * height))
        pygame.draw.line(large, mix(PANEL, LINE, 1.0 if share == 0.5 else 0.55), (0, y), (width, y), _FINER)


def _change_tick(large: Surface, x: float, plot_height: int) -> None:
    if x > 0:
        step = 6 * _FINER
        for top in range(0, plot_height * _FINER, step * 2):
            pygame.draw.line(large, FAINT, (x * _FINER, top), (x * _FINER, top + step), _FINER)


def _curve(
    large: Surface, run: Sequence[MoodPoint], view: ViewState, plot: Rect, colour: Colour, valence: bool
) -> None:
    places = []
    for point in run:
        value = point.affect.valence if valence else point.affect.arousal
        x = _x_of(point.time_seconds, view, plot.width) * _FINER
        places.append((x, (1 - (value + 1) / 2) * (plot.height - 4) * _FINER + 2 * _FINER))
    if len(places) > 1:
        pygame.draw.lines(large, colour, False, places, 2 * _FINER)


def _ribbon(surface: Surface, view: ViewState, ribbon: Rect) -> None:
    surface.blit(shapes.rounded(*ribbon.size, ribbon.height // 2, BACKGROUND), ribbon)
    colours = Surface(ribbon.size, pygame.SRCALPHA)
    for before, after in pairwise(view.history):
        if after.time_seconds - before.time_seconds <= _GAP_SECONDS:
            left = _x_of(before.time_seconds, view, ribbon.width)
            right = _x_of(after.time_seconds, view, ribbon.width)
            if right > 0:
                band = Rect(int(left), 0, int(right) - int(left) + 1, ribbon.height)
                colours.fill(emotion_colour(before.emotion), band)
    surface.blit(colours, ribbon)
    shapes.round_corners(surface, ribbon, ribbon.height // 2, PANEL)


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


def _axes(surface: Surface, square: Rect, type_: Typeface) -> None:
    line = type_.height_of(11)
    above = Rect(square.left, square.top - line, square.width, line)
    below = Rect(square.left, square.bottom, square.width, line)
    type_.draw(surface, "active", above, 11, FAINT, align="centre")
    type_.draw(surface, "calm", below, 11, FAINT, align="centre")
    beside = Rect(square.left + line // 2, square.centery - line, square.width - line, line)
    type_.draw(surface, "unpleasant", beside, 11, FAINT)
    type_.draw(surface, "pleasant", beside, 11, FAINT, align="right")


def _queue_marks(surface: Surface, view: ViewState, inner: Rect, px: float) -> None:
    for track in view.queue:
        dot = shapes.disc(max(4, round(7 * px)), mix(BACKGROUND, affect_colour(track.mood), 0.6))
        surface.blit(dot, dot.get_rect(center=place_of(track.mood, inner)))
    if view.playing is not None:
        mood = view.playing.track.mood
        note = shapes.icon("note", max(12, round(17 * px)), affect_colour(mood))
        surface.blit(note, note.get_rect(center=place_of(mood, inner)))


def _trail_ground(view: ViewState, square: Rect, inner: Rect) -> Surface:
    """The plane's ground with its axes and the last half minute of the mood, fading."""
    large = Surface((square.width * _FINER, square.height * _FINER))
    large.fill(BACKGROUND)
    width, height = large.get_size()
    pygame.draw.line(large, LINE, (0, height // 2), (width, height // 2), _FINER)
    pygame.draw.line(large, LINE, (width // 2, 0), (width // 2, height), _FINER)
    finer = inner.move(-square.left, -square.top)
    finer = Rect(finer.left * _FINER, finer.top * _FINER, finer.width * _FINER, finer.height * _FINER)
    recent = [point for point in view.history if view.now_seconds - point.time_seconds < _TRAIL_SECONDS]
    for before, after in pairwise(recent):
        if after.time_seconds - before.time_seconds <= _GAP_SECONDS:
            strength = 1 - (view.now_seconds - after.time_seconds) / _TRAIL_SECONDS
            colour = mix(BACKGROUND, emotion_colour(after.emotion), 0.1 + 0.7 * strength)
            ends = place_of(before.affect, finer), place_of(after.affect, finer)
            pygame.draw.line(large, colour, *ends, 2 * _FINER)
    return pygame.transform.smoothscale(large, square.size)


def _target_mark(surface: Surface, view: ViewState, inner: Rect, px: float) -> None:
    if view.target is not None:
        circle = shapes.ring(max(14, round(24 * px)), max(1, round(1.6 * px)), TEXT)
        surface.blit(circle, circle.get_rect(center=place_of(view.target, inner)))


def _mood_mark(surface: Surface, view: ViewState, inner: Rect, px: float) -> None:
    if view.mood is not None:
        colour = emotion_colour(view.mood.emotion) if view.has_face else MUTED
        dot = shapes.disc(max(8, round(13 * px)), colour, BACKGROUND)
        surface.blit(dot, dot.get_rect(center=place_of(view.mood.affect, inner)))
