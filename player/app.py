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

from player.camera.sources import AUTO, OpenedSource, open_for_player
from player.camera.worker import CameraWorker
from player.clock import SYSTEM, Clock
from player.config import Settings
from player.core.music_loader import MusicLoader, check_folder, open_library
from player.core.session import Event, Session
from player.core.trace import Trace
from player.desktop.desktop import Desktop
from player.messages.events import IntentReceived
from player.messages.intents import Intent
from player.messages.view_state import ViewState
from player.music.library.library import Library
from player.playback.director import Director
from player.playback.track_selector import TrackSelector
from player.replay.recorder import Recorder
from player.sound import Crossfader, open_backend
from player.terminal.terminal import Terminal
from recognizer.capture import kind_of
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError, SourceError
from recognizer.face_model import FACE_MODEL_PATH
from recognizer.faces import FaceFinder
from recognizer.invocation import as_typed
from recognizer.pipeline import Analyser
from recognizer.resources import shipped

LOG = logging.getLogger(__name__)
MODEL_CARD = shipped("models", "emotion.yaml")
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

    A simulation brings its own clock and inbox, and overrides `make_fader` and `make_camera_worker`.
    """

    def __init__(
        self,
        settings: Settings,
        options: Options,
        open_frames: Callable[[], OpenedSource] | None = None,
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
        selector, director = self._make_director(library, fader, trace)
        camera_worker = self.make_camera_worker()
        stack.callback(camera_worker.shut)
        session = Session(
            settings, director, selector, camera_worker, trace, self.say, self._may_miss, library, self._clock
        )
        session.sound = SOUND_NAMES.get(fader.backend.name, fader.backend.name)
        room = MusicLoader(library, folder, self._inbox.put, settings.music.watch)
        stack.callback(room.close)
        self.session = session
        desktop.open(director, selector, lambda intent: self._inbox.put(IntentReceived(intent)))
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
        return Crossfader(open_backend(self._settings.sound.backend, self._inbox.put, self.say), self._clock)

    def make_camera_worker(self) -> CameraWorker:
        """The eye; what it sees is posted to the inbox."""
        return CameraWorker(self._open_frames, self._make_analyser, self._inbox.put)

    def say(self, line: str) -> None:
        """One line for the listener: on stderr, and in the window for a while."""
        if isinstance(self._view, Terminal):
            self._view.make_room()
        line = as_typed(line)
        print(line, file=sys.stderr, flush=True)
        if self.session is not None:
            self.session.note(line, self._clock.monotonic())

    def _make_director(
        self, library: Library, fader: Crossfader, trace: Trace
    ) -> tuple[TrackSelector, Director]:
        """Who chooses, and from what; where a trace is wanted, so that all of it can be run again."""
        settings, seed = self._settings, randbits(32)
        if trace.wanted:
            return Recorder(trace, self._clock).director(library, fader, settings, seed, self.say)
        selector = TrackSelector(library, self.say, self._clock, settings.music, seed)
        return selector, Director(selector, fader, settings.music, settings.sound, trace.write, self.say)

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

        configured = self._settings.window
        size = (
            (configured.width_px, configured.height_px)
            if configured.width_px and configured.height_px
            else None
        )
        try:
            return Window(size_px=size, zoom=configured.text_zoom)
        except NoDisplay as error:
            self.say(f"{error}; showing the player in the terminal")
            return None

    def _make_analyser(self) -> Analyser:
        recognition = self._settings.recognition
        classifier = Classifier.load(recognition.model_card or MODEL_CARD, recognition.threads)
        finder = FaceFinder(recognition.face_model or FACE_MODEL_PATH, recognition.most_faces)
        return Analyser(finder, classifier, self._settings.steadying)

    def _may_miss(self, error: Exception) -> bool:
        """A camera may be missing; a file that was named may not, nor may the models."""
        configured = self._settings.camera.source
        return isinstance(error, SourceError) and (configured == AUTO or kind_of(configured) == "camera")


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
        print(as_typed(str(error)), file=sys.stderr)
        return error.exit_code
