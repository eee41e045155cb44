"""What a session needs around it, for machines without a screen, a camera or a sound device."""

from __future__ import annotations

import time
from threading import Lock

import numpy as np

from player.reactions.session.consent import Question
from player.reactions.session.screen import Screen
from player.reactions.session.stimulus import Picture, Stimulus
from recognizer.errors import SourceError, SourceStopped
from recognizer.frames import Frame, ReopenableSource

RATE = 25.0


class ScriptedScreen(Screen):
    """Answers as told, remembers what was shown, and can be filmed by MirrorCamera."""

    def __init__(self, answers: tuple[bool, ...] = (True,), stop_after: int | None = None) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.rested: list[str] = []
        self.shown: list[float] = []
        self.closed = False
        self._stop_after = stop_after
        self._lock = Lock()
        self._grey = 0

    def ask(self, question: Question) -> bool:
        self.asked.append(question.title)
        return self.answers.pop(0)

    def rest(self, message: str, seconds_left: float) -> None:
        self.rested.append(message)
        with self._lock:
            self._grey = 0

    def show(self, picture: Picture) -> float:
        with self._lock:
            self._grey = int(np.frombuffer(picture.pixels, np.uint8)[0])
        self.shown.append(time.monotonic())
        return self.shown[-1]

    def grey(self) -> int:
        with self._lock:
            return self._grey

    def wants_to_stop(self) -> bool:
        return self._stop_after is not None and len(self.shown) >= self._stop_after

    def close(self) -> None:
        self.closed = True


class ScriptedFilm(Stimulus):
    """A film of plain pictures at 25 a second, each brighter than the last."""

    def __init__(self, pictures: int = 30) -> None:
        self._due = [(number / RATE, number) for number in range(pictures)]
        self._started = 0.0

    def play(self) -> None:
        self._started = time.monotonic()

    def take(self, timeout_seconds: float) -> Picture | None:
        wait = self._started + self._due[0][0] - time.monotonic() if self._due else timeout_seconds
        time.sleep(max(0.0, min(wait, timeout_seconds)))
        if not self._due or wait > timeout_seconds:
            return None
        _, number = self._due.pop(0)
        return Picture(np.full((2, 2, 4), 5 + 2 * number, np.uint8), (2, 2))

    @property
    def ended(self) -> bool:
        return not self._due

    def close(self) -> None:
        self._due = []


class MirrorCamera(ReopenableSource):
    """A camera that looks at the screen: its pictures are as bright as what is shown. It can be unplugged."""

    def __init__(
        self, screen: ScriptedScreen, lost_after: int | None = None, comes_back: bool = True
    ) -> None:
        self._screen, self._lost_after, self._comes_back = screen, lost_after, comes_back
        self._index = 0

    @property
    def name(self) -> str:
        return "mirror"

    def read(self) -> Frame | None:
        time.sleep(1 / RATE)
        if self._index == self._lost_after:
            raise SourceStopped("mirror: gives no more pictures")
        self._index += 1
        now = time.monotonic()
        return Frame(np.full((48, 64, 3), self._screen.grey(), np.uint8), self._index - 1, now, now)

    def reopen(self) -> None:
        if not self._comes_back:
            raise SourceError("mirror: is not there")
        self._lost_after = None

    def close(self) -> None:
        """Nothing is held open."""
