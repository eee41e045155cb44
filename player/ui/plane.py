"""The valence-arousal plane: the mood and its trail, the path of the policy, and the moods of tracks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import pygame
from pygame import Rect, Surface

from player.messages.input_state import InputState, Mode
from player.messages.view_state import TrackView, ViewState
from player.ui import shapes
from player.ui.charts import FINER, GAP_SECONDS
from player.ui.layout import Layout, plane_inner, plane_square
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    FAINT,
    LINE,
    MUTED,
    PANEL,
    TEXT,
    affect_colour,
    emotion_colour,
    mix,
)
from recognizer.affect import Affect

TRAIL_SECONDS = 30.0
_DOT_STEP = 0.12
"""Distance between the dots of the path, on the plane's scale."""


def place_of(affect: Affect, area: Rect) -> tuple[int, int]:
    """Pixel position of a point of the plane in an area: valence to the right, arousal upwards."""
    across = (min(1.0, max(-1.0, affect.valence)) + 1) / 2
    up = (min(1.0, max(-1.0, affect.arousal)) + 1) / 2
    return round(area.left + across * area.width), round(area.bottom - up * area.height)


def affect_at(place: tuple[int, int], area: Rect) -> Affect:
    """Point of the plane at a pixel position, the nearest one for a position outside."""
    across = (place[0] - area.left) / max(1, area.width) * 2 - 1
    up = (area.bottom - place[1]) / max(1, area.height) * 2 - 1
    return Affect(min(1.0, max(-1.0, round(across, 3))), min(1.0, max(-1.0, round(up, 3))))


def along(path: Sequence[Affect], step: float = _DOT_STEP) -> list[Affect]:
    """Points at even distances along a path, its two ends among them."""
    found = list(path[:1])
    for start, end in pairwise(path):
        count = max(1, round(math.hypot(end.valence - start.valence, end.arousal - start.arousal) / step))
        for part in range(1, count + 1):
            share = part / count
            found.append(
                Affect(
                    start.valence + share * (end.valence - start.valence),
                    start.arousal + share * (end.arousal - start.arousal),
                )
            )
    return found


class PlanePanel:
    """Draws the plane; keeps what changes slowly, as the fading trail, until that has to move on."""

    def __init__(self) -> None:
        self._key: object = None
        self._ground: Surface | None = None

    def draw(
        self,
        surface: Surface,
        area: Rect,
        layout: Layout,
        view: ViewState,
        input_state: InputState,
        track: TrackView | None,
        step: int,
        type_: Typeface,
    ) -> None:
        """The plane in an area of a panel; `track` has a note of its own, `step` counts on when the trail moves."""
        square = plane_square(area, layout)
        inner = plane_inner(square, layout)
        key = (step, tuple(area), bool(view.history), tuple(each.mood for each in view.queue))
        if self._ground is None or key != self._key:
            self._key, self._ground = key, _ground_of(area, square, view, layout, type_)
        surface.blit(self._ground, area)
        _path(surface, view, inner, layout)
        _target_mark(surface, view, inner, layout)
        _track_mark(surface, track, input_state, inner, layout)
        _mood_mark(surface, view, inner, layout)
        _moved_mark(surface, input_state, inner, layout, type_)


def _ground_of(area: Rect, square: Rect, view: ViewState, layout: Layout, type_: Typeface) -> Surface:
    """What changes slowly: the plane with its words, the trail of the mood, and the tracks that come next."""
    ground = Surface(area.size)
    ground.fill(PANEL)
    place = square.move(-area.left, -area.top)
    inner = plane_inner(place, layout)
    ground.blit(_trail(view, place, inner, layout), place)
    _axes(ground, place, type_)
    _queue_marks(ground, view, inner, layout)
    return ground


