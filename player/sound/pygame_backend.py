"""The backend on pygame's mixer: for machines without libVLC. It decodes a track whole before it plays it."""

from __future__ import annotations

import importlib
import os
import threading
import time
from pathlib import Path
from typing import Any

from player.errors import SoundError
from player.sound.alsa import hush_alsa
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
from player.sound.volume import clamp

RATE_HZ = 48_000
BUFFER_SAMPLES = 512
CHANNELS = 32
"""Mixer channels: more than the decks that a crossfade, its hurried predecessors and the next track need."""
FRAME_BYTES = 4


class PygameDeck(Deck):
    """A track decoded into memory by a thread of its own, so that a fade never waits for the decoder."""

    def __init__(self, path: Path, start_seconds: float, mixer: Any, rate_hz: int) -> None:
        super().__init__(path, start_seconds)
        self._mixer = mixer
        self._rate_hz = rate_hz
        self._amplitude = 0.0
        self._sound: Any = None
        self._channel: Any = None
        self._trouble: str | None = unplayable_reason(path)
        self._wanted = self._paused = self._over = self._announced = False
        self._decoder = threading.Thread(target=self._decode, name="decode", daemon=True)
        if self._trouble is None:
            self._decoder.start()

    def _decode(self) -> None:
        try:
            sound = self._mixer.Sound(str(self.path))
            if self.start_seconds > 0.0:
                skipped = int(self.start_seconds * self._rate_hz) * FRAME_BYTES
                sound = self._mixer.Sound(buffer=memoryview(sound.get_raw())[skipped:])
            if sound.get_length() <= 0.0:
                raise ValueError("it holds no sound from there on")
            self._sound = sound
        except Exception as error:  # noqa: BLE001 - whatever it is, this track cannot be played
            self._trouble = str(error) or type(error).__name__

    def play(self) -> None:
        self._wanted = True
        self._begin_when_ready()

    def _begin_when_ready(self) -> None:
        """Start once decoded; where all channels are busy, try again at the next poll."""
        ready = self._wanted and not self._paused and not self._over and self._channel is None
        if not ready or self._sound is None:
            return
        channel = self._mixer.find_channel()
        if channel is not None:
            self._sound.set_volume(self._amplitude)
            channel.play(self._sound)
            self._channel = channel
            self._played.run()

    def pause(self) -> None:
        self._played.hold()
        self._paused = True
        if self._channel is not None:
            self._channel.pause()

    def resume(self) -> None:
        self._paused = False
        if self._channel is not None and self._played.running_since is None and not self._over:
            self._channel.unpause()
            self._played.run()
        self._begin_when_ready()

    def stop(self) -> None:
        if self._channel is not None and not self._over:
            self._channel.stop()
        self._over = True
        self._played.hold()
        self._sound = None

    def set_volume(self, amplitude: float) -> None:
        self._amplitude = clamp(amplitude)
        if self._channel is not None and self._sound is not None:
            # On the sound, not on its channel: Channel.play() would set the channel's volume back to full.
            self._sound.set_volume(self._amplitude)

    @property
    def left_seconds(self) -> float | None:
        if self._sound is None:
            return None
        return max(0.0, self.start_seconds + float(self._sound.get_length()) - self._played.seconds)

    def poll(self) -> tuple[DeckEvent, ...]:
        if self._over:
            return ()
        if self._trouble is not None:
            self._over = True
            return (Failed(self._trouble),)
        self._begin_when_ready()
        return self._started() + self._finished()

    def _started(self) -> tuple[DeckEvent, ...]:
        """`Started` one buffer after play(): SDL fills whole buffers, so the first samples leave then."""
        began = self._played.running_since
        if self._announced or began is None:
            return ()
        first_sound = began + BUFFER_SAMPLES / self._rate_hz
        if time.monotonic() < first_sound:
            return ()
        self._announced = True
        return (Started(first_sound),)

    def _finished(self) -> tuple[DeckEvent, ...]:
        if self._channel is None or self._paused or self._channel.get_busy():
            return ()
        self._over = True
        self._played.hold()
        return (Finished(),)


class PygameBackend(AudioBackend):
    """pygame.mixer (SDL): wav, mp3, ogg, opus and flac; its volume is linear."""

    name = "mixer"
    overlap_seconds = 0.03

    def __init__(self, post: Post) -> None:
        super().__init__(post)
        hush_alsa()
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        try:
            pygame = importlib.import_module("pygame")
            self._mixer: Any = importlib.import_module("pygame.mixer")
        except ImportError as error:
            raise SoundError(f"pygame's mixer is not installed ({error})") from error
        try:
            self._mixer.init(RATE_HZ, -16, 2, BUFFER_SAMPLES, allowedchanges=0)
            self._mixer.set_num_channels(CHANNELS)
        except pygame.error as error:
            raise SoundError(f"no sound device answers ({error})") from error

    def open(self, path: Path, start_seconds: float = 0.0) -> PygameDeck:
        return PygameDeck(path, start_seconds, self._mixer, RATE_HZ)

    def close(self) -> None:
        self._mixer.quit()
