"""`python -m benchmarks.window`: what the window costs, drawn 60 times a second (needs a display; xvfb-run gives one).

Each view is shown for a while as on a lively evening: 30 pictures and moods a second, a track that goes on, a list
that scrolls. Then the real player runs on a clip; its main thread does all but the work of the eye (capture and
inference have threads of their own). What counts is processor time, as a share of one core.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import emit, percentiles, show
from player.app import App, Options
from player.camera.sources import DEMO_CLIP
from player.config import settings_of
from player.messages.view_state import (
    CameraLight,
    FaceView,
    LibraryView,
    MoodPoint,
    MoodView,
    PlayingView,
    Preview,
    ViewName,
    ViewState,
)
from player.music.choice.ranking import Choice
from player.music.track import Track
from player.ui.window import Window
from recognizer.affect import Affect, Emotion, FaceBox
from recognizer.errors import SonrisaError
from recognizer.videos import VideoSource

FRAMES_PER_SECOND = 60
PICTURES_PER_SECOND = 30
_PICTURES = 60
_ROWS = 40
_TRACKS = 50_000
_HISTORY_SECONDS = 120.0
_PATIENCE_SECONDS = 120.0

Picture = NDArray[np.uint8]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; prints a table on stderr and JSON on stdout. Returns 0, or 1 where there is no display."""
    parser = argparse.ArgumentParser("python -m benchmarks.window", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each measurement (default: 20)")
    parser.add_argument("--size", default="1120x700", metavar="WxH", help="of the window (default: 1120x700)")
    options = parser.parse_args(argv)
    try:
        size = _size(options.size)
        views = draw_views(size, options.seconds)
        player = run_player(size, options.seconds)
    except SonrisaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    rows = [(name, *row.values()) for name, row in {**views, "the whole player": player}.items()]
    show(f"The window at {options.size}", ("what", *player), rows)
    emit({"size_px": list(size), "views": views, "player": player})
    return 0


def draw_views(size_px: tuple[int, int], seconds: float) -> dict[str, dict[str, float]]:
    """Each of the views for some seconds; raises NoDisplay."""
    with VideoSource(DEMO_CLIP) as source:
        pictures = [frame.image for _ in range(_PICTURES) if (frame := source.read()) is not None]
    found = {}
    with Window(size_px=size_px) as window:
        for name in ViewName:
            found[name.value] = _shown(window, Evening(name, pictures), seconds)
    return found


def _shown(window: Window, evening: Evening, seconds: float) -> dict[str, float]:
    """So many seconds of an evening, picture after picture: how much of a core they would take at their pace.

    Nothing waits, so that a busy machine gives the same answer; the making of the states does not count.
    """
    took, start = [], time.perf_counter()
    for number in range(round(seconds * FRAMES_PER_SECOND)):
        view = evening.at(_HISTORY_SECONDS + number / FRAMES_PER_SECOND)
        before = time.thread_time()
        window.intents()
        window.draw(view)
        took.append(time.thread_time() - before)
    return _row(took, len(took) / (time.perf_counter() - start), seconds)


def run_player(size_px: tuple[int, int], seconds: float) -> dict[str, float]:
    """The real player's main thread on the demo clip, without sound; raises SonrisaError where it cannot run."""
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        settings = settings_of(
            {
                "camera": {"source": str(DEMO_CLIP)},
                "music": {"library": f"{home}/library.db"},
                "sound": {"backend": "silent"},
                "window": {"frames_per_second": FRAMES_PER_SECOND},
            },
            "the benchmark",
        )
        window = CountingWindow(size_px=size_px)
        app = App(settings, Options(), view=window)
        session = app.start(stack)
        until = time.monotonic() + _PATIENCE_SECONDS
        while session.view_state(time.monotonic()).playing is None and time.monotonic() < until:
            app.loop_once()
        took, drawn, start = [], window.drawn, time.perf_counter()
        while time.perf_counter() - start < seconds:
            before = time.thread_time()
            app.loop_once()
            took.append(time.thread_time() - before)
        passed = time.perf_counter() - start
        return _row(took, (window.drawn - drawn) / passed, passed)


def _row(took: Sequence[float], drawn_per_second: float, seconds: float) -> dict[str, float]:
    times = percentiles(took)
    return {
        "drawn_per_second": round(drawn_per_second, 1),
        "cpu_p50_ms": times["p50_ms"],
        "cpu_p95_ms": times["p95_ms"],
        "core_percent": round(100 * sum(took) / seconds, 1),
    }


class CountingWindow(Window):
    """Counts how often it was drawn."""

    drawn = 0

    def draw(self, view: ViewState) -> None:
        super().draw(view)
        self.drawn += 1


class Evening:
    """States that follow each other as the real ones do; `now_seconds` is the time since it began."""

    def __init__(self, name: ViewName, pictures: Sequence[Picture]) -> None:
        self._name, self._pictures = name, pictures
        self._choices = [_choice(number) for number in range(_ROWS)]

    def at(self, now_seconds: float) -> ViewState:
        """Everything there is to see at this instant."""
        number = int(now_seconds * PICTURES_PER_SECOND)
        mood = _mood(number / PICTURES_PER_SECOND)
        begun = max(0.0, now_seconds - _HISTORY_SECONDS)
        times = np.arange(math.ceil(begun * 4) / 4, now_seconds, 0.25).tolist()
        return ViewState(
            now_seconds=now_seconds,
            view=self._name,
            camera=CameraLight.ON,
            camera_name="camera 0",
            preview=Preview(self._pictures[number % len(self._pictures)], number, mirrored=True),
            faces=(FaceView(FaceBox(200 + number % 9, 120, 200, 220), mood.emotion, mood.confidence, True),),
            mood=mood,
            history=tuple(MoodPoint(at, _mood(at).affect, Emotion.HAPPY) for at in times),
            target=Affect(0.6, 0.3),
            path=(mood.affect, Affect(0.6, 0.3)),
            playing=PlayingView(self._choices[0], now_seconds % 180, paused=False, liked=False),
            queue=tuple(self._choices[1:7]),
            policy="match",
            policies=("match", "lift", "calm", "iso", "hold"),
            sound="VLC",
            frames_per_second=PICTURES_PER_SECOND,
            latency_seconds=0.02,
            library=self._library(int(now_seconds * 10)),
        )

    def _library(self, first_row: int) -> LibraryView:
        rows = tuple(
            replace(self._choices[(first_row + i) % _ROWS].track, id=first_row + i) for i in range(_ROWS)
        )
        return LibraryView("", rows, _TRACKS, first_row)


def _choice(number: int) -> Choice:
    mood, title = Affect(math.sin(number), math.cos(number)), f"Song {number} of an evening"
    path, seconds = Path(f"{title}.opus"), 180.0 + number
    track = Track(number, path, title, "Somebody", "Album", seconds, 5.0, 5.0, mood, 0.0, 0.0)
    return Choice(track, ("fits",), "fits", 0.0, 0.0)


def _mood(seconds: float) -> MoodView:
    shares = np.abs(np.sin(seconds * np.arange(1, 8) / 3)) + 0.05
    shares /= shares.sum()
    affect = Affect(0.7 * math.sin(seconds / 4), 0.6 * math.cos(seconds / 5))
    return MoodView(Emotion.HAPPY, float(shares[3]), affect, tuple(shares.tolist()))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
