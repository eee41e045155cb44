"""The crossfader: a mixer with a thread of its own, so that fades stay smooth while the window is busy.

All calls return at once; results are posted by the backend's `post`, from this thread. In simulated time there is
no such thread: whoever advances the clock calls `turn`.
"""

from __future__ import annotations

import logging
import threading
from queue import Empty, SimpleQueue

from player.clock import SYSTEM, Clock
from player.sound.backend import AudioBackend
from player.sound.commands import SoundCommand
from player.sound.mixer import FaderState, Mixer

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
        self._inbox: SimpleQueue[SoundCommand | None] = SimpleQueue()
        self._closed = False
        self._state = FaderState()
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True) if own_thread else None
        if self._thread is not None:
            self._thread.start()

    def send(self, command: SoundCommand) -> None:
        """Execute a command on the sound thread, in the order in which they were sent."""
        self._inbox.put(command)

    @property
    def state(self) -> FaderState:
        """What plays, as of the last tick (VLC renews its position three to four times a second)."""
        return self._state

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
            self._execute(self._inbox.get())
        self._execute()

    def _run(self) -> None:
        try:
            while True:
                try:
                    seconds = FADE_TICK_SECONDS if self._mixer.busy else IDLE_TICK_SECONDS
                    command = self._inbox.get(timeout=seconds)
                except Empty:
                    self._execute()
                else:
                    if command is None:
                        return
                    self._execute(command)
        finally:
            self._give_back()

    def _give_back(self) -> None:
        self._mixer.close()
        self.backend.close()

    def _execute(self, command: SoundCommand | None = None) -> None:
        """Execute a command, or none, and advance the fades to the clock's time."""
        try:
            if command is not None:
                self._mixer.execute(command)
            self._mixer.tick(self._clock.monotonic())
            self._state = self._mixer.state
        except Exception as error:  # noqa: BLE001 - music must outlive an engine's bad moment
            log.error("sound: %s", error)