def _axes(surface: Surface, square: Rect, type_: Typeface) -> None:
    line = type_.height_of(11)
    above = Rect(square.left, square.top - line, square.width, line)
    below = Rect(square.left, square.bottom, square.width, line)
    type_.draw(surface, "active", above, 11, FAINT, align="centre")
    type_.draw(surface, "calm", below, 11, FAINT, align="centre")
    beside = Rect(square.left + line // 2, square.centery - line, square.width - line, line)
    type_.draw(surface, "unpleasant", beside, 11, FAINT)
    type_.draw(surface, "pleasant", beside, 11, FAINT, align="right")


def _trail(view: ViewState, square: Rect, inner: Rect, layout: Layout) -> Surface:
    """The plane itself with its axes and the last half minute of the mood, fading."""
    large = Surface((square.width * FINER, square.height * FINER))
    large.fill(BACKGROUND)
    width, height = large.get_size()
    pygame.draw.line(large, LINE, (0, height // 2), (width, height // 2), FINER)
    pygame.draw.line(large, LINE, (width // 2, 0), (width // 2, height), FINER)
    finer = inner.move(-square.left, -square.top)
    finer = Rect(finer.left * FINER, finer.top * FINER, finer.width * FINER, finer.height * FINER)
    recent = [point for point in view.history if view.now_seconds - point.time_seconds < TRAIL_SECONDS]
    for before, after in pairwise(recent):
        if after.time_seconds - before.time_seconds <= GAP_SECONDS:
            strength = 1 - (view.now_seconds - after.time_seconds) / TRAIL_SECONDS
            colour = mix(BACKGROUND, emotion_colour(after.emotion), 0.1 + 0.7 * strength)
            ends = place_of(before.affect, finer), place_of(after.affect, finer)
            pygame.draw.line(large, colour, *ends, 2 * FINER)
    ground = pygame.transform.smoothscale(large, square.size)
    shapes.round_corners(ground, ground.get_rect(), layout.px(8), PANEL)
    return ground


def _queue_marks(surface: Surface, view: ViewState, inner: Rect, layout: Layout) -> None:
    for track in view.queue:
        dot = shapes.disc(max(4, layout.px(7)), mix(BACKGROUND, affect_colour(track.mood), 0.6))
        surface.blit(dot, dot.get_rect(center=place_of(track.mood, inner)))


def _path(surface: Surface, view: ViewState, inner: Rect, layout: Layout) -> None:
    """Dots from the listener's mood to where the policy leads, and a flag at a goal that was set."""
    dot = shapes.disc(max(3, layout.px(3.5)), mix(BACKGROUND, TEXT, 0.75))
    for point in along(view.path)[1:-1]:
        surface.blit(dot, dot.get_rect(center=place_of(point, inner)))
    if view.goal is not None:
        flag = shapes.icon("flag", max(12, layout.px(18)), ACCENT)
        surface.blit(flag, flag.get_rect(bottomleft=place_of(view.goal, inner)))


def _target_mark(surface: Surface, view: ViewState, inner: Rect, layout: Layout) -> None:
    if view.target is not None:
        circle = shapes.ring(max(14, layout.px(24)), max(1, layout.px(1.6)), TEXT)
        surface.blit(circle, circle.get_rect(center=place_of(view.target, inner)))


def _track_mark(
    surface: Surface, track: TrackView | None, input_state: InputState, inner: Rect, layout: Layout
) -> None:
    if track is not None:
        colour = affect_colour(track.mood)
        if input_state.mode is Mode.CORRECT:
            colour = mix(BACKGROUND, colour, 0.4)
        note = shapes.icon("note", max(12, layout.px(17)), colour)
        surface.blit(note, note.get_rect(center=place_of(track.mood, inner)))


def _mood_mark(surface: Surface, view: ViewState, inner: Rect, layout: Layout) -> None:
    if view.mood is not None:
        colour = emotion_colour(view.mood.emotion) if view.has_face else MUTED
        dot = shapes.disc(max(8, layout.px(13)), colour, BACKGROUND)
        surface.blit(dot, dot.get_rect(center=place_of(view.mood.affect, inner)))


def _moved_mark(
    surface: Surface, input_state: InputState, inner: Rect, layout: Layout, type_: Typeface
) -> None:
    """What is being moved, large and with its numbers."""
    if input_state.point is None or input_state.mode not in (Mode.CORRECT, Mode.GOAL):
        return
    x, y = place_of(input_state.point, inner)
    surface.fill(mix(BACKGROUND, ACCENT, 0.45), Rect(inner.left, y, inner.width, 1))
    surface.fill(mix(BACKGROUND, ACCENT, 0.45), Rect(x, inner.top, 1, inner.height))
    mark = shapes.icon("note" if input_state.mode is Mode.CORRECT else "flag", max(18, layout.px(26)), ACCENT)
    place = (
        mark.get_rect(center=(x, y)) if input_state.mode is Mode.CORRECT else mark.get_rect(bottomleft=(x, y))
    )
    surface.blit(mark, place)
    words = f"{input_state.point.valence:+.2f}  {input_state.point.arousal:+.2f}"
    width, height = type_.width_of(words, 12), type_.height_of(12)
    label = Rect(place.right + layout.px(6), place.top - height, width, height)
    type_.draw(surface, words, label.clamp(inner), 12, TEXT)
