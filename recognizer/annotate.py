"""Annotation of frames: box, id, steadied emotion, and the seven probabilities as small bars.

All sizes are relative to the picture's height, so that small and large videos look alike.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from recognizer.affect import EMOTIONS, Emotion, FaceBox, Mood, Reading
from recognizer.errors import OutputError, UsageError
from recognizer.frames import Image
from recognizer.palette import EMOTION_RGB
from recognizer.pipeline import Analysis
from recognizer.video_writer import VideoWriter

Colour = tuple[int, int, int]
"""Blue, green, red."""

COLOURS: dict[Emotion, Colour] = {
    emotion: (blue, green, red) for emotion, (red, green, blue) in EMOTION_RGB.items()
}
UNSURE: Colour = (140, 134, 128)
PANEL: Colour = (24, 20, 19)
TRACK: Colour = (72, 64, 60)
TEXT: Colour = (226, 233, 236)
MUTED: Colour = (170, 160, 154)
ALONE = 2  # one box and its label
PANEL_OPACITY = 0.78


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Sizes in whole pixels, derived from the picture's height."""

    line: int
    text: int
    pad: int
    row: int
    names: int
    bars: int

    @property
    def panel_width(self) -> int:
        return self.names + self.bars + 3 * self.pad

    @property
    def panel_height(self) -> int:
        return len(EMOTIONS) * self.row + 2 * self.pad

    @property
    def label_height(self) -> int:
        return self.text + 2 * self.pad


@dataclass(frozen=True, slots=True)
class _Rect:
    """Whole pixels of the picture."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def touches(self, other: _Rect) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, outer: _Rect) -> bool:
        across = outer.left <= self.left and self.right <= outer.right
        return across and outer.top <= self.top and self.bottom <= outer.bottom


def draw(analysis: Analysis) -> Image:
    """Copy of the frame's picture with faces, labels and bars drawn in; uint8 BGR [height, width, 3]."""
    picture = analysis.frame.image.copy()
    sizes = _sizes(picture.shape[0])
    taken = [_rect(reading.box) for reading in analysis.readings]
    for reading in sorted(analysis.readings, key=lambda each: -each.box.area_px):
        mood = analysis.mood_of(reading.face_id)
        _draw_corners(picture, _rect(reading.box), _colour(mood), sizes)
        taken.append(_draw_label(picture, reading, mood, sizes))
        spot = _free_spot(picture, _rect(reading.box), taken, sizes)
        if spot is None:
            taken.append(_draw_small_bars(picture, reading, sizes))
        else:
            taken.append(spot)
            _draw_bars(picture, spot, reading, mood, sizes)
    return picture


def _sizes(height_px: int) -> _Sizes:
    unit = max(height_px, 240) / 480
    text = round(13 * unit)
    return _Sizes(
        line=max(1, round(2 * unit)),
        text=text,
        pad=round(6 * unit),
        row=round(text * 1.3),
        names=round(text * 4.6),
        bars=round(60 * unit),
    )


def _rect(box: FaceBox) -> _Rect:
    return _Rect(round(box.left_px), round(box.top_px), round(box.width_px), round(box.height_px))


def _colour(mood: Mood | None) -> Colour:
    return COLOURS[mood.emotion] if mood is not None and mood.emotion is not None else UNSURE


