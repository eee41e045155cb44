"""The words between the program, the crossfader and the stages that make the sound.

A stage is one way to reach the loudspeakers. It opens a deck for each track; several decks sound at once,
which is what a crossfade needs. Decks are driven and asked by one thread (the crossfader's) and report only when
polled, so no engine's thread ever runs code of ours that does more than put a note in a queue.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


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
    """A deck's sound began to come out at `at_seconds` (time.monotonic())."""

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
    """One track on a stage. It is opened silent and still, at its start position."""

    def __init__(self, path: Path, start_seconds: float) -> None:
        self.path = path
        self.start_seconds = start_seconds

    @abstractmethod
    def play(self) -> None:
        """Start as soon as the track is ready; `Started` tells when that was."""

    @abstractmethod
    def pause(self) -> None:
        """Hold the position."""

    @abstractmethod
    def resume(self) -> None:
        """Go on from the held position."""

    @abstractmethod
    def stop(self) -> None:
        """Fall silent and give everything back; nothing is reported afterwards. Harmless when repeated."""

    @abstractmethod
    def set_volume(self, amplitude: float) -> None:
        """Set the linear amplitude, 0 to 1; before play() too."""

    @property
    @abstractmethod
    def position_seconds(self) -> float:
        """Where in the track the deck is, in seconds from the track's beginning."""

    @property
    @abstractmethod
    def left_seconds(self) -> float | None:
        """How long the track still sounds from here, as far as the engine knows; None where it does not."""

    @property
    def opening(self) -> bool:
        """Whether the deck gets ready for play() and wants to be polled every few milliseconds meanwhile."""
        return False

    @abstractmethod
    def poll(self) -> tuple[DeckEvent, ...]:
        """What happened since the last poll, in order."""


class Stage(ABC):
    """A way to make sound. Raises `SoundError` when it is made where it cannot work."""

    name: str
    join_seconds: float
    """How long a track and the one that follows it without a gap overlap: how well the engine knows a track's end."""

    def __init__(self, post: Post) -> None:
        self.post = post
        """Where the program hears of its tracks; called from the crossfader's thread."""

    @abstractmethod
    def open(self, path: Path, start_seconds: float = 0.0) -> Deck:
        """A deck with the track at `start_seconds`. Never raises: poll() reports a broken track."""

    @abstractmethod
    def close(self) -> None:
        """Give the engine back; all decks have been stopped."""


def missing_reason(path: Path) -> str | None:
    """Why there is no such track file, or None where there is one with something in it."""
    try:
        if not path.is_file():
            return "there is no such file"
        return None if path.stat().st_size > 0 else "the file is empty"
    except OSError as error:
        return error.strerror or str(error)
