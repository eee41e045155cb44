"""Who leads the music, and how that person has looked: small state between the readings and the choices."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from player.ui.view_state import FaceView, MoodPoint, MoodView
from recognizer.affect import Emotion, Mood, Reading
from recognizer.pipeline import Analysis

RIVAL_FACTOR = 1.3
"""Another face must be this much larger to take the lead, so that two people side by side do not take turns."""
ABSENCE_SECONDS = 1.5
"""How long the leading face may be out of sight before nobody leads."""
_POINT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class MoodChange:
    """The leading person's steadied emotion became another one, or another person leads."""

    before: Emotion | None
    mood: Mood
    frame_index: int
    captured_seconds: float


def leading_face(leader: int | None, readings: Iterable[Reading]) -> Reading | None:
    """The face in front: the largest one, but the one that leads stays unless another is clearly larger."""
    faces = {reading.face_id: reading for reading in readings}
    largest = max(faces.values(), key=lambda each: (each.box.area_px, -each.face_id), default=None)
    current = faces.get(leader) if leader is not None else None
    if largest is None or current is None:
        return largest
    return largest if largest.box.area_px > RIVAL_FACTOR * current.box.area_px else current


class Listener:
    """Follows the leading face from one analysis to the next; times are `time.monotonic()`."""

    def __init__(self, history_seconds: float) -> None:
        self._history_seconds = history_seconds
        self._points: deque[MoodPoint] = deque()
        self._leader: int | None = None
        self._seen_seconds = float("-inf")
        self._mood: Mood | None = None
        self._emotion: Emotion | None = None
        self._faces: tuple[FaceView, ...] = ()

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

    def take(self, analysis: Analysis, now_seconds: float) -> MoodChange | None:
        """Take in one analysed picture; returns what changed for the music, if anything did."""
        reading = leading_face(self._leader, analysis.readings)
        if reading is not None:
            self._leader, self._seen_seconds = reading.face_id, now_seconds
        gone = now_seconds - self._seen_seconds > ABSENCE_SECONDS
        self._mood = None if gone or self._leader is None else analysis.mood_of(self._leader)
        self._faces = tuple(_face_view(each, analysis, self._leader) for each in analysis.readings)
        self._remember(now_seconds)
        return self._change(analysis)

    def forget_faces(self) -> None:
        """Nobody is seen any more, for instance because the camera was closed."""
        self._leader, self._mood, self._emotion, self._faces = None, None, None, ()

    def mood_view(self) -> MoodView | None:
        """The mood as the window shows it."""
        mood = self._mood
        if mood is None:
            return None
        return MoodView(mood.emotion, mood.confidence, mood.affect, mood.probabilities)

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


def _face_view(reading: Reading, analysis: Analysis, leader: int | None) -> FaceView:
    mood = analysis.mood_of(reading.face_id)
    emotion, confidence = (mood.emotion, mood.confidence) if mood is not None else (None, 0.0)
    return FaceView(reading.box, emotion, confidence, leads=reading.face_id == leader)
