"""The session: handles every event and intent on the main thread, and makes the ViewState."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import singledispatchmethod

from player.camera.speed import SpeedMeter
from player.camera.worker import CameraWorker
from player.clock import SYSTEM, Clock
from player.config import Settings
from player.core.trace import Trace
from player.core.views import Views
from player.messages.events import (
    CameraOpened,
    FolderAway,
    FolderBack,
    IntentReceived,
    PlayerEvent,
    ScanDone,
    ScanFailed,
    ScanProgress,
)
from player.messages.intents import (
    CaptureNeutral,
    CorrectMood,
    DeleteMemory,
    FollowPerson,
    Intent,
    MusicIntent,
    Quit,
    Rate,
    ToggleCamera,
)
from player.messages.view_state import CameraLight, PlayingView, Preview, ViewState
from player.music.analysis.worker import Analysed, AnalysisEvent, AnalysisFailed
from player.music.choice.policy import LEADS_TO_GOAL, POLICIES
from player.music.library.library import Library
from player.people.listener import Listener, MoodChange
from player.people.store import PersonStore
from player.playback.commands import (
    FillQueue,
    MoodChanged,
    MoodSeen,
    MusicKnown,
    MusicLost,
    MusicRestored,
    Tick,
)
from player.playback.director import Director
from player.playback.playback_state import Playback
from player.playback.track_selector import TrackSelector
from player.sound import Audible, Broken, Ended, SoundEvent
from recognizer.affect import Mood, Reading
from recognizer.pipeline import (
    Captured,
    Failed,
    Observed,
    PipelineEvent,
    SourceEnded,
    SourceLost,
    SourceRestored,
)

LOG = logging.getLogger(__name__)
Event = PipelineEvent | PlayerEvent | SoundEvent | AnalysisEvent
NOTICE_SECONDS = 8.0
_RELOAD_SECONDS = 3.0
"""While tracks are being analysed, the library is read anew this often at most."""
_RELOADED_PER_SECOND = 500
"""A big library is read anew more seldom: fifty thousand tracks take a third of a second, which would be seen."""


class Session:
    """The state of a session; `ended` says that it is over, `fault` why, where it could not go on.

    `may_miss` tells whether the session goes on without a source that cannot be opened (music without a face).
    `library` stores what is known of the listener beyond the session.
    """

    def __init__(
        self,
        settings: Settings,
        director: Director,
        selector: TrackSelector,
        camera_worker: CameraWorker,
        trace: Trace,
        say: Callable[[str], None],
        may_miss: Callable[[Exception], bool],
        library: Library,
        clock: Clock = SYSTEM,
    ) -> None:
        self._settings, self._director, self._selector = settings, director, selector
        self._camera_worker, self._trace, self._say, self._may_miss = camera_worker, trace, say, may_miss
        self._span_seconds = settings.window.history_minutes * 60
        self._views = Views(library, clock)
        self._listener = Listener(settings, PersonStore(library.database), camera_worker.adopt, clock)
        self._speed = SpeedMeter()
        self._light = CameraLight.OFF
        self._camera_name = ""
        self._is_camera = False
        self._preview: Preview | None = None
        self._changes: deque[float] = deque()
        self._notice, self._notice_until = "", float("-inf")
        self._reload_due: float | None = None
        self.sound = ""
        self.ended = False
        self.fault: Exception | None = None

    @property
    def mood(self) -> Mood | None:
        """The steadied mood of who leads; None with nobody in view."""
        return self._listener.mood

    @property
    def light(self) -> CameraLight:
        """The state of the camera."""
        return self._light

    def open_camera(self) -> None:
        """Open the camera."""
        self._light = CameraLight.STARTING
        self._camera_worker.open()

    def close_camera(self) -> None:
        """Close the camera; nothing that was seen stays on the screen."""
        self._camera_worker.close()
        self._light, self._preview = CameraLight.OFF, None
        self._listener.forget_faces()
        self._speed.clear()

    def note(self, text: str, now: float) -> None:
        """Show a line in the window for a while."""
        self._notice, self._notice_until = text, now + NOTICE_SECONDS

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self._reload_due is not None and now >= self._reload_due:
            self._reload_due = None
            self._music_known(now)
        self._director.handle(Tick(), now)

    def obey(self, intent: Intent, now: float) -> None:
        """Handle an intent."""
        if isinstance(intent, Quit):
            self.ended = True
        elif isinstance(intent, MusicIntent):
            self._director.handle(intent, now)
            if isinstance(intent, Rate | CorrectMood):
                self._views.refresh()
        else:
            self._obey_about_faces(intent, now)
            self._obey_about_views(intent, now)

    def _obey_about_faces(self, intent: Intent, now: float) -> None:
        match intent:
            case ToggleCamera():
                self._toggle_camera(now)
            case CaptureNeutral(name):
                self._listener.begin_neutral(now, name)
            case FollowPerson(name):
                self.note(self._listener.follow(name), now)

    def _obey_about_views(self, intent: Intent, now: float) -> None:
        words = self._views.obey(intent)
        if isinstance(intent, DeleteMemory) and intent.confirmed:
            self._selector.forget_listener()
            self._listener.forget_people()
            self._music_known(now)
        if words:
            self.note(words, now)

    def _music_known(self, now: float) -> None:
        self._director.handle(MusicKnown(), now)
        self._views.refresh()

    @singledispatchmethod
    def handle(self, event: Event, now: float) -> None:
        """Handle an event of one of the threads."""
        LOG.debug("nothing to do about %s", event)

    @handle.register
    def _(self, event: Captured, now: float) -> None:
        source_seconds = event.source_seconds if event.media_seconds is None else event.media_seconds
        self._trace.write(
            "frame", event.captured_seconds, index=event.frame_index, source_seconds=source_seconds
        )

    @handle.register
    def _(self, event: Observed, now: float) -> None:
        if self._light is CameraLight.OFF:
            return
        analysis = event.analysis
        self._speed.add(now, now - analysis.frame.captured_seconds)
        for reading in analysis.readings:
            self._trace_reading(reading, now)
        change = self._listener.take(analysis, now)
        self._director.handle(MoodSeen(self._listener.mood), now)
        if change is not None:
            self._trace_mood(change, now)
            self._director.handle(MoodChanged(change.mood), now)

    @handle.register
    def _(self, event: CameraOpened, now: float) -> None:
        if self._light is CameraLight.OFF:
            return
        self._light = CameraLight.ON if event.is_camera else CameraLight.CLIP
        self._camera_name, self._is_camera = event.name, event.is_camera
        if event.remark:
            self._say(event.remark)

    @handle.register
    def _(self, event: SourceLost, now: float) -> None:
        self._lose_sight(_and(event.message, "The music goes on; it is taken up again when it returns"), now)

    @handle.register
    def _(self, event: SourceRestored, now: float) -> None:
        self._light = CameraLight.ON
        self._say(f"{self._camera_name}: back again")

    @handle.register
    def _(self, event: SourceEnded, now: float) -> None:
        if self._light is not CameraLight.OFF:
            self._lose_sight(f"{self._camera_name}: has ended. The music goes on", now)

    @handle.register
    def _(self, event: Failed, now: float) -> None:
        self._trace.write("error", now, message=str(event.error))
        if self._light is CameraLight.STARTING and not self._may_miss(event.error):
            self.fault, self.ended = event.error, True
        else:
            self._lose_sight(_and(str(event.error), "The music goes on without a face"), now)

    @handle.register
    def _(self, event: IntentReceived, now: float) -> None:
        self.obey(event.intent, now)

    @handle.register
    def _(self, event: ScanProgress, now: float) -> None:
        self.note(f"Looking through the music: {event.done} of {event.total}", now)

    @handle.register
    def _(self, event: ScanDone, now: float) -> None:
        for line in event.faults:
            self._fail(line, now)
        self._music_known(now)

    @handle.register
    def _(self, event: ScanFailed | AnalysisFailed, now: float) -> None:
        self._fail(event.message, now)

    @handle.register
    def _(self, event: FolderAway, now: float) -> None:
        self._director.handle(MusicLost(), now)
        self._fail(event.message, now)

    @handle.register
    def _(self, event: FolderBack, now: float) -> None:
        self._say(event.message)
        self._director.handle(MusicRestored(), now)
        self._music_known(now)

    @handle.register
    def _(self, event: Analysed, now: float) -> None:
        if event.problem is not None:
            self._fail(
                f"{event.path}: its mood stays unknown ({event.problem}); it is played all the same", now
            )
        self.note(f"Learning how your music feels: {event.done} of {event.total}{_left(event)}", now)
        if event.done == event.total:
            self._reload_due = now
        elif self._reload_due is None:
            self._reload_due = now + max(_RELOAD_SECONDS, len(self._selector) / _RELOADED_PER_SECOND)

    @handle.register
    def _(self, event: Audible, now: float) -> None:
        self._director.handle(event, now)
        self._changes.append(event.at_seconds)
        while self._changes and now - self._changes[0] > self._span_seconds:
            self._changes.popleft()

    @handle.register
    def _(self, event: Ended | Broken, now: float) -> None:
        self._director.handle(event, now)

    def view_state(self, now: float) -> ViewState:
        """The view state at this instant."""
        frame = self._camera_worker.latest_frame()
        if frame is not None and self._light in (CameraLight.ON, CameraLight.CLIP):
            mirrored = self._is_camera and self._settings.camera.mirror
            self._preview = Preview(frame.image, frame.index, mirrored)
        self._director.handle(FillQueue(), now)
        playback = self._director.playback(now)
        return ViewState(
            now_seconds=now,
            camera=self._light,
            camera_name=self._camera_name if self._light is not CameraLight.OFF else "",
            preview=self._preview,
            faces=self._listener.faces,
            mood=self._listener.mood_view(),
            history=self._listener.history,
            changes=tuple(self._changes),
            target=playback.aim,
            playing=self._playing_view(playback),
            queue=playback.queue,
            policy=playback.policy,
            policies=tuple(POLICIES),
            notice=self._notice if now < self._notice_until else "",
            sound=self.sound,
            frames_per_second=self._speed.per_second(now),
            latency_seconds=self._speed.latency_seconds(),
            history_span_seconds=self._span_seconds,
            view=self._views.name,
            path=playback.path,
            goal=playback.goal if playback.policy == LEADS_TO_GOAL else None,
            volume=playback.volume,
            library=self._views.library(),
            memory=self._views.memory(now),
            calibration=self._listener.calibration(now),
            people=self._listener.people(),
        )

    def _playing_view(self, playback: Playback) -> PlayingView | None:
        choice = playback.choice
        if choice is None:
            return None
        cover = self._views.cover(choice.track.id)
        return PlayingView(choice, playback.position_seconds, playback.paused, playback.liked, cover)

    def summary(self, now: float) -> str:
        """Speed figures for the log."""
        rate, slow = self._speed.per_second(now), self._speed.latency_seconds(0.95)
        if rate is None or slow is None:
            return "no pictures"
        return f"{rate:.1f} pictures/s, p95 {slow * 1000:.0f} ms, {self._camera_worker.dropped} overtaken"

    def _toggle_camera(self, now: float) -> None:
        if self._light is CameraLight.OFF:
            self.open_camera()
        else:
            self.close_camera()
            self._director.handle(MoodSeen(None), now)
            self.note("The camera is closed", now)

    def _lose_sight(self, line: str, now: float) -> None:
        self._light, self._preview = CameraLight.LOST, None
        self._listener.forget_faces()
        self._director.handle(MoodSeen(None), now)
        self._fail(line, now)

    def _fail(self, line: str, now: float) -> None:
        """Report a failure after which the session goes on, and write it to the trace."""
        self._say(line)
        self._trace.write("error", now, message=line)

    def _trace_reading(self, reading: Reading, now: float) -> None:
        self._trace.write(
            "reading",
            now,
            frame=reading.frame_index,
            face=reading.face_id,
            emotion=reading.emotion,
            probabilities=[round(value, 4) for value in reading.probabilities],
            valence=round(reading.affect.valence, 4),
            arousal=round(reading.affect.arousal, 4),
            quality=round(reading.quality, 3),
        )

    def _trace_mood(self, change: MoodChange, now: float) -> None:
        mood = change.mood
        self._trace.write(
            "mood",
            now,
            **{"from": change.before, "to": mood.word},
            face=mood.face_id,
            frame=change.frame_index,
            confidence=round(mood.confidence, 4),
            valence=round(mood.affect.valence, 4),
            arousal=round(mood.affect.arousal, 4),
        )


def _left(event: Analysed) -> str:
    """How long the analysis will take, once that is known."""
    if event.left_seconds is None or event.done == event.total:
        return ""
    minutes = round(event.left_seconds / 60)
    return f", about {minutes} min left" if minutes else ", less than a minute left"


def _and(first: str, second: str) -> str:
    """Two sentences."""
    return f"{first} {second}" if first.endswith((".", "?", "!")) else f"{first}. {second}"
