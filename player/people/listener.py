"""The listener: who leads the music, and the steadied mood of that person over time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from player.clock import SYSTEM, Clock
from player.config import Settings
from player.errors import LibraryError
from player.messages.view_state import CalibrationView, FaceView, MoodPoint, MoodView, PersonView
from player.people.calibration import Calibration
from player.people.following import average_reading, leading_face, named_face
from player.people.known_people import GUEST, Adopt, KnownPeople
from player.people.store import PersonStore
from recognizer.affect import Emotion, Mood, Reading
from recognizer.pipeline import Analysis
from recognizer.steady import SteadySettings, SteadyState, step

ABSENCE_SECONDS = 1.5
"""How long the leading face may be out of sight before nobody leads."""
EVERYBODY = -1
"""The face id of all people in view taken together."""
_POINT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class MoodChange:
    """The leading person's steadied emotion became another one, or another person leads."""

    before: Emotion | None
    mood: Mood
    frame_index: int
    captured_seconds: float


class GroupMood:
    """The steadied mood of everybody in view: each person's steadied mood, averaged, with a dwell of its own.

    Resting faces are taken off and readings smoothed before, person by person; neither is done twice.
    """

    def __init__(self, settings: SteadySettings) -> None:
        self._settings = settings.model_copy(update={"smoothing_seconds": 0.0, "baseline_seconds": 0.0})
        self._state = SteadyState()

    def take(self, analysis: Analysis) -> Mood | None:
        """The mood after one picture; None with nobody in it."""
        reading = average_reading(analysis.readings, analysis.moods, EVERYBODY)
        if reading is None:
            return None
        self._state, mood = step(self._state, reading, self._settings)
        return mood


