"""The world of a simulated evening: the whole player on a clock that moves only when the player waits for news.

Everything between the camera's readings and the loudspeaker is the real program. What is not there in an evening that
passes in minutes stands in for itself: the camera gives tapes (see eye), the sound goes to the silent backend, and the
person at the keys follows the scenario.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from queue import SimpleQueue

from benchmarks.evening.eye import SimulatedEye
from benchmarks.evening.music import MusicFolders
from benchmarks.evening.scenario import (
    CameraAway,
    EventKind,
    ExpressionShown,
    FileBroken,
    FolderAway,
    IntentGiven,
    PersonArrives,
    PersonLeaves,
    ScenarioEvent,
    TrackPicked,
)
from benchmarks.evening.tapes import Performer
from benchmarks.evening.view_recorder import ViewRecorder
from player.app import App, Options
from player.camera.worker import CameraWorker
from player.clock import VirtualClock
from player.config import Settings
from player.core.session import Event
from player.messages.events import IntentReceived, ScanDone, ScanFailed
from player.messages.intents import PlayQueued, Rate
from player.sound import Crossfader
from player.sound.silent_backend import SilentBackend

BEGINS = (2026, 3, 20, 19, 0, 0, 0, 0, -1)
"""When every evening begins, in local time: a Friday at seven."""
STEP_SECONDS = 0.05
"""How far the clock moves at most before the fades are looked after: the mixer's own longest step."""
READY_LIMIT_SECONDS = 600.0
"""How long, on the machine's clock, the music may take to be looked through before the evening begins."""


class World(SimpleQueue[Event]):
    """The player's inbox: where it waits for news, time passes and the world goes on."""

    def __init__(
        self,
        scenario: Iterable[ScenarioEvent],
        cast: Mapping[str, Performer],
        folders: MusicFolders,
        view_recorder: ViewRecorder,
        rate: float,
    ) -> None:
        self.clock = VirtualClock(0.0, time.mktime(BEGINS))
        self.view_recorder = view_recorder
        self.broken_files: list[Path] = []
        self._scenario, self._cast, self._folders = deque(scenario), cast, folders
        self._picture_seconds, self._picture_due = 1 / rate, 0.0
        self._ready = False
        self.eye: SimulatedEye | None = None
        self.fader: Crossfader | None = None

    def put(self, item: Event, block: bool = True, timeout: float | None = None) -> None:
        """Take in news; the evening begins once the music was looked through."""
        self._ready = self._ready or isinstance(item, ScanDone | ScanFailed)
        super().put(item, block, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Event:
        """The next news. Raises Empty after time has passed without any."""
        if not self._ready:
            return super().get(timeout=READY_LIMIT_SECONDS)
        if self.empty() and timeout:
            self._pass(min(timeout, STEP_SECONDS))
        return super().get_nowait()

    def _pass(self, seconds: float) -> None:
        self.clock.advance(max(seconds, 1e-3))
        now = self.clock.monotonic()
        while self._scenario and self._scenario[0].at_seconds <= now:
            self._apply(self._scenario.popleft().what)
        if self.eye is not None and now >= self._picture_due:
            self._picture_due = now + self._picture_seconds
            self.eye.look()
        if self.fader is not None:
            self.fader.turn()

    def _apply(self, what: EventKind) -> None:
        eye = self.eye
        if eye is None:
            raise RuntimeError("nobody looks")
        match what:
            case PersonArrives(person):
                eye.comes(person)
            case PersonLeaves(person):
                eye.goes(person)
            case ExpressionShown(person, emotion):
                eye.shows(person, emotion)
            case CameraAway(away):
                eye.breaks(away)
            case FolderAway(away):
                self._folders.vanish(away)
            case FileBroken(draw):
                broken = self._folders.break_file(draw)
                self.broken_files.extend([broken] if broken is not None else [])
            case IntentGiven(intent):
                self.put(IntentReceived(intent))
            case TrackPicked(place, stars):
                self._pick(place, stars)

    def _pick(self, place: int, stars: int) -> None:
        view = self.view_recorder.latest
        if stars and view.playing is not None:
            self.put(IntentReceived(Rate(view.playing.track.id, stars)))
        elif not stars and place < len(view.queue):
            self.put(IntentReceived(PlayQueued(view.queue[place].track.id)))


class SimulatedApp(App):
    """The player in such a world."""

    def __init__(
        self, settings: Settings, options: Options, world: World, cast: Mapping[str, Performer]
    ) -> None:
        super().__init__(settings, options, view=world.view_recorder, clock=world.clock, inbox=world)
        self._world, self._cast = world, cast
        self.said: list[str] = []

    def make_fader(self) -> Crossfader:
        backend = SilentBackend(self._world.put, self._world.clock.monotonic)
        self._world.fader = Crossfader(backend, self._world.clock, own_thread=False)
        return self._world.fader

    def make_camera_worker(self) -> CameraWorker:
        steadying = self._settings.steadying
        self._world.eye = SimulatedEye(self._cast, steadying, self._world.clock, self._world.put)
        return self._world.eye

    def say(self, line: str) -> None:
        self.said.append(line)
        if self.session is not None:
            self.session.note(line, self._world.clock.monotonic())
