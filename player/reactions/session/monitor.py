"""The experimenter's window: the viewer's live traces, in a process of its own, so that it can never hold up the film.

What it shows is raw: nothing is corrected by the resting face yet, and it is not kept.
"""

from __future__ import annotations

import multiprocessing
import os
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from queue import Empty
from typing import Any

from player.reactions.actions import ACTIONS
from player.reactions.workers import end_with_parent
from recognizer.affect import Affect, Reading
from recognizer.faces import BLENDSHAPES

SPAN_SECONDS = 30.0
SIZE_PX = (720, 460)
_NAMES = ("valence", "arousal", "smile", "brow furrow")
_CLOSE_SECONDS = 3.0
_STEP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Live:
    """One moment for the experimenter: traces by name, None without a face; film time None before the film."""

    seconds: float
    film_seconds: float | None
    emotion: str
    values: tuple[float | None, ...]


class Monitor(ABC):
    """Where live traces go."""

    @abstractmethod
    def show(self, seconds: float, film_seconds: float | None, front: Reading | None) -> None:
        """Show one more moment of the camera's clock; never waits."""

    @abstractmethod
    def close(self) -> None:
        """Close it; more than once is fine."""


class Blind(Monitor):
    """Shows nothing, so that whoever runs the session cannot be swayed."""

    def show(self, seconds: float, film_seconds: float | None, front: Reading | None) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class MonitorWindow(Monitor):
    """A window in another process; where it cannot be opened the session goes on without."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        # A queue, not a bare pipe: where the window hangs, putting must not wait.
        self._queue: Any = context.Queue()
        self._process = context.Process(target=_run, args=(self._queue,), name="monitor", daemon=True)
        self._process.start()

    def show(self, seconds: float, film_seconds: float | None, front: Reading | None) -> None:
        if self._process.is_alive():
            self._queue.put(live(seconds, film_seconds, front))

    def close(self) -> None:
        self._queue.put(None)
        self._process.join(_CLOSE_SECONDS)
        if self._process.is_alive():
            self._process.terminate()
        self._queue.cancel_join_thread()


def live(seconds: float, film_seconds: float | None, front: Reading | None) -> Live:
    """What the experimenter sees of one reading."""
    if front is None:
        return Live(seconds, film_seconds, "no face", (None,) * len(_NAMES))
    affect: Affect = front.affect
    shapes = dict(zip(BLENDSHAPES, front.blendshapes, strict=True))
    smile, furrow = (
        sum(shapes[shape] for shape in ACTIONS[name].shapes) / len(ACTIONS[name].shapes)
        for name in ("smile", "brow_furrow")
    )
    values = (affect.valence, affect.arousal, smile, furrow)
    return Live(seconds, film_seconds, str(front.emotion), values)


def _run(queue: Any) -> None:
    """The other process: draw until the session says None or has ended, or the window is closed."""
    end_with_parent()
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    history: deque[Live] = deque()
    try:
        pygame.display.init()
        pygame.font.init()
        last_display = max(0, len(pygame.display.get_desktop_sizes()) - 1)
        surface = pygame.display.set_mode(SIZE_PX, pygame.RESIZABLE, display=last_display)
        pygame.display.set_caption("Sonrisa: the viewer")
        while _take(queue, history) and not any(event.type == pygame.QUIT for event in pygame.event.get()):
            draw(surface, history)
            pygame.display.flip()
    except (pygame.error, KeyboardInterrupt):
        return


def _take(queue: Any, history: deque[Live]) -> bool:
    """Take in all that waits; False once the session is over."""
    try:
        moment = queue.get(timeout=_STEP_SECONDS)
        while moment is not None:
            history.append(moment)
            moment = queue.get_nowait()
    except Empty:
        return True
    return False


def draw(surface: Any, history: deque[Live]) -> None:
    """Draw the last SPAN_SECONDS of what was seen."""
    from pygame import Rect

    from player.ui.text import Typeface
    from player.ui.theme import BACKGROUND, MUTED, TEXT

    surface.fill(BACKGROUND)
    if not history:
        return
    now = history[-1].seconds
    while history[0].seconds < now - SPAN_SECONDS:
        history.popleft()
    type_, latest = Typeface(1.0), history[-1]
    where = "before the film" if latest.film_seconds is None else f"{latest.film_seconds:.1f} s"
    type_.draw(
        surface, f"{latest.emotion}, {where}", Rect(20, 10, surface.get_width() - 40, 36), 20, TEXT, bold=True
    )
    type_.draw(surface, "raw readings, not kept", Rect(20, 40, surface.get_width() - 40, 24), 13, MUTED)
    height = (surface.get_height() - 80) // len(_NAMES)
    for index, name in enumerate(_NAMES):
        area = Rect(20, 72 + index * height, surface.get_width() - 40, height - 8)
        _draw_trace(
            surface, type_, area, name, [(each.seconds - now, each.values[index]) for each in history]
        )


def _draw_trace(
    surface: Any, type_: Any, area: Any, name: str, points: list[tuple[float, float | None]]
) -> None:
    import pygame
    from pygame import Rect

    from player.ui.theme import ACCENT, LINE, MUTED, PANEL

    pygame.draw.rect(surface, PANEL, area, border_radius=6)
    low = -1.0 if name in ("valence", "arousal") else 0.0
    zero = area.bottom - round(area.height * (0 - low) / (1 - low))
    pygame.draw.line(surface, LINE, (area.left, zero), (area.right, zero))
    across, up = area.width / SPAN_SECONDS, area.height / (1 - low)
    places = [
        (area.right + round(seconds * across), area.bottom - round((value - low) * up))
        for seconds, value in points
        if value is not None
    ]
    if len(places) > 1:
        pygame.draw.lines(surface, ACCENT, False, places, 2)
    type_.draw(surface, name, Rect(area.left + 8, area.top + 4, 200, 18), 13, MUTED)
