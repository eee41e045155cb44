"""The crossfader: a mixing desk with a thread of its own, so that a fade is smooth while the window is busy.

All calls return at once; what came of them is posted by the stage's `post`, from this thread. In simulated time
there is no such thread: whoever moves the clock calls `turn`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from player.clock import SYSTEM, Clock
from player.sound.backend import Stage
from player.sound.mixer import SOFT_SECONDS, Desk

FADE_TICK_SECONDS = 0.01
IDLE_TICK_SECONDS = 0.05
JOIN_LIMIT_SECONDS = 3.0

log = logging.getLogger(__name__)


class Crossfader:
    """Plays tracks on a stage, each leading over into the next. Close it to give the stage back."""

    def __init__(self, stage: Stage, clock: Clock = SYSTEM, own_thread: bool = True) -> None:
        self.stage = stage
        self._clock = clock
        self._desk = Desk(stage.open, stage.post, stage.join_seconds)
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._closed = False
        self._position_seconds = 0.0
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True) if own_thread else None
        if self._thread is not None:
            self._thread.start()

    def prepare(self, path: Path, start_seconds: float = 0.0) -> None:
        """Open a likely next track: play() with the same start finds it ready. The last three stay open."""
        self._inbox.put(partial(self._desk.prepare, path, start_seconds))

    def play(
        self, path: Path, start_seconds: float = 0.0, fade_seconds: float = 1.0, gain_db: float = 0.0
    ) -> None:
        """Fade over to a track once it sounds; what plays goes on until then, or for good if that is broken.

        Where nothing plays, or the music is paused, it starts at once. `gain_db` evens out loudness; above full
        amplitude nothing goes, so a positive gain works only below full volume.
        """
        self._inbox.put(partial(self._desk.play, path, start_seconds, fade_seconds, gain_db))

    def follow(self, path: Path, start_seconds: float = 0.0, gain_db: float = 0.0) -> None:
        """Let a track take over as the playing one ends, without a gap, as tracks of one album do.

        `Audible` tells when; the end of the playing one is no news then. Any other play() takes this back.
        """
        self._inbox.put(partial(self._desk.follow, path, start_seconds, gain_db))

    def pause(self) -> None:
        """Fall silent and hold, even in the middle of a fade."""
        self._inbox.put(self._desk.pause)

    def resume(self) -> None:
        """Go on where pause() held, a fade included."""
        self._inbox.put(self._desk.resume)

    def stop(self, fade_seconds: float = SOFT_SECONDS) -> None:
        """Fade out and forget the track; no `Ended` is posted."""
        self._inbox.put(partial(self._desk.stop, fade_seconds))

    def set_volume(self, amplitude: float) -> None:
        """The listener's volume as a linear amplitude, 0 to 1."""
        self._inbox.put(partial(self._desk.set_volume, amplitude))

    @property
    def playing(self) -> Path | None:
        """The track that has the stage, or None."""
        return self._desk.playing

    @property
    def paused(self) -> bool:
        """Whether play is held."""
        return self._desk.paused

    @property
    def position_seconds(self) -> float:
        """Seconds from the beginning of the playing track (VLC renews it three to four times a second)."""
        return self._position_seconds

    def close(self) -> None:
        """Stop everything and give the stage back; harmless when called twice."""
        if not self._closed:
            self._closed = True
            self._inbox.put(None)
            if self._thread is not None:
                self._thread.join(JOIN_LIMIT_SECONDS)
            else:
                self._give_back()

    def turn(self) -> None:
        """Carry out all orders and move the faders to the clock's time; for a crossfader without its own thread."""
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
        self._desk.close()
        self.stage.close()

    def _step(self) -> bool:
        """Do one command or wait one tick; False once closed."""
        try:
            command = self._inbox.get(timeout=FADE_TICK_SECONDS if self._desk.busy else IDLE_TICK_SECONDS)
        except Empty:
            command = _nothing
        return self._do(command)

    def _do(self, command: Callable[[], None] | None) -> bool:
        if command is None:
            return False
        try:
            command()
            self._desk.tick(self._clock.monotonic())
            self._position_seconds = self._desk.position_seconds
        except Exception as error:  # noqa: BLE001 - music must outlive an engine's bad moment
            log.error("sound: %s", error)
        return True


def _nothing() -> None:
    """No command came: only the clock ticks."""
