"""A director over a real library of short files, with a fader that only remembers what it was told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from player.clock import VirtualClock
from player.config import MusicSettings, Settings
from player.messages.intents import Pause, Resume, SetVolume
from player.music.choice.history import HistoryStore
from player.music.choice.ranking import Choice
from player.music.library.library import Library
from player.music.track import Measured
from player.playback.commands import Command, FillQueue, MoodChanged, MoodSeen, MusicKnown, Tick
from player.playback.director import Director
from player.playback.playback_state import Playback
from player.playback.track_selector import TrackSelector
from player.sound import Audible, Crossfader, FaderState, Follow, Play, Prepare, SoundCommand
from recognizer.affect import EMOTIONS, Affect, Emotion, Mood
from recognizer.circumplex import COORDINATES
from tests.player.music.sounds import tone, write

CORNERS = {
    "bright lively": (7.0, 7.0),
    "bright lively too": (6.9, 6.9),
    "bright calm": (7.0, 3.0),
    "dark calm": (3.0, 4.0),
    "dark lively": (3.0, 7.0),
    "middle": (5.0, 5.0),
    "middle too": (5.1, 4.9),
}
"""Track title to valence and arousal as the analysis would have found them."""
EVENING_SECONDS = 1_800_000_000.0
"""When evenings begin, in Unix time: a choice may depend on the hour, and no test should."""


class RecordingFader(Crossfader):
    """Plays nothing: it remembers its orders, and the test says when something is heard."""

    def __init__(self) -> None:
        self.played: list[tuple[str, float]] = []
        self.starts: list[float] = []
        self.prepared: list[str] = []
        self.followers: list[str] = []
        self.prepared_starts: list[float] = []
        self.volume = 1.0
        self.at_seconds = 0.0
        self.held = False
        self.sounding: Path | None = None

    def send(self, command: SoundCommand) -> None:
        match command:
            case Prepare(path, start_seconds):
                self.prepared.append(path.stem)
                self.prepared_starts.append(start_seconds)
            case Play(path, start_seconds, fade_seconds):
                self.played.append((path.stem, fade_seconds))
                self.starts.append(start_seconds)
                self.sounding = path
                self.at_seconds = start_seconds
                self.held = False
            case Follow(path):
                self.followers.append(path.stem)
                self.sounding = path
            case Pause() | Resume():
                self.held = isinstance(command, Pause)
            case SetVolume(level):
                self.volume = level

    @property
    def state(self) -> FaderState:
        return FaderState(self.sounding, self.held, self.at_seconds)


@dataclass
class Rig:
    """A director and everything around it."""

    library: Library
    selector: TrackSelector
    director: Director
    fader: RecordingFader
    clock: VirtualClock
    said: list[str] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def now(self) -> float:
        """The moment, `time.monotonic()` as it were."""
        return self.clock.monotonic()

    @property
    def history(self) -> HistoryStore:
        """What was remembered of the listener."""
        return HistoryStore(self.library.database)

    @property
    def titles(self) -> list[str]:
        """What was played so far."""
        return [title for title, _ in self.fader.played]

    @property
    def playback(self) -> Playback:
        """What plays, and what would come."""
        return self.director.playback(self.now)

    def do(self, command: Command) -> None:
        """Give the director a command now."""
        self.director.handle(command, self.now)

    def queue(self) -> tuple[Choice, ...]:
        """The next tracks."""
        self.do(FillQueue())
        return self.playback.queue

    def hear(self) -> None:
        """The track that was ordered last is heard now."""
        path = self.fader.sounding
        assert path is not None
        self.do(Audible(path, self.now))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and tell the director."""
        self.clock.advance(seconds)
        self.do(Tick())

    def look(self, emotion: Emotion | None) -> None:
        """The leading person's steadied emotion becomes this one."""
        seen = mood(emotion, self.now)
        self.do(MoodSeen(seen))
        self.do(MoodChanged(seen))

    def listen(self, seconds: float, seen: Affect | None = None) -> None:
        """Let the track play on for a while, in front of a camera that sees this mood."""
        steps = int(seconds)
        for _ in range(steps):
            if seen is not None:
                self.do(MoodSeen(replace(mood(None, self.now), affect=seen)))
            self.fader.at_seconds += seconds / steps
            self.pass_time(seconds / steps)

    def begin(self, emotion: Emotion = Emotion.NEUTRAL) -> None:
        """An evening that began with this emotion a while ago."""
        self.do(MusicKnown())
        self.look(emotion)
        self.pass_time(0.1)
        self.hear()
        self.pass_time(60)


def mood(emotion: Emotion | None, now: float = 0.0, share: float = 0.9) -> Mood:
    """A mood with most of its probability on one emotion."""
    rest = (1 - share) / 6
    values = tuple(share if each is emotion else rest for each in EMOTIONS)
    affect = COORDINATES[emotion] if emotion is not None else Affect(0.0, 0.0)
    return Mood(now, 1, emotion, share, affect, values if emotion else (1 / 7,) * 7)


def write_music(folder: Path, seconds: float = 0.3) -> Path:
    """One short file for each of CORNERS."""
    for title in CORNERS:
        write(folder / f"{title}.wav", tone(seconds))
    return folder


def fill(library: Library, folder: Path, duration_seconds: float = 180.0) -> None:
    """Take the files of CORNERS into a library, with the moods an analysis would have found."""
    library.scan(folder)
    for pending in library.pending():
        valence, arousal = CORNERS[pending.path.stem]
        library.store(pending.track_id, Measured(duration_seconds, valence, arousal, 0.0, 0.0))


@contextmanager
def rig(folder: Path, **music: Any) -> Iterator[Rig]:
    """A rig over a fresh library in a folder; it tries nothing out unless its `daring` is set."""
    settings = MusicSettings(**{"daring": 0.0, **music})
    with Library(folder / "library.db") as library:
        fill(library, write_music(folder / "music"))
        said: list[str] = []
        told: list[dict[str, Any]] = []
        clock = VirtualClock(1000.0, EVENING_SECONDS)
        selector, fader = TrackSelector(library, said.append, clock, settings), RecordingFader()

        def tell(event: str, at_seconds: float, **fields: object) -> None:
            told.append({"event": event, "t": at_seconds, **fields})

        director = Director(selector, fader, settings, Settings().sound, tell, said.append)
        yield Rig(library, selector, director, fader, clock, said, told)
