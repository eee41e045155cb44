"""The world of a simulated evening: the whole player on a clock that moves only when the player waits for news.

Everything between the camera's readings and the loudspeaker is the real program. What is not there in an evening that
passes in minutes stands in for itself: the camera gives tapes (see eye), the sound goes to the silent stage, and the
person at the keys follows the story.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from benchmarks.evening.eye import SimulatedEye
from benchmarks.evening.music import MusicFolders
from benchmarks.evening.story import (
    CameraBreaks,
    Comes,
    FileBreaks,
    FolderVanishes,
    Goes,
    Happening,
    Picks,
    Shows,
    What,
    Wishes,
)
from benchmarks.evening.tapes import Performer
from player.app import App, Options
from player.clock import VirtualClock
from player.config import Settings
from player.events import Asked, ScanDone, ScanFailed
from player.session import Event
from player.sound import Crossfader
from player.sound.silent_stage import SilentStage
from player.ui.intents import Intent, PlayQueued, Rate
from player.ui.view_state import ViewState
from player.watcher import Watcher

STEP_SECONDS = 0.05
"""How far the clock moves at most before the fades are looked after: the desk's own longest step."""
READY_LIMIT_SECONDS = 600.0
"""How long, on the machine's clock, the music may take to be looked through before the evening begins."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a listener would see once in a while; `track_id` None where nothing plays."""

    at_seconds: float
    track_id: int | None
    title: str
    position_seconds: float
    duration_seconds: float
    paused: bool
    emotion: str
    valence: float | None
    arousal: float | None


class Onlooker:
    """Sits before the player in the place of a window: sees what there is to see, and notes it once in a while."""

    def __init__(self, every_seconds: float = 1.0) -> None:
        self.latest = ViewState(0.0)
        self.notes: list[Noted] = []
        self._every_seconds = every_seconds

    def intents(self) -> list[Intent]:
        """Nothing: wishes come with the story."""
        return []

    def draw(self, view: ViewState) -> None:
        """Look at the player."""
        self.latest = view
        if not self.notes or view.now_seconds - self.notes[-1].at_seconds >= self._every_seconds:
            self.notes.append(_noted(view))

    def close(self) -> None:
        """Look away."""


class World(SimpleQueue[Event]):
    """The player's inbox: where it waits for news, time passes and the world goes on."""

    def __init__(
        self, story: Iterable[Happening], cast: Mapping[str, Performer], folders: MusicFolders, rate: float
    ) -> None:
        self.clock = VirtualClock(0.0, time.time())
        self.onlooker = Onlooker()
        self.broken_files: list[Path] = []
        self._story, self._cast, self._folders = deque(story), cast, folders
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
        while self._story and self._story[0].at_seconds <= now:
            self._happen(self._story.popleft().what)
        if self.eye is not None and now >= self._picture_due:
            self._picture_due = now + self._picture_seconds
            self.eye.look()
        if self.fader is not None:
            self.fader.turn()

    def _happen(self, what: What) -> None:
        eye = self.eye
        if eye is None:
            raise RuntimeError("nobody looks")
        match what:
            case Comes(person):
                eye.comes(person)
            case Goes(person):
                eye.goes(person)
            case Shows(person, emotion):
                eye.shows(person, emotion)
            case CameraBreaks(away):
                eye.breaks(away)
            case FolderVanishes(away):
                self._folders.vanish(away)
            case FileBreaks(draw):
                broken = self._folders.break_file(draw)
                self.broken_files.extend([broken] if broken is not None else [])
            case Wishes(intent):
                self.put(Asked(intent))
            case Picks(place, stars):
                self._pick(place, stars)

    def _pick(self, place: int, stars: int) -> None:
        view = self.onlooker.latest
        if stars and view.playing is not None:
            self.put(Asked(Rate(view.playing.track.track_id, stars)))
        elif not stars and place < len(view.queue):
            self.put(Asked(PlayQueued(view.queue[place].track_id)))


class SimulatedApp(App):
    """The player in such a world."""

    def __init__(
        self, settings: Settings, options: Options, world: World, cast: Mapping[str, Performer]
    ) -> None:
        super().__init__(settings, options, view=world.onlooker, clock=world.clock, inbox=world)
        self._world, self._cast = world, cast
        self.said: list[str] = []

    def make_fader(self) -> Crossfader:
        stage = SilentStage(self._world.put, self._world.clock.monotonic)
        self._world.fader = Crossfader(stage, self._world.clock, own_thread=False)
        return self._world.fader

    def make_watcher(self) -> Watcher:
        steadying = self._settings.steadying.settings()
        self._world.eye = SimulatedEye(self._cast, steadying, self._world.clock, self._world.put)
        return self._world.eye

    def say(self, line: str) -> None:
        self.said.append(line)
        if self.session is not None:
            self.session.note(line, self._world.clock.monotonic())


def _noted(view: ViewState) -> Noted:
    playing, mood = view.playing, view.mood
    return Noted(
        at_seconds=view.now_seconds,
        track_id=playing.track.track_id if playing is not None else None,
        title=playing.track.title if playing is not None else "",
        position_seconds=playing.position_seconds if playing is not None else 0.0,
        duration_seconds=playing.track.duration_seconds if playing is not None else 0.0,
        paused=playing.paused if playing is not None else False,
        emotion=mood.emotion if mood is not None and mood.emotion is not None else "",
        valence=mood.affect.valence if mood is not None else None,
        arousal=mood.affect.arousal if mood is not None else None,
    )
