"""The crossfader: a mixer with a thread of its own, so that fades stay smooth while the window is busy.

All calls return at once; results are posted by the backend's `post`, from this thread. In simulated time there is
no such thread: whoever advances the clock calls `turn`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from player.clock import SYSTEM, Clock
from player.sound.backend import AudioBackend
from player.sound.mixer import SOFT_SECONDS, Mixer

FADE_TICK_SECONDS = 0.01
IDLE_TICK_SECONDS = 0.05
JOIN_LIMIT_SECONDS = 3.0

log = logging.getLogger(__name__)


class Crossfader:
    """Plays tracks on a backend with crossfades between them. close() releases the backend."""

    def __init__(self, backend: AudioBackend, clock: Clock = SYSTEM, own_thread: bool = True) -> None:
        self.backend = backend
        self._clock = clock
        self._mixer = Mixer(backend.open, backend.post, backend.overlap_seconds)
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._closed = False
        self._position_seconds = 0.0
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True) if own_thread else None
        if self._thread is not None:
            self._thread.start()

    def prepare(self, path: Path, start_seconds: float = 0.0) -> None:
        """Open a likely next track, so that play() with the same start begins at once. The last three stay open."""
        self._inbox.put(partial(self._mixer.prepare, path, start_seconds))

    def play(
        self, path: Path, start_seconds: float = 0.0, fade_seconds: float = 1.0, gain_db: float = 0.0
    ) -> None:
        """Crossfade to a track once its first sound comes out; until then, or if it fails, the playing one goes on.

        Where nothing plays, or the music is paused, it starts at once. `gain_db` evens out loudness; amplitudes are
        limited to 1, so a positive gain works only below full volume.
        """
        self._inbox.put(partial(self._mixer.play, path, start_seconds, fade_seconds, gain_db))

    def follow(self, path: Path, start_seconds: float = 0.0, gain_db: float = 0.0) -> None:
        """Start a track as the playing one ends, without a gap, as between tracks of one album.

        `Audible` reports the start; no `Ended` is posted for the playing one. Any play() cancels this.
        """
        self._inbox.put(partial(self._mixer.follow, path, start_seconds, gain_db))

    def pause(self) -> None:
        """Pause, also in the middle of a fade."""
        self._inbox.put(self._mixer.pause)

    def resume(self) -> None:
        """Go on from where pause() stopped, also within a fade."""
        self._inbox.put(self._mixer.resume)

    def stop(self, fade_seconds: float = SOFT_SECONDS) -> None:
        """Fade out and drop the track; no `Ended` is posted."""
        self._inbox.put(partial(self._mixer.stop, fade_seconds))

    def set_volume(self, amplitude: float) -> None:
        """The listener's volume as a linear amplitude, 0 to 1."""
        self._inbox.put(partial(self._mixer.set_volume, amplitude))

    @property
    def playing(self) -> Path | None:
        """The playing track, or None."""
        return self._mixer.playing

    @property
    def paused(self) -> bool:
        """Whether the music is paused."""
        return self._mixer.paused

    @property
    def position_seconds(self) -> float:
        """Seconds from the beginning of the playing track (VLC renews it three to four times a second)."""
        return self._position_seconds

    def close(self) -> None:
        """Stop everything and release the backend; may be called again."""
        if not self._closed:
            self._closed = True
            self._inbox.put(None)
            if self._thread is not None:
                self._thread.join(JOIN_LIMIT_SECONDS)
            else:
                self._give_back()

    def turn(self) -> None:
        """Execute all queued commands and advance the fades to the clock's time; for use without an own thread."""
        while not self._inbox.empty():
            self._do(self._inbox.get())
        self._do(_nothing)

    def _run(self) -> None:
        try:
            while self._step():
                pass
        finally:
            self._give_back()

    def _give_back(self) -> None:
        self._mixer.close()
        self.backend.close()

    def _step(self) -> bool:
        """Do one command or wait one tick; False once closed."""
        try:
            command = self._inbox.get(timeout=FADE_TICK_SECONDS if self._mixer.busy else IDLE_TICK_SECONDS)
        except Empty:
            command = _nothing
        return self._do(command)

    def _do(self, command: Callable[[], None] | None) -> bool:
        if command is None:
            return False
        try:
            command()
            self._mixer.tick(self._clock.monotonic())
            self._position_seconds = self._mixer.position_seconds
        except Exception as error:  # noqa: BLE001 - music must outlive an engine's bad moment
            log.error("sound: %s", error)
        return True


def _nothing() -> None:
    """No command: only a tick."""
