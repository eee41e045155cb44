"""The six panels and the header: each draws its part of the ViewState into its rectangle."""

from __future__ import annotations

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from player.ui import shapes
from player.ui.controls import PANEL_PADDING_PX, PANEL_TITLE_PX, QUEUE_ROW_PX, panel_body
from player.ui.layout import Layout, fit_inside, rows_within
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    BAD,
    FAINT,
    GOOD,
    LINE,
    MUTED,
    PANEL,
    RAISED,
    TEXT,
    Colour,
    affect_colour,
    emotion_colour,
    mix,
)
from player.ui.view_state import CameraLight, FaceView, Preview, TrackView, ViewState
from player.ui.words import LIGHT_WORDS, clock, emotion_word
from recognizer.affect import EMOTIONS

LIGHT_COLOURS: dict[CameraLight, Colour] = {
    CameraLight.STARTING: ACCENT,
    CameraLight.ON: GOOD,
    CameraLight.CLIP: ACCENT,
    CameraLight.LOST: BAD,
    CameraLight.OFF: FAINT,
}
Picture = NDArray[np.uint8]
"""BGR, [height, width, 3]."""

_NO_PICTURE_WORDS: dict[CameraLight, str] = {
    CameraLight.STARTING: "Waiting for the first picture",
    CameraLight.ON: "Waiting for the first picture",
    CameraLight.CLIP: "Waiting for the first picture",
    CameraLight.LOST: "The camera is gone. Looking for it; the music goes on.",
    CameraLight.OFF: "The camera is closed. Nobody is seen; the music goes on.",
}


def panel_ground(surface: Surface, panel: Rect, layout: Layout) -> None:
    """The plain ground of a panel."""
    surface.blit(shapes.rounded(*panel.size, layout.px(12), PANEL, mix(PANEL, LINE, 0.6)), panel)


def panel_title(
    surface: Surface, panel: Rect, layout: Layout, type_: Typeface, title: str, aside: str = ""
) -> None:
    """A panel's name at its left, a short remark at its right."""
    padding = layout.px(PANEL_PADDING_PX)
    row = Rect(panel.left + padding, panel.top, panel.width - 2 * padding, layout.px(PANEL_TITLE_PX))
    place = type_.draw(surface, title, row, 12, MUTED, bold=True)
    rest = Rect(place.right + padding, row.top, row.right - place.right - padding, row.height)
    type_.draw(surface, aside, rest, 11, FAINT, align="right")


def draw_header(surface: Surface, layout: Layout, view: ViewState, type_: Typeface, hint: str = "") -> None:
    """The program's name, a hint about what is pointed at or else the latest notice, and the camera light."""
    mark = shapes.icon("smile", layout.px(24), ACCENT)
    place = mark.get_rect(midleft=layout.header.midleft)
    surface.blit(mark, place)
    name_area = layout.header.move(place.width + layout.px(8), 0)
    name = type_.draw(surface, "Sonrisa", name_area, 18, TEXT, bold=True)
    light = _camera_light(surface, layout, view, type_)
    left = name.right + layout.px(20)
    notice = Rect(left, layout.header.top, light.left - layout.px(16) - left, layout.header.height)
    type_.draw(surface, hint or view.notice, notice, 12, TEXT if hint else MUTED, align="right")


