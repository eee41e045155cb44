"""Drawing what was found into the picture: box, id, steadied emotion, and the seven probabilities as small bars.

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
from recognizer.pipeline import Analysis

Colour = tuple[int, int, int]
"""Blue, green, red."""

COLOURS: dict[Emotion | None, Colour] = {
    Emotion.ANGRY: (92, 108, 219),
    Emotion.DISGUST: (92, 170, 154),
    Emotion.FEAR: (206, 132, 160),
    Emotion.HAPPY: (86, 190, 242),
    Emotion.SAD: (214, 148, 98),
    Emotion.SURPRISE: (180, 188, 86),
    Emotion.NEUTRAL: (182, 170, 164),
    None: (140, 134, 128),
}
PANEL: Colour = (24, 20, 19)
TRACK: Colour = (72, 64, 60)
TEXT: Colour = (226, 233, 236)
MUTED: Colour = (170, 160, 154)
PANEL_OPACITY = 0.72
LONGEST_STILL_SECONDS = 10.0
MP4 = cv2.VideoWriter.fourcc(*"mp4v")


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Everything in whole pixels, derived from the picture's height."""

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


def draw(analysis: Analysis) -> Image:
    """A copy of the frame's picture with everything in it; uint8 BGR [height, width, 3]."""
    picture = analysis.frame.image.copy()
    sizes = _sizes(picture.shape[0])
    for reading in sorted(analysis.readings, key=lambda each: each.box.area_px):
        _draw_face(picture, reading, analysis.mood_of(reading.face_id), sizes)
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


def _draw_face(picture: Image, reading: Reading, mood: Mood | None, sizes: _Sizes) -> None:
    colour = COLOURS[mood.emotion if mood else None]
    left, top, right, bottom = _corners(reading.box)
    _draw_corners(picture, (left, top, right, bottom), colour, sizes)
    _draw_label(picture, (left, top), reading, mood, sizes)
    _draw_bars(picture, _beside(picture, (left, top, right, bottom), sizes), reading, mood, sizes)


def _corners(box: FaceBox) -> tuple[int, int, int, int]:
    left, top = round(box.left_px), round(box.top_px)
    return left, top, left + round(box.width_px), top + round(box.height_px)


