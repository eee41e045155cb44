"""The composition root: puts the parts together in order, runs the main loop, and takes all down in reverse."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from secrets import randbits
from typing import Protocol

from player.clock import SYSTEM, Clock
from player.config import Settings
from player.desktop.desktop import Desktop
from player.director import Director
from player.events import Asked
from player.music.library import Library
from player.music_room import MusicRoom, check_folder, open_library
from player.repertoire import Repertoire
from player.replay.recorder import Recorder
from player.session import Event, Session
from player.sound import Crossfader, open_stage
from player.sources import AUTO, Opened, open_for_player
from player.terminal import Terminal
from player.trace import Trace
from player.ui.intents import Intent
from player.ui.view_state import ViewState
from player.watcher import Watcher
from recognizer.capture import kind_of
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError, SourceError
from recognizer.face_model import FACE_MODEL_PATH, checked
from recognizer.faces import FaceFinder
from recognizer.pipeline import Analyser

LOG = logging.getLogger(__name__)
MODEL_CARD = Path(__file__).resolve().parent.parent / "models" / "emotion.yaml"
SOUND_NAMES = {"vlc": "VLC", "mixer": "pygame mixer", "silent": "no sound"}
_IDLE_SECONDS = 0.05
_SUMMARY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line, beside the settings.

    `policy_asked_for` says that the settings' policy was, so that it wins over the one of the last time.
    """

    headless: bool = False
    seconds: float | None = None
    trace: Path | None = None
    policy_asked_for: bool = False


class View(Protocol):
    """Shows a ViewState and hears what the listener wants: the window, or the terminal."""

    def intents(self) -> list[Intent]: ...

    def draw(self, view: ViewState) -> None: ...

    def close(self) -> None: ...


