"""`python -m benchmarks.reaction_sync`: how exactly an ad session's readings lie on the film's time.

A film flashes at known moments; libVLC plays it, the session shows it in its window, and a stand-in camera films that
window at 30 pictures a second. When the camera sees a flash, on the film time that the session wrote down, is compared
with when the film has it. A camera that looks at any moment sees a flash half a picture late on average; that much is
taken off. What a real screen and a real camera add lies outside the computer and is not in these figures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np

from benchmarks.report import emit, show
from player.reactions.facts import Versions
from player.reactions.films import film_of
from player.reactions.session.consent import Question
from player.reactions.session.eye import Eye
from player.reactions.session.monitor import Blind
from player.reactions.session.screen import PygameScreen
from player.reactions.session.session import Plan, Room, run_session
from player.reactions.session.stimulus import Picture, VlcStimulus
from player.reactions.study import Study
from recognizer.frames import Frame, ReopenableSource
from recognizer.pipeline import Analyser, Analysis

FILM_RATE, CAMERA_RATE = 25, 30
SIZE_PX = (640, 360)
FLASH_SECONDS = 0.2
FIRST_SECONDS, APART_SECONDS = 1.0, 1.12
"""Not a multiple of any picture's length, so that the flashes meet the camera at every phase."""
BRIGHT = 128


class FilmedScreen(PygameScreen):
    """The session's own window, in which a camera can see how bright it is; agrees to everything."""

    def __init__(self) -> None:
        super().__init__(fullscreen=False)
        self._lock = Lock()
        self._grey = 0

    def ask(self, question: Question, stop: Callable[[], bool] = lambda: False) -> bool:
        return True

    def show(self, picture: Picture) -> float:
        grey = np.frombuffer(picture.pixels, np.uint8)[0]
        shown = super().show(picture)
        with self._lock:
            self._grey = int(grey)
        return shown

    def grey(self) -> int:
        """The brightness that is on the screen now."""
        with self._lock:
            return self._grey


class WindowCamera(ReopenableSource):
    """Films the window."""

    def __init__(self, screen: FilmedScreen) -> None:
        self._screen, self._index, self._due = screen, 0, time.monotonic()

    @property
    def name(self) -> str:
        """Of no device."""
        return "the window"

    def read(self) -> Frame:
        """The next picture, at a steady rate."""
        self._due = max(self._due + 1 / CAMERA_RATE, time.monotonic() - 1)
        time.sleep(max(0.0, self._due - time.monotonic()))
        now, grey = time.monotonic(), self._screen.grey()
        self._index += 1
        return Frame(np.full((4, 4, 3), grey, np.uint8), self._index - 1, now, now)

    def reopen(self) -> None:
        """It never goes away."""

    def close(self) -> None:
        """Nothing is held open."""


class Photocell(Analyser):
    """In the place of the models: notes when it was bright."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, bool]] = []

    def analyse(self, frame: Frame) -> Analysis:
        self.seen.append((frame.time_seconds, int(frame.image[0, 0, 0]) > BRIGHT))
        return Analysis(frame, (), (), (), {})

    def close(self) -> None:
        """Nothing is held."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one session; prints a table on stderr and JSON on stdout."""
    parser = argparse.ArgumentParser("python -m benchmarks.reaction_sync", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the film (default: 60)")
    options = parser.parse_args(argv)
    if "DISPLAY" not in os.environ and sys.platform.startswith("linux"):
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    with tempfile.TemporaryDirectory() as folder:
        row = measure(Path(folder), options.seconds)
    show(
        "Film and camera on one clock",
        ("measure", "value"),
        [(name.replace("_", " "), v) for name, v in row.items()],
    )
    emit({"reaction_sync": row})
    return 0


def measure(folder: Path, seconds: float) -> dict[str, Any]:
    """Errors in milliseconds over all flashes of one session."""
    path, flashes = write_film(folder / "flashes.mp4", seconds)
    screen, cell = FilmedScreen(), Photocell()
    study = Study.open_or_create(folder / "study")
    plan = Plan("nobody", (film_of(path, "flashes"),), seed=1, rest_seconds=1.0)
    room = Room(screen, Eye(lambda: WindowCamera(screen), cell), Blind, VlcStimulus, print)
    versions = Versions(sonrisa="", emotion_model="", emotion_model_sha256="", face_model_sha256="")
    try:
        run_session(study, plan, room, versions)
    finally:
        screen.close()
    (facts,) = study.viewings()
    onsets = [
        now - facts.offset_seconds
        for (_, was), (now, bright) in zip(cell.seen, cell.seen[1:], strict=False)
        if bright and not was
    ]
    if not onsets:
        raise SystemExit(f"no flash was seen: {facts.remark or 'the window could not be filmed'}")
    errors = [min((onset - flash for onset in onsets), key=abs) - 0.5 / CAMERA_RATE for flash in flashes]
    magnitude = np.abs(errors) * 1000
    wanted = round(seconds * FILM_RATE)
    return {
        "pictures_shown": f"{facts.shown_pictures} of {wanted}",
        "flashes": len(flashes),
        "seen": len(onsets),
        "median_error_milliseconds": round(float(np.median(errors)) * 1000, 1),
        "p95_error_milliseconds": round(float(np.quantile(magnitude, 0.95)), 1),
        "largest_error_milliseconds": round(float(magnitude.max()), 1),
        "stated_jitter_milliseconds": round((facts.jitter_seconds or 0.0) * 1000, 1),
        "camera_frames_per_second": facts.frames_per_second,
    }


def write_film(path: Path, seconds: float) -> tuple[Path, list[float]]:
    """A dark film that flashes; returns it and the times of its flashes."""
    flashes = np.arange(FIRST_SECONDS, seconds - 1, APART_SECONDS)
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FILM_RATE, SIZE_PX)
    exact = []
    bright = np.zeros(round(seconds * FILM_RATE), bool)
    for flash in flashes:
        first = round(float(flash) * FILM_RATE)
        bright[first : first + round(FLASH_SECONDS * FILM_RATE)] = True
        exact.append(first / FILM_RATE)
    for number, each in enumerate(bright):
        picture = np.full((SIZE_PX[1], SIZE_PX[0], 3), 230 if each else 20, np.uint8)
        # A bar that wanders below tells the pictures apart, as those of any real film are.
        left = 16 * number % SIZE_PX[0]
        picture[SIZE_PX[1] // 2 :, left : left + 80] = 120
        video.write(picture)
    video.release()
    return path, exact


if __name__ == "__main__":
    sys.exit(main())
