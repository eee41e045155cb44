"""What the mouse drags: the volume, the place in a track, the list, a mood on the plane. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from pygame import Rect

from player.messages.input_state import (
    Hand,
    Mode,
    Outcome,
    Scene,
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
    """Something to drag: `area` is its full length, `reach` where the mouse may take hold of it."""

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


def take_hold(
    hand: Hand, place: tuple[int, int], layout: Layout, scene: Scene
) -> tuple[Drag | None, Outcome]:
    """The mouse button went down beside all controls: what it took hold of, if anything."""
    found = next((each for each in sliders_of(layout, scene.view) if each.reach.collidepoint(place)), None)
    if found is None:
        return None, (hand, ())
    if found.handle is Handle.PLANE:
        hand = _grab_mark(hand, place, found.area, layout, scene)
        drag = Drag(found, place) if hand.mode in (Mode.CORRECT, Mode.GOAL) else None
        return drag, (hand, ())
    drag = Drag(found, place)
    return drag, _follow(drag, hand, place, scene)


def move(drag: Drag, hand: Hand, place: tuple[int, int], scene: Scene) -> tuple[Drag, Outcome]:
    """The mouse moved with its button down."""
    if not drag.moved and math.dist(place, drag.start) < 3:
        return drag, (hand, ())
    return replace(drag, moved=True), _follow(drag, hand, place, scene)


def let_go(drag: Drag, hand: Hand, place: tuple[int, int], scene: Scene) -> Outcome:
    """The button came up: a mood that was moved stays where it is now, and a track goes on from there."""
    if drag.slider.handle is Handle.PLANE and drag.moved:
        return finish_point(hand)
    if drag.slider.handle is Handle.SEEK and drag.moved:
        return hand, _seek(drag, place, scene)
    return hand, ()


def wheel(hand: Hand, notches: int, scene: Scene) -> Outcome:
    """The wheel scrolls the library's list; positive notches go up."""
    if scene.view.view is not ViewName.LIBRARY:
        return hand, ()
    return scroll(hand, hand.first_row - notches * _WHEEL_ROWS, scene), ()


def _grab_mark(hand: Hand, place: tuple[int, int], inner: Rect, layout: Layout, scene: Scene) -> Hand:
    """Taking hold of the track's note or the goal's flag begins to move it; what is moved already jumps here."""
    if hand.mode in (Mode.CORRECT, Mode.GOAL):
        return replace(hand, point=affect_at(place, inner))
    track, reach = track_in_question(hand, scene.view), layout.px(_GRAB_PX)
    if track is not None and math.dist(place, place_of(track.mood, inner)) <= reach:
        return begin(hand, Mode.CORRECT, scene)[0]
    goal = scene.view.goal
    if goal is not None and math.dist(place, place_of(goal, inner)) <= reach:
        return begin(hand, Mode.GOAL, scene)[0]
    return hand


def _follow(drag: Drag, hand: Hand, place: tuple[int, int], scene: Scene) -> Outcome:
    area = drag.slider.area
    match drag.slider.handle:
        case Handle.PLANE:
            return replace(hand, point=affect_at(place, area)), ()
        case Handle.VOLUME:
            return hand, (SetVolume(round(_share(place[0], area.left, area.width), 3)),)
        case Handle.SCROLL:
            share = _share(place[1], area.top, area.height)
            return scroll(hand, round(share * (scene.view.library.total - scene.rows)), scene), ()
        case Handle.SEEK:
            return hand, () if drag.moved else _seek(drag, place, scene)


def _seek(drag: Drag, place: tuple[int, int], scene: Scene) -> tuple[Seek, ...]:
    if scene.view.playing is None:
        return ()
    share = _share(place[0], drag.slider.area.left, drag.slider.area.width)
    return (Seek(round(share * scene.view.playing.track.duration_seconds, 2)),)


def _share(value: int, start: int, length: int) -> float:
    return min(1.0, max(0.0, (value - start) / max(1, length)))
