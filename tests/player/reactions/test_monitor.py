"""The experimenter's window: it shows what was read, and can never hold up or end a session."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pygame
import pytest
from pygame import Surface, surfarray

from player.reactions.session.monitor import SIZE_PX, SPAN_SECONDS, Live, MonitorWindow, draw, live
from recognizer.affect import Affect, FaceBox, HeadPose, Reading
from recognizer.faces import BLENDSHAPES


def smiling(seconds: float) -> Reading:
    shapes = tuple(0.8 if name.startswith("mouthSmile") else 0.0 for name in BLENDSHAPES)
    happy = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    box, pose = FaceBox(0, 0, 100, 100), HeadPose(0, 0, 0)
    return Reading(seconds, 0, 0, box, happy, Affect(0.8, 0.5), pose, shapes, 1.0)


@pytest.fixture
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    pygame.font.quit()


def test_a_reading_becomes_what_the_experimenter_sees() -> None:
    seen = live(7.0, 2.5, smiling(7.0))
    assert (seen.seconds, seen.film_seconds, seen.emotion) == (7.0, 2.5, "happy")
    assert seen.values == pytest.approx((0.8, 0.5, 0.8, 0.0))
    assert live(7.0, None, None) == Live(7.0, None, "no face", (None,) * 4)


@pytest.mark.usefixtures("fonts")
def test_a_smile_is_drawn_and_old_moments_are_forgotten() -> None:
    surface, empty = Surface(SIZE_PX), Surface(SIZE_PX)
    history = deque(live(float(second), float(second), smiling(second)) for second in range(100))
    draw(surface, history)
    assert history[0].seconds == 99 - SPAN_SECONDS
    draw(empty, deque([live(0.0, None, None)]))
    assert (surfarray.array3d(surface) != surfarray.array3d(empty)).any(axis=2).sum() > 1000


def test_the_window_takes_anything_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monitor = MonitorWindow()
    for second in range(20):
        monitor.show(float(second), None, smiling(second))
    monitor.close()
    monitor.show(21.0, None, None)
    monitor.close()


def test_without_a_second_screen_the_session_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":94")
    monitor = MonitorWindow()
    for second in range(2000):
        monitor.show(float(second), None, None)
    monitor.close()
