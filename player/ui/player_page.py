"""The player's six panels as patches."""

from __future__ import annotations

from pygame import Rect, Surface

from player.messages.view_state import ViewState
from player.ui import charts, panels, shapes
from player.ui.layout import panel_body, panel_title_area, playing_areas
from player.ui.patches import DrawContext, Patch
from player.ui.plane import PlanePanel
from player.ui.preview import PreviewPanel, draw_speed
from player.ui.theme import BACKGROUND, MUTED
from player.ui.widgets import control_patch, draw_control

CHART_STEP_SECONDS = 0.5
"""How often the charts move on; in between they are shown from memory."""


def chart_step(view: ViewState) -> int:
    """Counts up whenever the charts move on."""
    return int(view.now_seconds // CHART_STEP_SECONDS)


class PlayerPage:
    """Makes the patches of the player; keeps the scaled picture and the plane's ground between them."""

    def __init__(self) -> None:
        self._preview, self._plane = PreviewPanel(), PlanePanel()

    def ground(self, surface: Surface, context: DrawContext) -> None:
        """What stays the same until the window is resized: the panels and most of their titles."""
        layout, type_ = context.layout, context.type_
        for panel in layout.panels:
            panels.panel_ground(surface, panel, layout)
        minutes = f"last {context.view.history_span_seconds / 60:.0f} minutes"
        panels.panel_title(surface, layout.timeline, layout, type_, "Mood over time", minutes)
        panels.panel_title(surface, layout.playing, layout, type_, "Now playing")
        panels.panel_title(surface, layout.queue, layout, type_, "Up next", "if your mood stays")

    def patches(self, context: DrawContext) -> list[Patch]:
        """All panels, in drawing order."""
        buttons = [
            control_patch(context, control, index)
            for index, control in enumerate(context.controls)
            if not layout_has(context.layout.preview, control.area) and control.kind not in ("row", "field")
        ]
        return [
            self._preview_patch(context),
            *_mood_patches(context),
            *_playing_patches(context),
            _timeline_patch(context),
            *self._plane_patches(context),
            _queue_patch(context),
            *buttons,
        ]

    def _preview_patch(self, context: DrawContext) -> Patch:
        layout, view, panel = context.layout, context.view, context.layout.preview
        buttons = tuple(each for each in context.controls if layout_has(panel, each.area))

        def draw(surface: Surface) -> None:
            self._preview.draw(surface, panel, layout, view, context.type_)
            if view.preview is not None:
                draw_speed(surface, layout, view, context.type_)
                for button in buttons:
                    focused = button.command == context.input_state.focus
                    draw_control(surface, layout, button, button is context.hovered, focused, context.type_)
                shapes.round_corners(surface, panel, layout.px(12), BACKGROUND)

        number = view.preview.frame_index if view.preview is not None else None
        hovered = context.hovered if context.hovered in buttons else None
        key = (number, view.camera, view.faces, view.calibration, buttons, hovered, context.input_state.focus)
        return Patch("preview", panel, (*key, _speed_key(view)), draw)

    def _plane_patches(self, context: DrawContext) -> list[Patch]:
        layout, view, input_state, type_ = context.layout, context.view, context.input_state, context.type_
        body, step = panel_body(layout.plane, layout), chart_step(view)
        track = view.playing.track if view.playing is not None else None
        title = panel_title_area(layout.plane, layout)
        words = Rect(title.left, title.top, title.width - layout.px(140), title.height)
        moving = input_state.point is not None

        def draw_title(surface: Surface) -> None:
            type_.draw(surface, "" if moving else "Where you are", words, 12, MUTED, bold=True)

        def draw(surface: Surface) -> None:
            self._plane.draw(surface, body, layout, view, input_state, track, step, type_)

        queue = tuple(each.mood for each in view.queue)
        mood = (view.mood.affect, view.mood.emotion) if view.mood is not None else None
        place = track.mood if track is not None else None
        key = (
            step,
            mood,
            view.target,
            view.path,
            view.goal,
            queue,
            place,
            input_state.point,
            input_state.mode,
        )
        return [Patch("plane title", words, moving, draw_title), Patch("plane", body, key, draw)]


def layout_has(panel: Rect, area: Rect) -> bool:
    """Whether something lies within a panel."""
    return panel.contains(area)


def _speed_key(view: ViewState) -> tuple[object, ...]:
    rate, late = view.frames_per_second, view.latency_seconds
    return (
        view.camera_name,
        None if rate is None else round(rate),
        None if late is None else round(late * 1000),
    )


def _mood_patches(context: DrawContext) -> list[Patch]:
    layout, mood, type_ = context.layout, context.view.mood, context.type_
    body, title = panel_body(layout.mood, layout), panel_title_area(layout.mood, layout)
    aside = panels.mood_aside(mood)

    def draw_title(surface: Surface) -> None:
        panels.panel_title(surface, layout.mood, layout, type_, "Your mood", aside)

    def draw(surface: Surface) -> None:
        panels.draw_mood(surface, body, layout, mood, type_)

    shown = None if mood is None else (mood.emotion, mood.probabilities)
    return [Patch("mood title", title, aside, draw_title), Patch("mood", body, shown, draw)]


def _playing_patches(context: DrawContext) -> list[Patch]:
    layout, view, type_ = context.layout, context.view, context.type_
    playing, areas = view.playing, playing_areas(layout)

    def draw(surface: Surface) -> None:
        panels.draw_playing(surface, layout, playing, type_)

    def draw_volume(surface: Surface) -> None:
        panels.draw_volume(surface, layout, view, type_)

    title = panel_title_area(layout.playing, layout)
    volume_area = Rect(title.left + layout.px(84), title.top, title.width - layout.px(84), title.height)
    volume_area.width += layout.px(7)
    found = [Patch("volume", volume_area, (view.volume, view.sound), draw_volume)]
    if playing is None:
        return [*found, Patch("playing", panel_body(layout.playing, layout), None, draw)]
    top = Rect(areas.cover.left, areas.cover.top, areas.cover.width, areas.cover.height).union(areas.words)
    progress_area = areas.progress.union(areas.times)
    now_playing = playing

    def draw_progress(surface: Surface) -> None:
        panels.draw_progress(surface, areas, layout, now_playing, type_)

    duration = max(1e-6, playing.track.duration_seconds)
    filled = round(areas.progress.width * playing.position_seconds / duration)
    key = (filled, int(playing.position_seconds), duration, playing.paused)
    return [
        *found,
        Patch("playing", top.union(areas.why), (playing.track, playing.cover), draw),
        Patch("progress", progress_area, key, draw_progress),
    ]


def _timeline_patch(context: DrawContext) -> Patch:
    layout, view, type_ = context.layout, context.view, context.type_
    body = panel_body(layout.timeline, layout)

    def draw(surface: Surface) -> None:
        surface.blit(charts.strip_chart(view, body.size, type_, layout.scale), body)

    pixel_seconds = max(CHART_STEP_SECONDS, view.history_span_seconds / max(1, body.width))
    step = int(view.now_seconds // pixel_seconds)
    return Patch("timeline", body, (step, view.changes, bool(view.history)), draw)


def _queue_patch(context: DrawContext) -> Patch:
    layout, queue, hovered = context.layout, context.view.queue, context.row_hovered()
    body = panel_body(layout.queue, layout)

    def draw(surface: Surface) -> None:
        panels.draw_queue(surface, layout, queue, context.type_, hovered)

    area = body.inflate(layout.px(12), 0).clip(layout.queue)
    return Patch("queue", area, (queue, tuple(hovered) if hovered else None), draw)
