"""Dragging with the mouse: the volume, the position in a track, the list, a mood on the plane. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from pygame import Rect

from player.messages.input_state import (
    InputContext,
    InputResult,
    InputState,
    Mode,
    begin,
    finish_point,
    scroll,
    track_in_question,
)
from player.messages.intents import Seek, SetVolume
from player.messages.view_state import ViewName, ViewState
from player.ui.layout import Layout, panel_body, plane_inner, plane_square, playing_areas
from player.ui.page_layout import library_areas
from player.ui.plane import affect_at, place_of

_GRAB_PX = 14
_WHEEL_ROWS = 3


class Handle(StrEnum):
    """What can be dragged."""

    VOLUME = "volume"
    SEEK = "seek"
    SCROLL = "scroll"
    PLANE = "plane"


@dataclass(frozen=True, slots=True)
class Slider:
    """Something to drag: `area` is its full length, `reach` where a drag may begin."""

    handle: Handle
    area: Rect
    reach: Rect


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag that goes on; `moved` tells it from a click."""

    slider: Slider
    start: tuple[int, int]
    moved: bool = False


def sliders_of(layout: Layout, view: ViewState) -> tuple[Slider, ...]:
    """All that can be dragged in the view that is shown."""
    if view.view is ViewName.LIBRARY:
        areas = library_areas(layout)
        inner = plane_inner(plane_square(areas.plane, layout), layout)
        bar = areas.scrollbar
        return (
            Slider(Handle.SCROLL, bar, bar.inflate(layout.px(12), 0)),
            Slider(Handle.PLANE, inner, inner),
        )
    if view.view is ViewName.HOW_IT_WORKS:
        return ()
    playing = playing_areas(layout)
    inner = plane_inner(plane_square(panel_body(layout.plane, layout), layout), layout)
    return (
        Slider(Handle.VOLUME, playing.volume, playing.volume.inflate(layout.px(12), layout.px(16))),
        Slider(Handle.SEEK, playing.progress, playing.progress.inflate(0, layout.px(14))),
        Slider(Handle.PLANE, inner, inner),
    )


def start_drag(
    input_state: InputState, place: tuple[int, int], layout: Layout, context: InputContext
) -> tuple[Drag | None, InputResult]:
    """Handle the mouse button going down beside all controls: start a drag where there is something to drag."""
    found = next((each for each in sliders_of(layout, context.view) if each.reach.collidepoint(place)), None)
    if found is None:
        return None, (input_state, ())
    if found.handle is Handle.PLANE:
        input_state = _grab_mark(input_state, place, found.area, layout, context)
        drag = Drag(found, place) if input_state.mode in (Mode.CORRECT, Mode.GOAL) else None
        return drag, (input_state, ())
    drag = Drag(found, place)
    return drag, _follow(drag, input_state, place, context)


def move(
    drag: Drag, input_state: InputState, place: tuple[int, int], context: InputContext
) -> tuple[Drag, InputResult]:
    """Handle a move of the mouse with its button down."""
    if not drag.moved and math.dist(place, drag.start) < 3:
        return drag, (input_state, ())
    return replace(drag, moved=True), _follow(drag, input_state, place, context)


def end_drag(
    drag: Drag, input_state: InputState, place: tuple[int, int], context: InputContext
) -> InputResult:
    """Handle the release of the button: accept the moved mood, or seek."""
    if drag.slider.handle is Handle.PLANE and drag.moved:
        return finish_point(input_state)
    if drag.slider.handle is Handle.SEEK and drag.moved:
        return input_state, _seek(drag, place, context)
    return input_state, ()


def wheel(input_state: InputState, notches: int, context: InputContext) -> InputResult:
    """Scroll the library's list; positive notches go up."""
    if context.view.view is not ViewName.LIBRARY:
        return input_state, ()
    return scroll(input_state, input_state.first_row - notches * _WHEEL_ROWS, context), ()


def _grab_mark(
    input_state: InputState, place: tuple[int, int], inner: Rect, layout: Layout, context: InputContext
) -> InputState:
    """Start to move the track's mark or the goal's flag; one that is being moved already jumps here."""
    if input_state.mode in (Mode.CORRECT, Mode.GOAL):
        return replace(input_state, point=affect_at(place, inner))
    track, reach = track_in_question(input_state, context.view), layout.px(_GRAB_PX)
    if track is not None and math.dist(place, place_of(track.mood, inner)) <= reach:
        return begin(input_state, Mode.CORRECT, context)[0]
    goal = context.view.goal
    if goal is not None and math.dist(place, place_of(goal, inner)) <= reach:
        return begin(input_state, Mode.GOAL, context)[0]
    return input_state


def _follow(
    drag: Drag, input_state: InputState, place: tuple[int, int], context: InputContext
) -> InputResult:
    area = drag.slider.area
    match drag.slider.handle:
        case Handle.PLANE:
            return replace(input_state, point=affect_at(place, area)), ()
        case Handle.VOLUME:
            return input_state, (SetVolume(round(_share(place[0], area.left, area.width), 3)),)
        case Handle.SCROLL:
            share = _share(place[1], area.top, area.height)
            return scroll(
                input_state, round(share * (context.view.library.total - context.rows)), context
            ), ()
        case Handle.SEEK:
            return input_state, () if drag.moved else _seek(drag, place, context)


def _seek(drag: Drag, place: tuple[int, int], context: InputContext) -> tuple[Seek, ...]:
    if context.view.playing is None:
        return ()
    share = _share(place[0], drag.slider.area.left, drag.slider.area.width)
    return (Seek(round(share * context.view.playing.track.duration_seconds, 2)),)


def _share(value: int, start: int, length: int) -> float:
    return min(1.0, max(0.0, (value - start) / max(1, length)))
