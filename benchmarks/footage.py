"""Real footage as a camera would give it, with expressions on cue: who watches knows the very frame they begin at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import yaml

from benchmarks.segments import swung
from benchmarks.steadying import SCRIPTS
from recognizer.affect import Emotion
from recognizer.errors import SourceError
from recognizer.frames import Frame, FrameSource, Image
from recognizer.videos import ASSUMED_FRAMES_PER_SECOND, VideoSource

SHIFT_PX, LIGHT_SHARE, NOISE = 2.0, 0.03, 2.0
"""How far one frame differs from the next by chance: position, light, and the sensor's noise (grey values)."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A clip cut in three: the face at rest, on its way, and showing `emotion`."""

    name: str
    emotion: Emotion
    frames_per_second: float
    rest: tuple[Image, ...]
    leaving: tuple[Image, ...]
    shown: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The index of the first frame that is no longer at rest, and of the first one that shows the expression."""

    leaves: int
    shows: int


class DirectedSource(FrameSource):
    """Plays the rest back and forth, slightly different each time, until `cue`; then the expression, for a while.

    Frames come at the clip's pace, like a camera's. `marks` tells for each expression where it began.
    """

    def __init__(self, take: Take, hold_seconds: float, seed: int = 0) -> None:
        self.marks: list[Mark] = []
        self._take = take
        self._hold_frames = round(hold_seconds * take.frames_per_second)
        self._dice = np.random.default_rng(seed)
        self._cue = Event()
        self._closed = Event()
        self._index = 0
        self._images = self._play()
        self._due = 0.0

    @property
    def name(self) -> str:
        """The clip's name."""
        return self._take.name

    @property
    def live(self) -> bool:
        """True: it waits for nobody."""
        return True

    @property
    def acting(self) -> bool:
        """Whether an expression was asked for and is not over."""
        return self._cue.is_set()

    def cue(self) -> None:
        """Let the expression begin with the next frame."""
        self._cue.set()

    def read(self) -> Frame | None:
        """The next frame when it is due; None once closed."""
        now = time.monotonic()
        self._due = max(self._due + 1 / self._take.frames_per_second, now - 1.0) if self._due else now
        if self._closed.wait(max(0.0, self._due - now)):
            return None
        image = varied(next(self._images), self._dice)
        self._index += 1
        now = time.monotonic()
        return Frame(image, self._index - 1, now, now)

    def close(self) -> None:
        """End; harmless when repeated."""
        self._closed.set()

    def _play(self) -> Iterator[Image]:
        place = 0
        while True:
            yield swung(self._take.rest, place)
            place += 1
            if self._cue.is_set():
                yield from self._act()
                self._cue.clear()
                place = 0

    def _act(self) -> Iterator[Image]:
        # The frame that is given next has the index that `read` is about to count.
        self.marks.append(Mark(self._index, self._index + len(self._take.leaving)))
        yield from self._take.leaving
        for place in range(self._hold_frames):
            yield swung(self._take.shown, place)


def varied(image: Image, dice: np.random.Generator) -> Image:
    """The picture as a camera might have taken it a moment later: shifted a little, lit differently, with noise."""
    shift = dice.uniform(-SHIFT_PX, SHIFT_PX, 2)
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    size = (image.shape[1], image.shape[0])
    moved = cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    noise = dice.standard_normal(image.shape[:2], np.float32)[..., None] * NOISE
    light = 1 + dice.uniform(-LIGHT_SHARE, LIGHT_SHARE)
    return np.clip(moved * light + noise, 0, 255).astype(np.uint8)


def takes(videos: Path, demo: Path) -> list[Take]:
    """The real clips with known onsets that are there, and the demo clip where it and its truth are there.

    Raises SourceError where there is none at all.
    """
    found = [_scripted(videos / name) for name in SCRIPTS if (videos / name).exists()]
    if demo.exists() and demo.with_suffix(".yaml").exists():
        found.extend(_rendered(demo))
    if not found:
        raise SourceError(
            f"{videos}: holds none of {', '.join(SCRIPTS)}, and there is no demo clip with its truth"
        )
    return found


def _scripted(clip: Path) -> Take:
    script = SCRIPTS[clip.name]
    onset = script.onsets[0]
    until = script.onsets[1].seconds - 0.25 if len(script.onsets) > 1 else float("inf")
    return _cut(clip, clip.name, onset.emotion, (0.0, script.neutral_until_seconds, onset.seconds, until))


def _rendered(clip: Path) -> Iterator[Take]:
    """The demo clip's expressions, each with the rest before it."""
    rest_from = 0.0
    for segment in yaml.safe_load(clip.with_suffix(".yaml").read_text(encoding="utf-8"))["segments"]:
        emotion = Emotion(segment["emotion"])
        if emotion is not Emotion.NEUTRAL:
            onset, apex, offset = (segment[f"{name}_seconds"] for name in ("onset", "apex", "offset"))
            yield _cut(clip, f"{clip.name}, {emotion}", emotion, (rest_from, onset, apex, offset))
            rest_from = segment["end_seconds"]


def _cut(clip: Path, name: str, emotion: Emotion, times: tuple[float, float, float, float]) -> Take:
    """Cut a clip: rest from the first to the second time, then leaving, then shown until the fourth (seconds)."""
    start, leaves, shows, until = times
    parts: tuple[list[Image], ...] = ([], [], [])
    with VideoSource(clip) as source:
        rate = source.frames_per_second or ASSUMED_FRAMES_PER_SECOND
        for frame in source:
            if start <= frame.time_seconds < until:
                parts[(frame.time_seconds >= leaves) + (frame.time_seconds >= shows)].append(frame.image)
    if not (parts[0] and parts[2]):
        raise SourceError(f"{clip}: holds no rest or no expression between {start} and {until} s")
    rest, leaving, shown = map(tuple, parts)
    return Take(name, emotion, rate, rest, leaving, shown)
