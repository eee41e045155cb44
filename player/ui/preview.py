"""The camera's picture with the faces marked, and the capture of a resting face over it."""

from __future__ import annotations

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from player.messages.view_state import CalibrationView, CameraLight, FaceView, Preview, ViewState
from player.messages.words import emotion_word
from player.ui import shapes
from player.ui.layout import Layout, fit_inside
from player.ui.text import Typeface
from player.ui.theme import (
    ACCENT,
    BACKGROUND,
    BAD,
    FAINT,
    GOOD,
    MUTED,
    PANEL,
    TEXT,
    emotion_colour,
    mix,
)
from player.ui.widgets import draw_slider

Picture = NDArray[np.uint8]
"""BGR, [height, width, 3]."""

_FORGIVEN_SHARE = 0.025
"""How much a picture is stretched without anybody seeing it, to spare filling a narrow rest."""

_NO_PICTURE_WORDS: dict[CameraLight, str] = {
    CameraLight.STARTING: "Waiting for the first picture",
    CameraLight.ON: "Waiting for the first picture",
    CameraLight.CLIP: "Waiting for the first picture",
    CameraLight.LOST: "The camera is gone. Looking for it; the music goes on.",
    CameraLight.OFF: "The camera is closed. Nobody is seen; the music goes on.",
}


class PreviewPanel:
    """The camera's picture with the faces marked; keeps the scaled picture until a new frame comes."""

    def __init__(self) -> None:
        self._shown: tuple[int, tuple[int, int]] | None = None
        self._picture: Surface | None = None

    def draw(self, surface: Surface, panel: Rect, layout: Layout, view: ViewState, type_: Typeface) -> None:
        """Draw the picture and the boxes into a panel; words where there is no picture."""
        if view.preview is None:
            _draw_words(surface, panel, layout, view, type_)
            return
        height, width = view.preview.image.shape[:2]
        place = _place_of(width, height, panel)
        surface.blit(self._picture_of(view.preview, panel.size, place.size), panel)
        for face in sorted(view.faces, key=lambda face: face.leads):
            _draw_face(surface, layout, face, view.preview, place, type_)
        if view.calibration is not None:
            _draw_calibration(surface, panel, layout, view.calibration, type_)

    def _picture_of(self, preview: Preview, panel: tuple[int, int], fitted: tuple[int, int]) -> Surface:
        if self._picture is None or self._shown != (preview.frame_index, panel):
            self._picture = _framed(preview, panel, fitted)
            self._shown = preview.frame_index, panel
        return self._picture


def _place_of(width_px: int, height_px: int, panel: Rect) -> Rect:
    """Where the picture stands: it fills a panel that has nearly its proportions, else it is whole inside it."""
    fitted = fit_inside(width_px, height_px, panel)
    near = max(panel.width - fitted.width, panel.height - fitted.height) <= _FORGIVEN_SHARE * panel.height
    return panel.copy() if near else fitted


def _framed(preview: Preview, panel: tuple[int, int], fitted: tuple[int, int]) -> Surface:
    """The picture inside the panel; where its proportions differ, a blurred dim copy of it fills the rest."""
    step = max(1, preview.image.shape[1] // fitted[0])  # far smaller: pixels are left out first, at no cost
    scaled = cv2.resize(preview.image[::step, ::step], fitted, interpolation=cv2.INTER_LINEAR)
    scaled = cv2.flip(scaled, 1) if preview.mirrored else scaled
    picture = _surface_of(np.asarray(scaled, np.uint8))
    if fitted == panel:
        return picture
    surface = Surface(panel)
    surface.blit(_surface_of(_blurred(preview.image, panel)), (0, 0))
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
    return np.asarray(cv2.resize(small * np.float32(0.3), panel, interpolation=cv2.INTER_LINEAR), np.uint8)


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
    if face.leads and place.height > layout.px(180):
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


def draw_speed(surface: Surface, layout: Layout, view: ViewState, type_: Typeface) -> None:
    """Which camera this is, how many pictures a second are read, and how long after they were taken."""
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


def _draw_words(surface: Surface, panel: Rect, layout: Layout, view: ViewState, type_: Typeface) -> None:
    name = "camera-off" if view.camera in (CameraLight.OFF, CameraLight.LOST) else "camera"
    mark = shapes.icon(name, layout.px(48), mix(PANEL, FAINT, 0.8))
    surface.blit(mark, mark.get_rect(center=(panel.centerx, panel.centery - layout.px(24))))
    line = type_.height_of(13)
    words = type_.wrap(_NO_PICTURE_WORDS[view.camera], panel.width - layout.px(40), 13, 4)
    for i, text in enumerate(words):
        row = Rect(panel.left, panel.centery + layout.px(20) + i * line, panel.width, line)
        type_.draw(surface, text, row, 13, MUTED, align="centre")


def _draw_calibration(
    surface: Surface, panel: Rect, layout: Layout, calibration: CalibrationView, type_: Typeface
) -> None:
    """A band across the picture: what to do, and how far it is."""
    words = type_.wrap(calibration.words, panel.width - layout.px(48), 14, 2, bold=True)
    line = type_.height_of(14)
    band = Rect(panel.left, 0, panel.width, layout.px(34) + line * len(words))
    band.centery = panel.top + round(panel.height * 0.76)
    shade = Surface(band.size)
    shade.fill(BACKGROUND)
    shade.set_alpha(215)
    surface.blit(shade, band)
    for i, text in enumerate(words):
        row = Rect(band.left, band.top + layout.px(9) + i * line, band.width, line)
        type_.draw(surface, text, row, 14, BAD if calibration.failed else TEXT, bold=True, align="centre")
    bar = Rect(0, 0, panel.width // 2, layout.px(6))
    bar.midbottom = (band.centerx, band.bottom - layout.px(10))
    colour = BAD if calibration.failed else (ACCENT if calibration.running else GOOD)
    draw_slider(surface, bar, calibration.progress, colour)