class App:
    """The running program. `open_frames` and `view` may take the place of what settings and options name.

    A simulation brings its own clock and inbox, and overrides `make_fader` and `make_watcher`.
    """

    def __init__(
        self,
        settings: Settings,
        options: Options,
        open_frames: Callable[[], Opened] | None = None,
        view: View | None = None,
        clock: Clock = SYSTEM,
        inbox: SimpleQueue[Event] | None = None,
    ) -> None:
        self._settings, self._options, self._clock = settings, options, clock
        self._open_frames = open_frames or (lambda: open_for_player(settings.camera.source))
        self._inbox: SimpleQueue[Event] = SimpleQueue() if inbox is None else inbox
        self._view = view
        self._draw_due = self._summary_due = 0.0
        self._stop_at = float("inf")
        self._desktop: Desktop | None = None
        self.session: Session | None = None

    def run(self) -> int:
        """Run until the listener or the time ends it. Raises SonrisaError where it cannot begin or go on."""
        with ExitStack() as stack:
            session = self.start(stack)
            with _interrupts(session):
                while not session.ended:
                    self.loop_once()
            if session.fault is not None:
                raise session.fault
        return 0

    def start(self, stack: ExitStack) -> Session:
        """Start everything in the order of dependence; the stack takes it down in reverse."""
        folder = check_folder(self._settings.music.folder)
        trace = stack.enter_context(Trace(self._options.trace))
        self._view = self._open_view(stack)
        library = open_library(self._settings.music, self.say, stack)
        desktop = Desktop(self._settings, library.database, self.say, self._options.policy_asked_for)
        stack.callback(desktop.close)
        self._desktop, self._settings = desktop, desktop.settings
        settings = self._settings
        fader = self.make_fader()
        stack.callback(fader.close)
        fader.set_volume(settings.sound.volume)
        repertoire, director = self._make_director(library, fader, trace)
        watcher = self.make_watcher()
        stack.callback(watcher.shut)
        session = Session(
            settings, director, repertoire, watcher, trace, self.say, self._may_miss, library, self._clock
        )
        session.sound = SOUND_NAMES.get(fader.stage.name, fader.stage.name)
        room = MusicRoom(library, folder, self._inbox.put, settings.music.watch)
        stack.callback(room.close)
        self.session = session
        desktop.open(director, repertoire, lambda intent: self._inbox.put(Asked(intent)))
        room.start()
        session.open_camera()
        if self._options.seconds is not None:
            self._stop_at = self._clock.monotonic() + self._options.seconds
        return session

    def loop_once(self) -> None:
        """Wait for news a moment, take in all there is, do what is due, and show it when it is time to."""
        session, desktop = self.session, self._desktop
        if session is None or desktop is None:
            raise RuntimeError("the app was not started")
        now = self._clock.monotonic()
        self._drain(session, max(0.0, min(self._draw_due - now, self._stop_at - now, _IDLE_SECONDS)))
        now = self._clock.monotonic()
        desktop.tick(now)
        session.tick(now)
        if now >= self._draw_due and self._view is not None:
            self._draw_due = now + 1 / self._settings.window.frames_per_second
            for intent in self._view.intents():
                session.obey(intent, now)
            view = session.view_state(now)
            self._view.draw(view)
            desktop.show(view)
        if now >= self._summary_due:
            self._summary_due = now + _SUMMARY_SECONDS
            LOG.debug("%s", session.summary(now))
        session.ended = session.ended or now >= self._stop_at

    def make_fader(self) -> Crossfader:
        """The way to the loudspeakers; what happens there is posted to the inbox."""
        return Crossfader(open_stage(self._settings.sound.stage, self._inbox.put, self.say), self._clock)

    def make_watcher(self) -> Watcher:
        """The eye; what it sees is posted to the inbox."""
        return Watcher(self._open_frames, self._make_analyser, self._inbox.put)

    def say(self, line: str) -> None:
        """One line for the listener: on stderr, and in the window for a while."""
        if isinstance(self._view, Terminal):
            self._view.make_room()
        print(line, file=sys.stderr, flush=True)
        if self.session is not None:
            self.session.note(line, self._clock.monotonic())

    def _make_director(
        self, library: Library, fader: Crossfader, trace: Trace
    ) -> tuple[Repertoire, Director]:
        """Who chooses, and from what; where a trace is wanted, so that all of it can be run again."""
        settings, seed = self._settings, randbits(32)
        if trace.wanted:
            return Recorder(trace, self._clock).director(library, fader, settings, seed, self.say)
        repertoire = Repertoire(library, self.say, self._clock, settings.music, seed)
        return repertoire, Director(repertoire, fader, settings.music, settings.sound, trace.write, self.say)

    def _drain(self, session: Session, wait_seconds: float) -> None:
        try:
            session.handle(self._inbox.get(timeout=wait_seconds), self._clock.monotonic())
            while True:
                session.handle(self._inbox.get_nowait(), self._clock.monotonic())
        except Empty:
            return

    def _open_view(self, stack: ExitStack) -> View:
        view = self._view or (None if self._options.headless else self._open_window()) or Terminal()
        stack.callback(view.close)
        return view

    def _open_window(self) -> View | None:
        """The window; None, with one line that says so, where there is no display."""
        from player.ui.window import NoDisplay, Window  # a program without a window needs no pygame

        wished = self._settings.window
        size = (wished.width_px, wished.height_px) if wished.width_px and wished.height_px else None
        try:
            return Window(size_px=size, zoom=wished.text_zoom)
        except NoDisplay as error:
            self.say(f"{error}; showing the player in the terminal")
            return None

    def _make_analyser(self) -> Analyser:
        recognition = self._settings.recognition
        classifier = Classifier.load(
            recognition.model_card or MODEL_CARD, recognition.threads, recognition.emotion_shares
        )
        face_model = checked(recognition.face_model or FACE_MODEL_PATH)
        finder = FaceFinder(face_model, recognition.most_faces)
        return Analyser(finder, classifier, self._settings.steadying.settings())

    def _may_miss(self, error: Exception) -> bool:
        """A camera may be missing; a file that was named may not, nor may the models."""
        wished = self._settings.camera.source
        return isinstance(error, SourceError) and (wished == AUTO or kind_of(wished) == "camera")


@contextmanager
def _interrupts(session: Session) -> Iterator[None]:
    """Let Ctrl-C and a polite kill end the session cleanly."""

    def end(_signal: int, _frame: object) -> None:
        session.ended = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def play(settings: Settings, options: Options) -> int:
    """Run the player and return the exit code; what stops it is said in one line."""
    try:
        return App(settings, options).run()
    except SonrisaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