class Listener:
    """Follows who leads from one analysis to the next; times are `time.monotonic()`.

    `store` keeps people beyond the session, `adopt` tells the steadying whose resting face is known.
    Raises LibraryError where the store cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        store: PersonStore | None = None,
        adopt: Adopt = lambda face_id, baseline: None,
        clock: Clock = SYSTEM,
    ) -> None:
        self._settings, self._clock = settings.listener, clock
        self._history_seconds = settings.window.history_minutes * 60
        self._points: deque[MoodPoint] = deque()
        self._leader: int | None = None
        self._seen_seconds = float("-inf")
        self._mood: Mood | None = None
        self._emotion: Emotion | None = None
        self._faces: tuple[FaceView, ...] = ()
        self._readings: tuple[Reading, ...] = ()
        self._group_mood = GroupMood(settings.steadying)
        self._people = KnownPeople(store, adopt, settings.listener.recognise)
        self._calibration = Calibration()
        self._chosen: str | None = None

    @property
    def emotion(self) -> Emotion | None:
        """The steadied emotion of who leads; None while not sure, or with nobody in view."""
        return self._mood.emotion if self._mood is not None else None

    @property
    def mood(self) -> Mood | None:
        """The steadied mood of who leads; None with nobody in view."""
        return self._mood

    @property
    def faces(self) -> tuple[FaceView, ...]:
        """Everybody in the latest picture."""
        return self._faces

    @property
    def history(self) -> tuple[MoodPoint, ...]:
        """The mood over the last minutes, a few points a second."""
        return tuple(self._points)

    @property
    def followed(self) -> str | None:
        """The name of the one person whom the music follows; None where it follows whoever is there."""
        if self._chosen is not None:
            return self._chosen
        return self._settings.name if self._settings.follow == "named" else None

    def take(self, analysis: Analysis, now_seconds: float) -> MoodChange | None:
        """Take in one analysed picture; returns what changed for the music, if anything did."""
        self._readings = analysis.readings
        self._people.take(analysis, now_seconds)
        self._calibrate(now_seconds)
        mood = self._leading_mood(analysis, now_seconds)
        gone = now_seconds - self._seen_seconds > ABSENCE_SECONDS
        self._mood = None if gone else mood
        self._faces = tuple(self._face_view(each, analysis) for each in analysis.readings)
        self._remember(now_seconds)
        return self._change(analysis)

    def begin_neutral(self, now_seconds: float, name: str = "") -> None:
        """Learn the resting face of the person in front; under a name it is kept for the next time.

        Without a name it is that of the person whose face it is known to be, else the one in the settings.
        """
        front = leading_face(self._leader, self._readings)
        known = self._people.names.get(front.face_id, GUEST) if front is not None else GUEST
        name = name or known or self._settings.name or GUEST
        self._calibration.begin(now_seconds, self._settings.neutral_seconds, name)

    def calibration(self, now_seconds: float) -> CalibrationView | None:
        """The capture that is running, or how it has just ended."""
        return self._calibration.view(now_seconds)

    def follow(self, name: str | None) -> str:
        """Let only the person of this name lead; None goes back to the settings. Returns what came of it, in words.

        Where that person was not recognised in view, the face in front is taken to be theirs.
        """
        if name is not None and name not in self._people.kept:
            return f"Nobody is known as {name}. Capture a resting face under that name first"
        self._chosen = name
        if name is None:
            return "The music follows whoever is there"
        names = self._people.names
        unknown = [reading for reading in self._readings if reading.face_id not in names]
        front = leading_face(self._leader, unknown)
        if name not in names.values() and front is not None:
            self._people.name(front.face_id, name)
        return f"The music follows {name}"

    def people(self) -> tuple[PersonView, ...]:
        """All who are kept by name."""
        in_view = set(self._people.names.values())
        return tuple(PersonView(name, name in in_view, name == self.followed) for name in self._people.kept)

    def forget_people(self) -> None:
        """Delete all that is known of anybody; resting faces are learned anew from now on."""
        self._people.forget_everybody()
        self._chosen = None

    def forget_faces(self) -> None:
        """Nobody is seen any more, for instance because the camera was closed."""
        self._people.forget_faces()
        self._calibration.stop()
        self._leader, self._mood, self._emotion, self._faces, self._readings = None, None, None, (), ()

    def mood_view(self) -> MoodView | None:
        """The mood as the window shows it."""
        mood = self._mood
        if mood is None:
            return None
        return MoodView(mood.emotion, mood.confidence, mood.affect, mood.probabilities)

    def _leading_mood(self, analysis: Analysis, now_seconds: float) -> Mood | None:
        """The mood that counts, and who leads; a leader out of sight keeps the last mood for a while."""
        if self.followed is None and self._settings.follow == "average":
            return self._group_reading(analysis, now_seconds)
        if self.followed is not None:
            reading = named_face(self.followed, self._people.names, analysis.readings)
        else:
            reading = leading_face(self._leader, analysis.readings)
        if reading is not None:
            self._leader, self._seen_seconds = reading.face_id, now_seconds
        return None if self._leader is None else analysis.mood_of(self._leader)

    def _group_reading(self, analysis: Analysis, now_seconds: float) -> Mood | None:
        mood = self._group_mood.take(analysis)
        if mood is None:
            return self._mood
        self._leader, self._seen_seconds = EVERYBODY, now_seconds
        return mood

    def _calibrate(self, now_seconds: float) -> None:
        captured = self._calibration.take(self._readings, now_seconds)
        if captured is None:
            return
        try:
            self._people.learn(captured, self._calibration.name, self._clock.wall())
        except LibraryError as error:
            self._calibration.fail(str(error), now_seconds)

    def _change(self, analysis: Analysis) -> MoodChange | None:
        if self._mood is None or self._mood.emotion is self._emotion:
            return None
        before, self._emotion = self._emotion, self._mood.emotion
        return MoodChange(before, self._mood, analysis.frame.index, analysis.frame.captured_seconds)

    def _remember(self, now_seconds: float) -> None:
        due = not self._points or now_seconds - self._points[-1].time_seconds >= _POINT_SECONDS
        if self._mood is not None and due:
            self._points.append(MoodPoint(now_seconds, self._mood.affect, self._mood.emotion))
        while self._points and now_seconds - self._points[0].time_seconds > self._history_seconds:
            self._points.popleft()

    def _face_view(self, reading: Reading, analysis: Analysis) -> FaceView:
        mood = analysis.mood_of(reading.face_id)
        emotion, confidence = (mood.emotion, mood.confidence) if mood is not None else (None, 0.0)
        return FaceView(reading.box, emotion, confidence, leads=self._leader in (reading.face_id, EVERYBODY))
