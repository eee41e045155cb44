"""The drawing, looked at as pixels: no display is needed for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from pygame import Rect, Surface

from player.messages.view_state import CameraLight, Preview, ViewState
from player.ui import text
from player.ui.canvas import Canvas
from player.ui.layout import layout_of, panel_body
from player.ui.theme import BACKGROUND, BAD, FAINT, GOOD, PANEL, Colour
from recognizer.affect import Emotion
from recognizer.palette import EMOTION_RGB
from tests.player.samples import empty_view, full_view, track

SIZE = (1120, 700)


@pytest.fixture(autouse=True)
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    text.forget()
    pygame.font.quit()


def drawn(view: ViewState, size: tuple[int, int] = SIZE) -> Surface:
    surface = Surface(size)
    Canvas().draw(surface, layout_of(*size), view)
    return surface


def pixels(surface: Surface, area: Rect) -> NDArray[np.uint8]:
    return np.asarray(pygame.surfarray.array3d(surface.subsurface(area)), np.uint8).reshape(-1, 3)


def count(surface: Surface, area: Rect, colour: Colour, tolerance: int = 6) -> int:
    away = np.abs(pixels(surface, area).astype(int) - np.asarray(colour)).max(axis=1)
    return int((away <= tolerance).sum())


@pytest.mark.parametrize("size", [(800, 500), (1120, 700), (2560, 1440), (640, 360), (900, 1400)])
@pytest.mark.parametrize("view", [full_view(), empty_view()], ids=["everything", "nothing yet"])
def test_any_state_can_be_drawn_at_any_size(size: tuple[int, int], view: ViewState) -> None:
    surface = drawn(view, size)
    for panel in layout_of(*size).panels:
        assert pixels(surface, panel).std() > 1


def test_the_camera_light_shows_what_the_camera_does() -> None:
    header = layout_of(*SIZE).header
    for light, colour in ((CameraLight.ON, GOOD), (CameraLight.LOST, BAD), (CameraLight.OFF, FAINT)):
        assert count(drawn(full_view(camera=light)), header, colour) > 20
    assert count(drawn(full_view(camera=CameraLight.OFF)), header, GOOD) == 0


def test_a_closed_camera_shows_no_picture() -> None:
    preview = layout_of(*SIZE).preview
    closed = drawn(full_view(camera=CameraLight.OFF, preview=None, faces=()))
    assert count(closed, preview, PANEL, tolerance=1) > 0.9 * preview.width * preview.height
    assert count(drawn(full_view()), preview, PANEL, tolerance=1) < 0.1 * preview.width * preview.height


def test_a_mirrored_picture_is_mirrored() -> None:
    picture = np.zeros((90, 120, 3), np.uint8)
    picture[:, :60] = (0, 0, 255)
    preview = layout_of(*SIZE).preview
    left = Rect(preview.left + 60, preview.centery, 20, 20)
    plain = drawn(full_view(preview=Preview(picture, 1, mirrored=False), faces=()))
    mirrored = drawn(full_view(preview=Preview(picture, 1, mirrored=True), faces=()))
    assert count(plain, left, (255, 0, 0)) == 400
    assert count(mirrored, left, (0, 0, 0)) == 400


def test_a_new_picture_replaces_the_old_one() -> None:
    canvas, surface, layout = Canvas(), Surface(SIZE), layout_of(*SIZE)
    middle = Rect(*layout.preview.center, 9, 9)
    for index, grey in enumerate((40, 200)):
        picture = np.full((90, 120, 3), grey, np.uint8)
        canvas.draw(surface, layout, full_view(preview=Preview(picture, index, mirrored=False), faces=()))
        assert count(surface, middle, (grey, grey, grey)) == 81


def test_bars_grow_with_their_probability() -> None:
    mood = full_view().mood
    assert mood is not None
    area = panel_body(layout_of(*SIZE).mood, layout_of(*SIZE))
    sad = EMOTION_RGB[Emotion.SAD]
    lengths = [
        count(drawn(full_view(mood=replace(mood, probabilities=(0, 0, 0, 0, p, 0, 0)))), area, sad)
        for p in (0.0, 0.3, 1.0)
    ]
    assert lengths[0] == 0
    assert lengths[1] * 2 < lengths[2]


def test_the_leading_face_is_framed_in_its_emotions_colour() -> None:
    surface = drawn(full_view())
    assert count(surface, layout_of(*SIZE).preview, EMOTION_RGB[Emotion.HAPPY]) > 200


def test_long_and_foreign_titles_do_not_leave_their_panel() -> None:
    layout = layout_of(800, 500)
    playing = full_view().playing
    assert playing is not None
    titles = ("x" * 300, "夜に駆ける " * 20, "a\0b", "מוזיקה", "")
    for title in titles:
        view = full_view(playing=replace(playing, track=track(1, title, why=title)), queue=(track(2, title),))
        surface = drawn(view, (800, 500))
        gap = Rect(
            layout.playing.right + 1, layout.playing.top, layout.window.right - layout.playing.right - 1, 200
        )
        assert count(surface, gap, BACKGROUND) == gap.width * gap.height
