"""What the mouse drags."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygame import Rect

from player.messages.input_state import InputContext, InputState, Mode
from player.messages.intents import CorrectMood, Intent, Seek, SetGoal, SetVolume
from player.messages.view_state import ViewState
from player.ui.layout import layout_of, playing_areas
from player.ui.plane import affect_at, along, place_of
from player.ui.pointer import Handle, end_drag, move, sliders_of, start_drag, wheel
from recognizer.affect import Affect
from tests.player.samples import empty_view, full_view, library_view, track, works_view

LAYOUT = layout_of(1120, 700)
MIDDLE = Affect(0.0, 0.0)


def area_of(handle: Handle, view: ViewState) -> Rect:
    return next(each.area for each in sliders_of(LAYOUT, view) if each.handle is handle)


def drag(
    start: tuple[int, int], end: tuple[int, int], view: ViewState, input_state: InputState | None = None
) -> tuple[InputState, list[Intent]]:
    """Press, move and let go; what was asked for on the way."""
    context = InputContext(view, rows=16)
    held, (input_state, asked) = start_drag(input_state or InputState(), start, LAYOUT, context)
    found = list(asked)
    if held is not None:
        held, (input_state, asked) = move(held, input_state, end, context)
        found.extend(asked)
        input_state, asked = end_drag(held, input_state, end, context)
        found.extend(asked)
    return input_state, found


def test_a_click_on_the_bar_goes_to_that_place_of_the_track() -> None:
    bar = playing_areas(LAYOUT).progress
    playing = full_view().playing
    assert playing is not None
    (seek,) = drag(bar.center, bar.center, full_view())[1]
    assert isinstance(seek, Seek)
    assert seek.seconds == pytest.approx(playing.track.duration_seconds / 2, rel=0.02)
    assert drag(bar.center, bar.midright, full_view())[1][-1] == Seek(playing.track.duration_seconds)
    assert drag(bar.center, bar.center, empty_view())[1] == []


def test_the_volume_follows_the_mouse_and_stops_at_its_ends() -> None:
    bar = playing_areas(LAYOUT).volume
    asked = drag(bar.midleft, (bar.right + 500, bar.centery), full_view())[1]
    assert asked == [SetVolume(0.0), SetVolume(1.0)]


def test_a_dragged_note_corrects_the_tracks_mood() -> None:
    view = full_view()
    plane = area_of(Handle.PLANE, view)
    start, end = place_of(track(1).mood, plane), place_of(Affect(-0.5, -0.5), plane)
    input_state, (corrected,) = drag(start, end, view)
    assert isinstance(corrected, CorrectMood)
    assert corrected.track_id == 1
    assert corrected.affect is not None
    assert corrected.affect.valence == pytest.approx(-0.5, abs=0.02)
    assert input_state == InputState()


def test_a_click_on_the_note_only_begins_and_a_click_elsewhere_is_nothing() -> None:
    view = full_view()
    plane = area_of(Handle.PLANE, view)
    start = place_of(track(1).mood, plane)
    input_state, asked = drag(start, start, view)
    assert (input_state.mode, asked) == (Mode.CORRECT, [])
    assert drag(plane.bottomleft, plane.center, view) == (InputState(), [])
    assert drag((2, 2), (50, 50), view) == (InputState(), [])


def test_the_goal_is_dragged_by_its_flag_and_jumps_to_a_click_while_it_is_moved() -> None:
    view = full_view(goal=Affect(-0.6, -0.6))
    plane = area_of(Handle.PLANE, view)
    (asked,) = drag(place_of(Affect(-0.6, -0.6), plane), place_of(MIDDLE, plane), view)[1]
    assert isinstance(asked, SetGoal)
    moving = InputState(mode=Mode.GOAL, point=MIDDLE)
    target = place_of(Affect(0.5, 0.5), plane)
    input_state, asked_too = drag(target, target, view, moving)
    assert asked_too == []
    assert input_state.point is not None
    assert input_state.point.valence == pytest.approx(0.5, abs=0.02)


def test_the_selected_track_of_the_library_is_corrected_there() -> None:
    view = library_view()
    plane = area_of(Handle.PLANE, view)
    (asked,) = drag(
        place_of(track(12).mood, plane), place_of(MIDDLE, plane), view, InputState(selected=12, first_row=10)
    )[1]
    assert isinstance(asked, CorrectMood)
    assert asked.track_id == 12


def test_the_list_scrolls_by_its_bar_and_by_the_wheel() -> None:
    view = library_view()
    bar = area_of(Handle.SCROLL, view)
    assert drag(bar.midtop, bar.midbottom, view)[0].first_row == 50_000 - 16
    context = InputContext(view, rows=16)
    assert wheel(InputState(first_row=10), -1, context)[0].first_row == 13
    assert wheel(InputState(first_row=1), 5, context)[0].first_row == 0
    assert wheel(InputState(), -1, InputContext(full_view(), rows=16))[0] == InputState()


def test_how_it_works_has_nothing_to_drag() -> None:
    assert sliders_of(LAYOUT, works_view()) == ()


@given(valence=st.floats(-1, 1), arousal=st.floats(-1, 1))
def test_a_place_on_the_plane_is_found_again(valence: float, arousal: float) -> None:
    area = Rect(10, 20, 240, 180)
    again = affect_at(place_of(Affect(valence, arousal), area), area)
    assert again.valence == pytest.approx(valence, abs=0.01)
    assert again.arousal == pytest.approx(arousal, abs=0.02)


def test_dots_along_a_path_keep_their_distance_and_its_ends() -> None:
    path = (Affect(0.0, 0.0), Affect(0.6, 0.0), Affect(0.6, 0.6))
    dots = along(path)
    assert (dots[0], dots[-1]) == (path[0], path[-1])
    assert path[1] in dots
    assert len(dots) == 11
    assert along(()) == []
    assert along(path[:1]) == [path[0]]


def test_nothing_is_grabbed_where_nothing_plays() -> None:
    plane = area_of(Handle.PLANE, empty_view())
    assert drag(plane.center, plane.topleft, replace(empty_view())) == (InputState(), [])
