"""The canvas: draws a ViewState on any surface, and only the parts that changed."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect, Surface

from player.messages.input_state import InputState
from player.messages.view_state import ViewName, ViewState
from player.ui import shapes
from player.ui.controls import Control, control_at, controls_of, policy_area
from player.ui.frame import dialog_patches, header_patches
from player.ui.layout import Layout
from player.ui.library_page import LibraryPage
from player.ui.patches import DrawContext, Patch, PatchPainter
from player.ui.player_page import PlayerPage
from player.ui.text import Typeface
from player.ui.theme import BACKGROUND, PANEL, RAISED
from player.ui.works_page import WorksPage

FINEST_STEP_SECONDS = 0.1
"""Step in which progress and numbers are redrawn where nothing else changes."""


@dataclass(frozen=True, slots=True)
class DrawResult:
    """What was drawn: the controls as they stand now, and the parts of the surface that changed."""

    controls: tuple[Control, ...]
    changed: list[Rect]


class Canvas:
    """Draws states on one surface, one after the other; keeps what need not be drawn again."""

    def __init__(self) -> None:
        self._pages: dict[ViewName, PlayerPage | LibraryPage | WorksPage] = {
            ViewName.PLAYER: PlayerPage(),
            ViewName.LIBRARY: LibraryPage(),
            ViewName.HOW_IT_WORKS: WorksPage(),
        }
        self._painter = PatchPainter()
        self._type: tuple[float, Typeface] | None = None
        self._ground: tuple[tuple[Layout, ViewName], Surface] | None = None
        self._drawn: tuple[object, tuple[Control, ...]] | None = None

    def forget(self) -> None:
        """The surface is another one, or lost its picture."""
        self._painter.forget()
        self._drawn = None

    def draw(
        self,
        surface: Surface,
        layout: Layout,
        view: ViewState,
        input_state: InputState | None = None,
        pointer: tuple[int, int] = (-1, -1),
    ) -> DrawResult:
        """Bring the surface to a state; `pointer` is where the mouse is, outside where it is nowhere."""
        input_state = input_state or InputState()
        key = (surface, layout, input_state, pointer, _shown_of(view))
        if self._drawn is not None and key == self._drawn[0]:
            return DrawResult(self._drawn[1], [])
        controls = controls_of(layout, view, input_state)
        self._drawn = key, controls
        context = DrawContext(
            layout, view, input_state, self._typeface(layout.scale), controls, control_at(controls, pointer)
        )
        return DrawResult(
            controls, self._painter.paint(surface, self._ground_of(context), self._patches(context))
        )

    def _patches(self, context: DrawContext) -> list[Patch]:
        dialog = dialog_patches(context)
        if not dialog:
            return [*header_patches(context), *self._pages[context.view.view].patches(context)]
        below = controls_of(context.layout, context.view, InputState())
        beneath = DrawContext(context.layout, context.view, InputState(), context.type_, below)
        return [*header_patches(context), *self._pages[context.view.view].patches(beneath), *dialog]

    def _typeface(self, scale: float) -> Typeface:
        if self._type is None or self._type[0] != scale:
            self._type = scale, Typeface(scale)
        return self._type[1]

    def _ground_of(self, context: DrawContext) -> Surface:
        """What stays the same until the window is resized or another view is shown."""
        key = context.layout, context.view.view
        if self._ground is None or self._ground[0] != key:
            ground = Surface(context.layout.window.size)
            ground.fill(BACKGROUND)
            area = policy_area(context.layout)
            ground.blit(shapes.rounded(*area.size, context.layout.px(10), PANEL, RAISED), area)
            self._pages[context.view.view].ground(ground, context)
            self._ground = key, ground
        return self._ground[1]


def _shown_of(view: ViewState) -> tuple[object, ...]:
    """What two states must have in common to look the same: all but the time, which is rounded to what shows."""
    playing = view.playing
    return (
        view.now_seconds // FINEST_STEP_SECONDS,
        view.preview.frame_index if view.preview is not None else None,
        None if playing is None else (playing.track, playing.cover, playing.paused, playing.liked),
        (view.view, view.camera, view.camera_name, view.faces, view.mood, view.calibration, view.notice),
        (view.target, view.path, view.goal, view.policy, view.policies, view.queue, view.changes),
        (view.sound, view.volume, view.library, view.people, view.memory),
    )
