"""Drawing only what changed must look as if all were drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pygame
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygame import Rect, Surface

from player.messages.input_state import EnterMode, InputState, Mode
from player.messages.intents import Skip
from player.messages.view_state import CalibrationView, CameraLight, Preview, ViewState
from player.ui import text
from player.ui.canvas import Canvas
from player.ui.layout import layout_of
from player.ui.patches import Patch, PatchPainter
from recognizer.affect import Affect
from tests.player.samples import NOW_SECONDS, empty_view, full_view, library_view, track, works_view

SIZE = (640, 400)


@pytest.fixture(autouse=True, scope="module")
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    text.forget()
    pygame.font.quit()


def _views() -> list[ViewState]:
    full = full_view()
    playing, mood = full.playing, full.mood
    assert playing is not None
    assert mood is not None
    grey = Preview(np.full((120, 160, 3), 90, np.uint8), 8, mirrored=False)
    rated = replace(playing, track=replace(playing.track, rating=4), position_seconds=60.0)
    return [
        full,
        full_view(preview=grey, faces=()),
        full_view(preview=None, camera=CameraLight.OFF, faces=()),
        full_view(calibration=CalibrationView(0.4, "Look at the camera")),
        full_view(mood=replace(mood, affect=Affect(-0.5, 0.1), probabilities=(0.4,) * 7)),
        full_view(mood=None),
        full_view(playing=rated, volume=0.3, notice=""),
        full_view(playing=replace(playing, track=track(9), paused=True, liked=True)),
        full_view(queue=(track(5, "Another"),), target=Affect(0.0, 0.0)),
        full_view(policy="iso", path=(Affect(0.6, 0.3), Affect(-0.5, 0.8)), goal=Affect(-0.5, 0.8)),
        full_view(now_seconds=NOW_SECONDS + 30, frames_per_second=12.0, latency_seconds=0.2),
        empty_view(),
        library_view(),
        library_view(library=replace(library_view().library, query="song", first_row=12, total=9000)),
        library_view(playing=replace(playing, track=track(12))),
        library_view(library=replace(library_view().library, query="zzz", rows=(), total=0)),
        works_view(),
        works_view(mood=None, people=(), playing=None),
        works_view(policy="calm", calibration=CalibrationView(1.0, "Learned", running=False)),
    ]


INPUT_STATES = (
    InputState(),
    InputState(selected=13),
    InputState(mode=Mode.HELP),
    InputState(mode=Mode.NAME, text="An"),
    InputState(mode=Mode.DELETE),
    InputState(mode=Mode.SEARCH, text="so"),
    InputState(mode=Mode.CORRECT, point=Affect(0.3, -0.4), track_id=1),
    InputState(mode=Mode.GOAL, point=Affect(-0.3, 0.4)),
    InputState(focus=Skip()),
    InputState(focus=EnterMode(Mode.SEARCH)),
)
POINTERS = ((-1, -1), (60, 380), (480, 260), (80, 130), (560, 50), (200, 42))
steps = st.lists(
    st.tuples(
        st.sampled_from(range(len(_views()))), st.sampled_from(INPUT_STATES), st.sampled_from(POINTERS)
    ),
    min_size=2,
    max_size=4,
)


@given(steps=steps)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_way_to_a_picture_shows_the_same_picture(
    steps: list[tuple[int, InputState, tuple[int, int]]],
) -> None:
    views, layout, kept, surface = _views(), layout_of(*SIZE), Canvas(), Surface(SIZE)
    for index, input_state, pointer in steps:
        kept.draw(surface, layout, views[index], input_state, pointer)
    index, input_state, pointer = steps[-1]
    fresh = Surface(SIZE)
    Canvas().draw(fresh, layout, views[index], input_state, pointer)
    assert np.array_equal(pygame.surfarray.array3d(surface), pygame.surfarray.array3d(fresh))


def test_what_did_not_change_is_not_drawn_again() -> None:
    canvas, surface, layout = Canvas(), Surface(SIZE), layout_of(*SIZE)
    assert canvas.draw(surface, layout, full_view()).changed == [Rect(0, 0, *SIZE)]
    assert canvas.draw(surface, layout, full_view()).changed == []
    (only,) = canvas.draw(surface, layout, full_view(notice="Something new")).changed
    assert only.bottom < layout.body.top
    canvas.forget()
    assert canvas.draw(surface, layout, full_view()).changed == [Rect(0, 0, *SIZE)]


def test_what_lies_over_a_changed_part_is_drawn_again_with_it() -> None:
    drawn: list[str] = []

    def patch(name: str, area: Rect, key: int) -> Patch:
        return Patch(name, area, key, lambda _surface: drawn.append(name))

    def picture(key: int) -> list[Patch]:
        return [
            patch("under", Rect(0, 0, 50, 50), key),
            patch("over", Rect(40, 40, 20, 20), 0),
            patch("beside", Rect(80, 0, 10, 10), 0),
        ]

    painter, surface, ground = PatchPainter(), Surface((100, 100)), Surface((100, 100))
    painter.paint(surface, ground, picture(1))
    drawn.clear()
    changed = painter.paint(surface, ground, picture(2))
    assert drawn == ["under", "over"]
    assert changed == [Rect(0, 0, 50, 50), Rect(40, 40, 20, 20)]
