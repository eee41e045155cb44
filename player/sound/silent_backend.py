"""The backend without a loudspeaker: positions advance by a clock, so that the program works as usual."""

from __future__ import annotations

import time
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from player.sound.backend import (
    AudioBackend,
    Deck,
    DeckEvent,
    Failed,
    Finished,
    Post,
    Started,
    unplayable_reason,
)
from player.sound.played_time import Clock


class SilentDeck(Deck):
    """A track that passes in silence; its length is the one in its file."""

    def __init__(self, path: Path, start_seconds: float, clock: Clock) -> None:
        super().__init__(path, start_seconds, clock)
        self._clock = clock
        self._over = False
        self._news: list[DeckEvent] = []
        self._length_seconds = 0.0
        try:
            self._length_seconds = length_seconds(path)
        except ValueError as error:
            self._over = True
            self._news.append(Failed(str(error)))

    def play(self) -> None:
        if not self._over:
            self._news.append(Started(self._clock()))
            self.resume()

    def pause(self) -> None:
        self._played.hold()

    def resume(self) -> None:
        if not self._over:
            self._played.run()

    def stop(self) -> None:
        self.pause()
        self._over = True
        self._news.clear()

    def set_volume(self, amplitude: float) -> None:
        """No effect."""

    @property
    def position_seconds(self) -> float:
        return min(self._played.seconds, max(self._length_seconds, self.start_seconds))

    @property
    def left_seconds(self) -> float:
        return max(0.0, self._length_seconds - self.position_seconds)

    def poll(self) -> tuple[DeckEvent, ...]:
        if self._played.running_since is not None and self.position_seconds >= self._length_seconds:
            self.pause()
            self._over = True
            self._news.append(Finished())
        event = tuple(self._news)
        self._news.clear()
        return event


class SilentBackend(AudioBackend):
    """Silence; works everywhere. Its `Audible` gives the time at which the track would have been heard."""

    name = "silent"
    overlap_seconds = 0.03

    def __init__(self, post: Post, clock: Clock = time.monotonic) -> None:
        super().__init__(post)
        self._clock = clock

    def open(self, path: Path, start_seconds: float = 0.0) -> SilentDeck:
        return SilentDeck(path, start_seconds, self._clock)

    def close(self) -> None:
        """Nothing to release."""


def length_seconds(path: Path) -> float:
    """Length of a track by its header; raises ValueError with the reason where it cannot be played."""
    if reason := unplayable_reason(path):
        raise ValueError(reason)
    try:
        seconds = TinyTag.get(path, tags=False).duration
    except (TinyTagException, OSError) as error:
        raise ValueError(f"its length cannot be read ({error})") from error
    if not seconds:
        raise ValueError("it holds no sound")
    return float(seconds)
