"""The calibration: the capture of a resting face as the listener sees it; at most one at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from player.messages.view_state import CalibrationView
from player.people.neutral import Capture, Captured, CaptureFailed, begin, take
from recognizer.affect import Reading

SHOWN_SECONDS = 6.0
"""How long the outcome stays to be read."""
BLIND_SECONDS = 1.0
"""Without a picture for so long, the capture is told that it sees nobody."""


@dataclass(frozen=True, slots=True)
class EndedCapture:
    """How a capture ended; shown until `until_seconds`."""

    view: CalibrationView
    until_seconds: float


class Calibration:
    """Times are `time.monotonic()`; `name` is the one to keep the face under, empty for none."""

    def __init__(self) -> None:
        self._capture: Capture | None = None
        self._ended: EndedCapture | None = None
        self._fed_seconds = 0.0
        self.name = ""

    def begin(self, now_seconds: float, wanted_seconds: float, name: str) -> None:
        """Begin; a capture that is running begins anew."""
        self._capture, self._ended, self.name = begin(now_seconds, wanted_seconds), None, name
        self._fed_seconds = now_seconds

    def take(self, readings: Sequence[Reading], now_seconds: float) -> Captured | None:
        """Take in one picture; returns the capture once it went well."""
        if self._capture is None:
            return None
        self._fed_seconds = now_seconds
        result = take(self._capture, readings, now_seconds)
        if isinstance(result, Capture):
            self._capture = result
            return None
        self._capture = None
        if isinstance(result, CaptureFailed):
            self.fail(result.why, now_seconds)
            return None
        words = f"Your resting face is learned, {self.name}" if self.name else "Your resting face is learned"
        self._end(CalibrationView(1.0, words, running=False), now_seconds)
        return result

    def fail(self, why: str, now_seconds: float) -> None:
        """End what is running, or what has just ended, with this line."""
        self._capture = None
        self._end(CalibrationView(0.0, why, running=False, failed=True), now_seconds)

    def stop(self) -> None:
        """There are no more pictures; nothing happens where no capture is running."""
        if self._capture is not None:
            self.fail("The camera was closed before your resting face was learned", self._fed_seconds)

    def view(self, now_seconds: float) -> CalibrationView | None:
        """What to show at this instant; None where there is nothing to say."""
        if self._capture is not None and now_seconds - self._fed_seconds > BLIND_SECONDS:
            self.take((), now_seconds)
        if self._capture is not None:
            return CalibrationView(self._capture.progress, _words(self._capture))
        if self._ended is not None and now_seconds < self._ended.until_seconds:
            return self._ended.view
        return None

    def _end(self, view: CalibrationView, now_seconds: float) -> None:
        self._ended = EndedCapture(view, now_seconds + SHOWN_SECONDS)


def _words(capture: Capture) -> str:
    """What to do now, and for how long."""
    if capture.obstacle is not None:
        return str(capture.obstacle)
    left = math.ceil((1 - capture.progress) * capture.wanted_seconds)
    return f"Let your face rest: {left} s"