def _draw_corners(picture: Image, box: tuple[int, int, int, int], colour: Colour, sizes: _Sizes) -> None:
    """The four corners of the box: they show it without hiding the face."""
    left, top, right, bottom = box
    arm = max(4, min(right - left, bottom - top) // 5)
    for x, towards_x in ((left, arm), (right, -arm)):
        for y, towards_y in ((top, arm), (bottom, -arm)):
            angle = np.array([(x + towards_x, y), (x, y), (x, y + towards_y)], np.int32)
            cv2.polylines(picture, [angle], False, PANEL, sizes.line + 2, cv2.LINE_AA)
            cv2.polylines(picture, [angle], False, colour, sizes.line, cv2.LINE_AA)


def _draw_label(
    picture: Image, corner: tuple[int, int], reading: Reading, mood: Mood | None, sizes: _Sizes
) -> None:
    """Who and what, above the box where there is room, else inside its upper edge."""
    emotion = mood.emotion if mood else None
    number, words = str(reading.face_id), _words(mood)
    number_width = _text_width(number, sizes.text) + 2 * sizes.pad
    width = number_width + _text_width(words, sizes.text) + 2 * sizes.pad
    left = _inside(corner[0], width, picture.shape[1])
    top = corner[1] - sizes.label_height - sizes.pad
    top = _inside(top, sizes.label_height, picture.shape[0])
    _shade(picture, (left, top), (width, sizes.label_height))
    cv2.rectangle(picture, (left, top, number_width, sizes.label_height), COLOURS[emotion], cv2.FILLED)
    baseline = top + sizes.pad + round(sizes.text * 0.86)
    _write(picture, number, (left + sizes.pad, baseline), PANEL, sizes.text, bold=True)
    _write(picture, words, (left + number_width + sizes.pad, baseline), TEXT, sizes.text, bold=True)


def _words(mood: Mood | None) -> str:
    if mood is None or mood.emotion is None:
        return "not sure"
    return f"{mood.emotion} {mood.confidence:.0%}"


def _beside(picture: Image, box: tuple[int, int, int, int], sizes: _Sizes) -> tuple[int, int]:
    """Where the bars go: right of the box, else left of it, else into the picture's corner away from the face."""
    left, top, right, _ = box
    gap = 2 * sizes.pad
    y = _inside(top, sizes.panel_height, picture.shape[0])
    if right + gap + sizes.panel_width <= picture.shape[1]:
        return right + gap, y
    if left - gap - sizes.panel_width >= 0:
        return left - gap - sizes.panel_width, y
    room = picture.shape[1] - sizes.panel_width
    return (0 if left + right > picture.shape[1] else max(0, room)), picture.shape[0] - sizes.panel_height


def _draw_bars(
    picture: Image, corner: tuple[int, int], reading: Reading, mood: Mood | None, sizes: _Sizes
) -> None:
    """The single frame's probabilities; the steadied emotion's name is bright."""
    left, top = corner
    _shade(picture, corner, (sizes.panel_width, sizes.panel_height))
    start = left + 2 * sizes.pad + sizes.names
    thick = max(3, sizes.row // 2)
    for index, (emotion, probability) in enumerate(zip(EMOTIONS, reading.probabilities, strict=True)):
        y = top + sizes.pad + index * sizes.row
        chosen = mood is not None and mood.emotion is emotion
        baseline = y + round(sizes.row * 0.74)
        _write(
            picture, emotion, (left + sizes.pad, baseline), TEXT if chosen else MUTED, sizes.text, bold=chosen
        )
        bar_top = y + (sizes.row - thick) // 2
        cv2.rectangle(picture, (start, bar_top, sizes.bars, thick), TRACK, cv2.FILLED)
        filled = round(probability * sizes.bars)
        if filled:
            cv2.rectangle(picture, (start, bar_top, filled, thick), COLOURS[emotion], cv2.FILLED)


def _inside(start: int, length: int, limit: int) -> int:
    """Move a stretch of this length into [0, limit]."""
    return max(0, min(start, limit - length))


def _shade(picture: Image, corner: tuple[int, int], size: tuple[int, int]) -> None:
    """Darken a rectangle so that light text can be read on any picture."""
    left, top = corner
    part = picture[top : top + size[1], left : left + size[0]]
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
    """Writes annotated frames to an mp4 file, which takes its name at the end; a context manager.

    All frames get the size of the first one. With `keep_time` a picture is repeated until the next one is due, as a
    camera needs it whose frames come late or are dropped. Raises OutputError when the file cannot be written.
    """

    def __init__(self, path: Path, frames_per_second: float, keep_time: bool = False) -> None:
        self._path = path
        self._part = path.with_name(f".{path.stem}.part{path.suffix}")
        self._rate = frames_per_second
        self._keep_time = keep_time
        self._start_seconds = 0.0
        self._written = 0
        self._video: cv2.VideoWriter | None = None
        self._size = (0, 0)

    def write(self, analysis: Analysis) -> None:
        """Add one frame."""
        picture, now = draw(analysis), analysis.frame.time_seconds
        if self._video is None:
            self._video = self._open((picture.shape[1], picture.shape[0]))
            self._start_seconds = now
        picture = _letterbox(picture, self._size)
        due = round((now - self._start_seconds) * self._rate) + 1 if self._keep_time else 0
        for _ in range(max(1, min(due - self._written, round(LONGEST_STILL_SECONDS * self._rate)))):
            self._video.write(picture)
            self._written += 1

    def _open(self, size: tuple[int, int]) -> cv2.VideoWriter:
        self._size = size
        video = cv2.VideoWriter(str(self._part), cv2.CAP_FFMPEG, MP4, self._rate, size)
        if not video.isOpened():
            raise OutputError(f"{self._path}: the video cannot be written; is the disk full?")
        return video

    def close(self) -> None:
        """Finish the file and give it its name; with no frames there is no file. More than once is fine."""
        if self._video is not None:
            self._video.release()
            self._video = None
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
