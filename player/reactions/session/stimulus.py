"""A film with its sound, picture by picture: libVLC keeps the time and makes the sound, we show the pictures.

libVLC calls back on threads of its own, where calling it again can hang or crash: the callbacks here only hand over a
number through a queue.
"""

from __future__ import annotations

import ctypes
import importlib
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Self

from player.errors import SoundError, StudyError
from player.sound.alsa import hush_alsa
from recognizer.capture import VideoSource
from recognizer.errors import SourceError

OPTIONS = ("--quiet", "--intf=dummy", "--no-metadata-network-access", "--no-video-title-show")
BUFFERS = 4
"""A picture is read while the next ones are decoded into others."""
LARGEST_PX = (1920, 1080)
OPENING_SECONDS = 15.0
STALL_SECONDS = 10.0
"""A film that gives no picture for so long is broken."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A film's picture that is due now: bytes as BGRA, [height, width, 4]."""

    pixels: Any
    size_px: tuple[int, int]


class Stimulus(ABC):
    """A film that runs in real time; a context manager. It starts with `play` and ends by itself."""

    @abstractmethod
    def play(self) -> None:
        """Start."""

    @abstractmethod
    def take(self, timeout_seconds: float) -> Picture | None:
        """The newest picture that is due, None when none came in time. Raises StudyError for a broken film."""

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Whether the film has run to its end."""

    @abstractmethod
    def close(self) -> None:
        """Stop it, and give everything back; more than once is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class VlcStimulus(Stimulus):
    """A film played by libVLC."""

    def __init__(self, path: Path, volume_percent: int = 100) -> None:
        """Open a film; raises StudyError for one that holds no picture and SoundError without libVLC."""
        self._path, self._size = path, shown_size(picture_size(path))
        self._vlc, self._instance = _load()
        width, height = self._size
        self._buffers = [ctypes.create_string_buffer(4 * width * height) for _ in range(BUFFERS)]
        self._next = 0
        self._due: SimpleQueue[int] = SimpleQueue()
        self._news: SimpleQueue[str] = SimpleQueue()
        self._state = ""
        self._heard = time.monotonic()
        self._patience = OPENING_SECONDS
        self._player = self._new_player(width, height)
        self._player.audio_set_volume(volume_percent)

    def _new_player(self, width: int, height: int) -> Any:
        vlc = self._vlc
        player = self._instance.media_player_new()
        media = self._instance.media_new_path(str(self._path))
        player.set_media(media)
        media.release()
        # Kept as attributes: libVLC goes on calling them, and Python would have thrown them away.
        self._lock = vlc.CallbackDecorators.VideoLockCb(self._give_buffer)
        self._display = vlc.CallbackDecorators.VideoDisplayCb(self._tell_due)
        player.video_set_callbacks(self._lock, vlc.CallbackDecorators.VideoUnlockCb(), self._display, None)
        player.video_set_format("RV32", width, height, 4 * width)
        events = player.event_manager()
        for name in ("EndReached", "EncounteredError"):
            kind = getattr(vlc.EventType, f"MediaPlayer{name}")
            events.event_attach(kind, lambda _event, name=name: self._news.put(name))
        return player

    def _give_buffer(self, _opaque: Any, planes: Any) -> int:
        """On libVLC's thread: where the next picture goes."""
        place, self._next = self._next, (self._next + 1) % BUFFERS
        planes[0] = ctypes.addressof(self._buffers[place])
        return place

    def _tell_due(self, _opaque: Any, picture: int | None) -> None:
        """On libVLC's thread: this picture is due. (The first buffer's number, 0, arrives as None.)"""
        self._due.put(picture or 0)

    def play(self) -> None:
        self._heard = time.monotonic()
        self._player.play()

    def take(self, timeout_seconds: float) -> Picture | None:
        self._listen()
        try:
            place = self._due.get(timeout=timeout_seconds)
        except Empty:
            self._check_patience()
            return None
        while not self._due.empty():
            place = self._due.get()
        self._heard, self._patience = time.monotonic(), STALL_SECONDS
        return Picture(self._buffers[place], self._size)

    @property
    def ended(self) -> bool:
        self._listen()
        return self._state == "EndReached" and self._due.empty()

    def close(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._player.release()
            self._instance.release()
            self._player = None

    def _listen(self) -> None:
        while not self._news.empty():
            self._state = self._news.get()
        if self._state == "EncounteredError":
            raise StudyError(f"{self._path}: VLC cannot play this film; it may be damaged")

    def _check_patience(self) -> None:
        if self._state != "EndReached" and time.monotonic() - self._heard > self._patience:
            raise StudyError(f"{self._path}: gives no picture for {self._patience:.0f} s; it may be damaged")


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height of a film's pictures; raises StudyError for what is no film."""
    try:
        with VideoSource(path) as source:
            frame = source.read()
    except SourceError as error:
        raise StudyError(str(error)) from error
    if frame is None:
        raise StudyError(f"{path}: holds no picture")
    return frame.image.shape[1], frame.image.shape[0]


def shown_size(size_px: tuple[int, int], largest_px: tuple[int, int] = LARGEST_PX) -> tuple[int, int]:
    """The size in which a film is decoded: its own, or as large as allowed; even numbers, as RV32 likes them."""
    shrink = min(1.0, *(most / side for most, side in zip(largest_px, size_px, strict=True)))
    width, height = (max(2, 2 * round(side * shrink / 2)) for side in size_px)
    return width, height


def _load() -> tuple[Any, Any]:
    hush_alsa()
    try:
        vlc = importlib.import_module("vlc")
        instance = vlc.Instance(*OPTIONS)
    except (ImportError, OSError, NameError, AttributeError) as error:
        raise SoundError(
            "films are played by libVLC, which is not installed (Debian: apt install libvlc5 vlc-plugin-base)"
        ) from error
    if instance is None:
        raise SoundError(
            "films are played by libVLC, which does not start (Debian: apt install vlc-plugin-base)"
        )
    instance.set_user_agent("Sonrisa", "Sonrisa")
    return vlc, instance