def _draw_corners(picture: Image, box: _Rect, colour: Colour, sizes: _Sizes) -> None:
    """The four corners of the box: they show it without hiding the face."""
    arm = max(4, min(box.width, box.height) // 5)
    for x, towards_x in ((box.left, arm), (box.right, -arm)):
        for y, towards_y in ((box.top, arm), (box.bottom, -arm)):
            angle = np.array([(x + towards_x, y), (x, y), (x, y + towards_y)], np.int32)
            cv2.polylines(picture, [angle], False, PANEL, sizes.line + 2, cv2.LINE_AA)
            cv2.polylines(picture, [angle], False, colour, sizes.line, cv2.LINE_AA)


def _draw_label(picture: Image, reading: Reading, mood: Mood | None, sizes: _Sizes) -> _Rect:
    """Label with id and emotion, above the box where there is room, else inside its upper edge."""
    number, words = str(reading.face_id), _words(mood)
    number_width = _text_width(number, sizes.text) + 2 * sizes.pad
    width = number_width + _text_width(words, sizes.text) + 2 * sizes.pad
    box, height = _rect(reading.box), sizes.label_height
    left = _inside(box.left, width, picture.shape[1])
    top = _inside(box.top - height - sizes.pad, height, picture.shape[0])
    _shade(picture, _Rect(left, top, width, height))
    cv2.rectangle(picture, (left, top, number_width, height), _colour(mood), cv2.FILLED)
    baseline = top + sizes.pad + round(sizes.text * 0.86)
    _write(picture, number, (left + sizes.pad, baseline), PANEL, sizes.text, bold=True)
    _write(picture, words, (left + number_width + sizes.pad, baseline), TEXT, sizes.text, bold=True)
    return _Rect(left, top, width, height)


def _words(mood: Mood | None) -> str:
    if mood is None or mood.word is None:
        return "hard to read" if mood is not None and not mood.readable else "not sure"
    return str(mood.word) if mood.sure is None else f"{mood.word} {mood.sure:.0%}"


def _free_spot(picture: Image, box: _Rect, taken: list[_Rect], sizes: _Sizes) -> _Rect | None:
    """Place of the bars that covers neither a face nor other bars: beside the box, narrowed if need be.

    The only face may have them in a corner. None where the picture is too full, or the face so small that the bars
    would outshine it.
    """
    height, width = picture.shape[:2]
    whole, gap = _Rect(0, 0, width, height), 2 * sizes.pad
    if box.height < sizes.panel_height // 3:
        return None
    y = _inside(box.top, sizes.panel_height, height)
    widths = (sizes.panel_width, sizes.panel_width - sizes.bars // 2)
    spots = [
        _Rect(x, y, wide, sizes.panel_height)
        for wide in widths
        for x in (box.right + gap, box.left - gap - wide)
    ]
    if len(taken) == ALONE:
        y = height - sizes.panel_height
        spots += [_Rect(x, y, sizes.panel_width, sizes.panel_height) for x in (0, width - sizes.panel_width)]
    free = (spot for spot in spots if spot.within(whole) and not any(map(spot.touches, taken)))
    return next(free, None)


def _draw_bars(picture: Image, spot: _Rect, reading: Reading, mood: Mood | None, sizes: _Sizes) -> None:
    """The single frame's probabilities with their names; the steadied emotion's is bright."""
    _shade(picture, spot)
    start = spot.left + 2 * sizes.pad + sizes.names
    length = spot.right - sizes.pad - start
    thick = max(3, sizes.row // 2)
    for index, (emotion, probability) in enumerate(zip(EMOTIONS, reading.probabilities, strict=True)):
        y = spot.top + sizes.pad + index * sizes.row
        chosen = mood is not None and mood.emotion is emotion
        place = (spot.left + sizes.pad, y + round(sizes.row * 0.74))
        _write(picture, emotion, place, TEXT if chosen else MUTED, sizes.text, bold=chosen)
        bar_top = y + (sizes.row - thick) // 2
        cv2.rectangle(picture, (start, bar_top, length, thick), TRACK, cv2.FILLED)
        filled = round(probability * length)
        if filled:
            cv2.rectangle(picture, (start, bar_top, filled, thick), COLOURS[emotion], cv2.FILLED)


def _draw_small_bars(picture: Image, reading: Reading, sizes: _Sizes) -> _Rect:
    """The probabilities without names, as seven columns under the box: for crowds and small faces."""
    box, height = _rect(reading.box), 2 * sizes.text
    column = max(3, sizes.text // 2)
    width = len(EMOTIONS) * column + (len(EMOTIONS) + 1) * sizes.line
    left = _inside(box.left + (box.width - width) // 2, width, picture.shape[1])
    spot = _Rect(left, _inside(box.bottom + sizes.pad, height, picture.shape[0]), width, height)
    _shade(picture, spot)
    for index, (emotion, probability) in enumerate(zip(EMOTIONS, reading.probabilities, strict=True)):
        x = left + sizes.line + index * (column + sizes.line)
        filled = max(1, round(probability * (height - 2 * sizes.line)))
        top = spot.bottom - sizes.line - filled
        cv2.rectangle(picture, (x, top, column, filled), COLOURS[emotion], cv2.FILLED)
    return spot


def _inside(start: int, length: int, limit: int) -> int:
    """Start of an interval of this length, moved into [0, limit]."""
    return max(0, min(start, limit - length))


def _shade(picture: Image, spot: _Rect) -> None:
    """Darken a rectangle so that light text can be read on any picture."""
    part = picture[spot.top : spot.bottom, spot.left : spot.right]
    part[:] = (part * (1 - PANEL_OPACITY) + np.array(PANEL) * PANEL_OPACITY).astype(np.uint8)


@cache
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")


def _text_width(text: str, size_px: int, bold: bool = True) -> int:
    weight = 700 if bold else 400
    return int(cv2.getTextSize((0, 0), text, (0, 0), _font(), size_px, weight)[2])


def _write(
    picture: Image, text: str, baseline: tuple[int, int], colour: Colour, size_px: int, bold: bool = False
) -> None:
    cv2.putText(picture, text, baseline, colour, _font(), size_px, 700 if bold else 400)


class AnnotatedVideo:
    """Writer of annotated frames to an mp4 file, which gets its name when it is complete; a context manager.

    All frames get the size of the first one, and keep their own times. Raises OutputError when the file cannot be
    written.
    """

    def __init__(self, path: Path, frames_per_second: float) -> None:
        self._path = path
        self._part = path.with_name(f".{path.stem}.part{path.suffix}")
        self._video = VideoWriter(self._part, frames_per_second, shown=path)
        self._size: tuple[int, int] | None = None

    def write(self, analysis: Analysis) -> None:
        """Add one frame."""
        picture = draw(analysis)
        self._size = self._size or (picture.shape[1], picture.shape[0])
        self._video.write(_letterbox(picture, self._size), analysis.frame.time_seconds)

    def close(self) -> None:
        """Finish the file and give it its name; with no frames there is no file. More than once is fine."""
        try:
            self._video.close()
        except OutputError:
            self._part.unlink(missing_ok=True)  # without its end no player opens it
            raise
        if self._part.exists():
            os.replace(self._part, self._path)

    def __enter__(self) -> AnnotatedVideo:
        """The writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it: what was written is kept."""
        self.close()


def check_video_path(path: Path) -> None:
    """Raise UsageError for a video ending that cannot be written."""
    if path.suffix.lower() != ".mp4":
        raise UsageError(f"{path}: annotated videos are written as .mp4; choose that ending")


def _letterbox(picture: Image, size: tuple[int, int]) -> Image:
    """Fit a picture into `size` (width, height) with its own proportions, on black."""
    width, height = size
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:height, :width]
    sheet = np.zeros((height, width, 3), np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
    return sheet