def _camera_light(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> Rect:
    word, colour = LIGHT_WORDS[view.camera], LIGHT_COLOURS[view.camera]
    diameter = layout.px(10)
    height = layout.px(28)
    width = type_.width_of(word, 12, bold=True) + diameter + layout.px(30)
    pill = Rect(layout.header.right - width, layout.header.centery - height // 2, width, height)
    lit = view.camera is not CameraLight.OFF
    ground = mix(BACKGROUND, colour, 0.16) if lit else PANEL
    surface.blit(shapes.rounded(*pill.size, height // 2, ground, mix(ground, colour, 0.45)), pill)
    lamp = shapes.disc(diameter, colour) if lit else shapes.ring(diameter, max(1, diameter // 6), colour)
    surface.blit(lamp, lamp.get_rect(midleft=(pill.left + layout.px(11), pill.centery)))
    text_area = pill.inflate(-layout.px(22), 0)
    type_.draw(surface, word, text_area, 12, TEXT if lit else MUTED, bold=True, align="right")
    return pill


class PreviewPanel:
    """The camera's picture with the faces marked; keeps the scaled picture until a new frame comes."""

    def __init__(self) -> None:
        self._shown: tuple[int, tuple[int, int]] | None = None
        self._picture: Surface | None = None

    def draw(self, surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
        """Draw the picture, the boxes and the line below them; words where there is no picture."""
        panel = layout.preview
        if view.preview is None:
            self._draw_words(surface, layout, view, type_)
            return
        height, width = view.preview.image.shape[:2]
        place = fit_inside(width, height, panel)
        surface.blit(self._picture_of(view.preview, panel.size, place.size), panel)
        for face in sorted(view.faces, key=lambda face: face.leads):
            _draw_face(surface, layout, face, view.preview, place, type_)
        _draw_speed(surface, layout, view, type_)
        shapes.round_corners(surface, panel, layout.px(12), BACKGROUND)

    def _picture_of(self, preview: Preview, panel: tuple[int, int], fitted: tuple[int, int]) -> Surface:
        if self._picture is None or self._shown != (preview.frame_index, panel):
            image = preview.image[:, ::-1] if preview.mirrored else preview.image
            self._picture = _framed(image, panel, fitted)
            self._shown = preview.frame_index, panel
        return self._picture

    def _draw_words(self, surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
        panel = layout.preview
        name = "camera-off" if view.camera in (CameraLight.OFF, CameraLight.LOST) else "camera"
        mark = shapes.icon(name, layout.px(48), mix(PANEL, FAINT, 0.8))
        surface.blit(mark, mark.get_rect(center=(panel.centerx, panel.centery - layout.px(24))))
        line = type_.height_of(13)
        words = type_.wrap(_NO_PICTURE_WORDS[view.camera], panel.width - layout.px(64), 13, 3)
        for i, text in enumerate(words):
            row = Rect(panel.left, panel.centery + layout.px(20) + i * line, panel.width, line)
            type_.draw(surface, text, row, 13, MUTED, align="centre")


def _framed(image: Picture, panel: tuple[int, int], fitted: tuple[int, int]) -> Surface:
    """The picture inside the panel; where its proportions differ, a blurred dim copy of it fills the rest."""
    shrinking = image.shape[1] > fitted[0]
    scaled = cv2.resize(image, fitted, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    surface = Surface(panel)
    if fitted != panel:
        surface.blit(_surface_of(_blurred(image, panel)), (0, 0))
    picture = _surface_of(np.asarray(scaled, np.uint8))
    surface.blit(picture, picture.get_rect(center=surface.get_rect().center))
    return surface


def _blurred(image: Picture, panel: tuple[int, int]) -> Picture:
    """The middle of the picture in the panel's proportions, as a soft dark ground."""
    height, width = image.shape[:2]
    factor = min(width / panel[0], height / panel[1])
    part_width, part_height = max(1, int(panel[0] * factor)), max(1, int(panel[1] * factor))
    left, top = (width - part_width) // 2, (height - part_height) // 2
    part = image[top : top + part_height, left : left + part_width]
    small = cv2.GaussianBlur(cv2.resize(part, (32, 24), interpolation=cv2.INTER_AREA), (0, 0), 3.0)
    return np.asarray(cv2.resize(small * np.float32(0.3), panel, interpolation=cv2.INTER_CUBIC), np.uint8)


def _surface_of(image: Picture) -> Surface:
    return pygame.image.frombuffer(image.tobytes(), (image.shape[1], image.shape[0]), "BGR")


def _draw_face(
    surface: Surface, layout: Layout, face: FaceView, preview: Preview, place: Rect, type_: Typeface
) -> None:
    """Corner brackets around the face and, for the one that leads, its emotion on a tag."""
    factor = place.width / preview.image.shape[1]
    left = (
        preview.image.shape[1] - face.box.left_px - face.box.width_px
        if preview.mirrored
        else face.box.left_px
    )
    box = Rect(
        round(place.left + left * factor),
        round(place.top + face.box.top_px * factor),
        round(face.box.width_px * factor),
        round(face.box.height_px * factor),
    ).clip(place.inflate(-layout.px(12), -layout.px(12)))
    colour = emotion_colour(face.emotion) if face.leads else mix(MUTED, BACKGROUND, 0.3)
    surface.set_clip(place)
    surface.blit(shapes.outline(*box.size, layout.px(10), layout.px(2), colour), box)
    if face.leads:
        _draw_tag(surface, layout, face, box, place, type_)
    surface.set_clip(None)


def _draw_tag(
    surface: Surface, layout: Layout, face: FaceView, box: Rect, place: Rect, type_: Typeface
) -> None:
    text = emotion_word(face.emotion)
    if face.emotion is not None:
        text += f"  {face.confidence:.0%}"
    height = layout.px(24)
    tag = Rect(
        box.left, box.top - height - layout.px(4), type_.width_of(text, 13, bold=True) + layout.px(20), height
    )
    if tag.top < place.top + layout.px(6):
        tag.top = box.top + layout.px(6)
        tag.left = box.left + layout.px(6)
    tag.clamp_ip(place)
    colour = emotion_colour(face.emotion)
    surface.blit(shapes.rounded(*tag.size, height // 2, colour), tag)
    type_.draw(surface, text, tag, 13, BACKGROUND, bold=True, align="centre")


def _draw_speed(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
    parts = [view.camera_name] if view.camera_name else []
    if view.frames_per_second is not None:
        parts.append(f"{view.frames_per_second:.0f} pictures/s")
    if view.latency_seconds is not None:
        parts.append(f"seen after {view.latency_seconds * 1000:.0f} ms")
    text = "  ·  ".join(parts)
    panel, height = layout.preview, layout.px(22)
    text = type_.shorten(text, panel.width - layout.px(40), 11)
    if text:
        pill = Rect(panel.left + layout.px(10), 0, type_.width_of(text, 11) + layout.px(18), height)
        pill.bottom = panel.bottom - layout.px(10)
        ground = shapes.rounded(*pill.size, height // 2, BACKGROUND).copy()
        ground.set_alpha(190)
        surface.blit(ground, pill)
        type_.draw(surface, text, pill, 11, TEXT, align="centre")


def draw_mood(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
    """The mood in one word and the seven probabilities behind it."""
    panel_title(surface, layout.mood, layout, type_, "Your mood", _mood_aside(view))
    body = panel_body(layout.mood, layout)
    word_area = Rect(body.left, body.top, body.width, layout.px(40))
    emotion = view.mood.emotion if view.mood and view.has_face else None
    word = emotion_word(emotion) if view.has_face else "No face"
    type_.draw(surface, word, word_area, 28, emotion_colour(emotion), bold=True)
    values = view.mood.probabilities if view.mood else (0.0,) * len(EMOTIONS)
    top = word_area.bottom + layout.px(8)
    step = (body.bottom - layout.px(4) - top) / len(EMOTIONS)
    for i, (label, value) in enumerate(zip(EMOTIONS, values, strict=True)):
        row = Rect(body.left, round(top + i * step), body.width, round(step))
        colour = emotion_colour(label) if view.has_face else mix(PANEL, emotion_colour(label), 0.35)
        _draw_bar(surface, layout, row, label, value, colour, label is emotion, type_)


def _mood_aside(view: ViewState) -> str:
    return f"{view.mood.confidence:.0%} sure" if view.mood and view.mood.emotion and view.has_face else ""


def _draw_bar(
    surface: Surface,
    layout: Layout,
    row: Rect,
    label: str,
    value: float,
    colour: Colour,
    strong: bool,
    type_: Typeface,
) -> None:
    label_width, number_width = type_.width_of("surprise", 12) + layout.px(10), type_.width_of("100 %", 11)
    type_.draw(
        surface, label, Rect(row.left, row.top, label_width, row.height), 12, TEXT if strong else MUTED
    )
    height = layout.px(8)
    track = Rect(
        row.left + label_width, row.centery - height // 2, row.width - label_width - number_width, height
    )
    surface.blit(shapes.rounded(*track.size, height // 2, RAISED), track)
    length = round(track.width * min(1.0, max(0.0, value)))
    if length >= height // 2:
        surface.blit(shapes.rounded(max(length, height), height, height // 2, colour), track)
    number = Rect(row.right - number_width, row.top, number_width, row.height)
    type_.draw(surface, f"{value:.0%}", number, 11, TEXT if strong else FAINT, align="right")


def draw_playing(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
    """What sounds now, how far it is, and why it was chosen."""
    panel_title(surface, layout.playing, layout, type_, "Now playing", view.sound)
    body = panel_body(layout.playing, layout)
    if view.playing is None:
        type_.draw(surface, "Looking through the music…", body, 14, MUTED, align="centre")
        return
    track, cover = view.playing.track, layout.px(108)
    cover_area = Rect(body.left, body.top + layout.px(4), cover, cover)
    _draw_cover(surface, layout, track, cover_area)
    words = Rect(
        cover_area.right + layout.px(14), cover_area.top, body.right - cover_area.right - layout.px(14), cover
    )
    _draw_title(surface, layout, view, words, type_)
    progress = Rect(body.left, cover_area.bottom + layout.px(14), body.width, layout.px(6))
    _draw_progress(surface, layout, view, progress, type_)
    top = progress.bottom + layout.px(30)
    _draw_why(
        surface, layout, track.why, Rect(body.left, top, body.width, body.bottom - top - layout.px(6)), type_
    )


def _draw_cover(surface: Surface, layout: Layout, track: TrackView, area: Rect) -> None:
    """A cover drawn from the track's mood: its colour, with the grooves of a record."""
    colour = affect_colour(track.mood)
    ground = mix(PANEL, colour, 0.32)
    surface.blit(shapes.rounded(*area.size, layout.px(10), ground), area)
    for share, strength in ((0.82, 0.18), (0.62, 0.3), (0.42, 0.45)):
        groove = shapes.ring(round(area.width * share), max(1, layout.px(1.5)), mix(ground, colour, strength))
        surface.blit(groove, groove.get_rect(center=area.center))
    hub = shapes.disc(round(area.width * 0.2), colour, ground)
    surface.blit(hub, hub.get_rect(center=area.center))


def _draw_title(surface: Surface, layout: Layout, view: ViewState, words: Rect, type_: Typeface) -> None:
    if view.playing is None:
        return
    track, line = view.playing.track, layout.px(26)
    title = type_.wrap(track.title, words.width, 19, 2, bold=True)
    top = words.centery - (line * len(title) + layout.px(22)) // 2
    for i, text in enumerate(title):
        type_.draw(surface, text, Rect(words.left, top + i * line, words.width, line), 19, TEXT, bold=True)
    below = Rect(words.left, top + line * len(title), words.width, layout.px(22))
    type_.draw(surface, track.artist, below, 13, MUTED)


def _draw_progress(surface: Surface, layout: Layout, view: ViewState, bar: Rect, type_: Typeface) -> None:
    if view.playing is None:
        return
    duration, position = view.playing.track.duration_seconds, view.playing.position_seconds
    surface.blit(shapes.rounded(*bar.size, bar.height // 2, RAISED), bar)
    length = round(bar.width * min(1.0, max(0.0, position / duration))) if duration > 0 else 0
    colour = MUTED if view.playing.paused else ACCENT
    if length >= bar.height:
        surface.blit(shapes.rounded(length, bar.height, bar.height // 2, colour), bar)
    row = Rect(bar.left, bar.bottom + layout.px(3), bar.width, layout.px(18))
    type_.draw(surface, clock(position), row, 11, FAINT)
    type_.draw(surface, "paused" if view.playing.paused else "", row, 11, MUTED, align="centre")
    type_.draw(surface, clock(duration), row, 11, FAINT, align="right")


def _draw_why(surface: Surface, layout: Layout, why: str, area: Rect, type_: Typeface) -> None:
    heading, line = type_.height_of(12), type_.height_of(14)
    room = (area.height - heading) // line
    if room < 1:
        return
    left = area.left + layout.px(13)
    words = type_.wrap(why, area.right - left, 14, min(4, room))
    edge = Rect(area.left, area.top, layout.px(3), heading + line * len(words) + layout.px(2))
    surface.blit(shapes.rounded(*edge.size, edge.width // 2, ACCENT), edge)
    type_.draw(
        surface, "Why this one", Rect(left, area.top, area.right - left, heading), 12, MUTED, bold=True
    )
    for i, text in enumerate(words):
        row = Rect(left, area.top + heading + layout.px(2) + i * line, area.right - left, line)
        type_.draw(surface, text, row, 14, TEXT)


def draw_queue(
    surface: Surface, layout: Layout, view: ViewState, type_: Typeface, hovered: Rect | None
) -> None:
    """What would come next if the mood stays as it is; a click plays it."""
    panel_title(surface, layout.queue, layout, type_, "Up next", "if your mood stays")
    body = panel_body(layout.queue, layout)
    for track, row in zip(
        view.queue, rows_within(body, layout.px(QUEUE_ROW_PX), len(view.queue)), strict=False
    ):
        if row == hovered:
            wide = row.inflate(layout.px(12), -layout.px(2))
            surface.blit(shapes.rounded(*wide.size, layout.px(8), RAISED), wide)
        _draw_queued(surface, layout, track, row, type_)


def _draw_queued(surface: Surface, layout: Layout, track: TrackView, row: Rect, type_: Typeface) -> None:
    dot = shapes.disc(layout.px(10), affect_colour(track.mood))
    surface.blit(dot, dot.get_rect(midleft=row.midleft))
    left, time_width = row.left + layout.px(22), type_.width_of("00:00", 11)
    width = row.right - left - time_width - layout.px(8)
    half = row.height // 2
    type_.draw(surface, track.title, Rect(left, row.top + layout.px(2), width, half), 13, TEXT)
    type_.draw(surface, track.why, Rect(left, row.top + half - layout.px(3), width, half), 11, FAINT)
    time_area = Rect(row.right - time_width, row.top, time_width, row.height)
    type_.draw(surface, clock(track.duration_seconds), time_area, 11, FAINT, align="right")
