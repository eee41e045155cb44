"""Audio backends: their interface, and the events between them, the crossfader and the program.

A backend is one way to reach the loudspeakers. It opens a deck for each track; several decks sound at once,
which is what a crossfade needs. One thread (the crossfader's) drives and polls the decks, and they report only when
polled: an engine's thread runs no code of ours beyond putting an event into a queue.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.sound.played_time import Clock, PlayedTime


@dataclass(frozen=True, slots=True)
class Audible:
    """The first sound of a track came out at `at_seconds` (time.monotonic())."""

    path: Path
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The track that was playing reached its end; nobody stopped it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Broken:
    """The track cannot be played, or no further; what sounded before goes on."""

    path: Path
    reason: str


SoundEvent = Audible | Ended | Broken
Post = Callable[[SoundEvent], None]


@dataclass(frozen=True, slots=True)
class Started:
    """The first sound of a deck came out at `at_seconds` (time.monotonic())."""

    at_seconds: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A deck played its track to the end."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A deck cannot play its track; `reason` completes the sentence "cannot play TRACK: ..."."""

    reason: str


DeckEvent = Started | Finished | Failed


class Deck(ABC):
    """One track on a backend; opened silent and stopped, at its start position."""

    def __init__(self, path: Path, start_seconds: float, clock: Clock = time.monotonic) -> None:
        self.path = path
        self.start_seconds = start_seconds
        self._played = PlayedTime(start_seconds, clock)

    @abstractmethod
    def play(self) -> None:
        """Start as soon as the track is ready; `Started` tells when that was."""

    @abstractmethod
    def pause(self) -> None:
        """Stop at the current position."""

    @abstractmethod
    def resume(self) -> None:
        """Go on from the position where pause() stopped."""

    @abstractmethod
    def stop(self) -> None:
        """Stop and release all resources; nothing is reported afterwards. May be called again."""

    @abstractmethod
    def set_volume(self, amplitude: float) -> None:
        """Set the linear amplitude, 0 to 1; before play() too."""

    @property
    def position_seconds(self) -> float:
        """Position in seconds from the beginning of the track, by the clock.

        VLC renews its own position once a second on Opus, and starts it up to 0.8 s off.
        """
        return self._played.seconds

    @property
    @abstractmethod
    def left_seconds(self) -> float | None:
        """Seconds until the end of the track, as far as the engine knows them; None where it does not."""

    @property
    def opening(self) -> bool:
        """Whether the deck is still opening its track and must be polled every few milliseconds."""
        return False

    @abstractmethod
    def poll(self) -> tuple[DeckEvent, ...]:
        """Events since the last poll, in order."""


class AudioBackend(ABC):
    """An audio engine that opens decks. The constructor raises `SoundError` where the engine cannot work."""

    name: str
    overlap_seconds: float
    """Overlap of two tracks that follow each other without a gap: the accuracy of the engine's track lengths."""

    def __init__(self, post: Post) -> None:
        self.post = post
        """Receives the events of tracks; called from the crossfader's thread."""

    @abstractmethod
    def open(self, path: Path, start_seconds: float = 0.0) -> Deck:
        """A deck with the track at `start_seconds`. Never raises: poll() reports a track that cannot be played."""

    @abstractmethod
    def close(self) -> None:
        """Release the engine; all decks have been stopped."""


def unplayable_reason(path: Path) -> str | None:
    """Reason why a file cannot be played: it is missing or empty; None where it is neither."""
    try:
        if not path.is_file():
            return "there is no such file"
        return None if path.stat().st_size > 0 else "the file is empty"
    except OSError as error:
        return error.strerror or str(error)
