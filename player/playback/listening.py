"""Measurements during a track: the time it was heard, the listener's recent mood, and changes of the volume."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from player.music.choice.feedback import FeedbackKind
from player.music.choice.ranking import Choice
from recognizer.affect import Affect

MOOD_WINDOW_SECONDS = 10.0
"""Window of the mean mood before and after a track: one smile is no response to it."""
SHORTEST_HEARD_SECONDS = 30.0
"""Shortest time heard after which a change of mood counts as a response to the track."""
SETTLED_SECONDS = 3.0
"""A volume change has settled after this time without a further one."""
SMALLEST_VOLUME_CHANGE = 0.04
"""Smallest volume change, on its scale of 0 to 1, that counts as feedback."""
_POINT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class ListeningRecord:
    """Time heard of a track since it became audible, without pauses, and the listener's mood before it.

    Times are `time.monotonic()`; `before` is None where nobody was seen.
    """

    choice: Choice
    before: Affect | None
    until_seconds: float
    heard_seconds: float = 0.0

    def up_to(self, now: float, paused: bool) -> ListeningRecord:
        """The record at a later time."""
        more = 0.0 if paused else max(now - self.until_seconds, 0.0)
        return replace(self, until_seconds=now, heard_seconds=self.heard_seconds + more)

    @property
    def share(self) -> float | None:
        """Share of the track that was heard, 0 to 1; None where its length is not known."""
        duration = self.choice.track.duration_seconds
        return min(self.heard_seconds / duration, 1.0) if duration else None


class RecentMood:
    """Mood of the listener over the last MOOD_WINDOW_SECONDS; `latest` is None with nobody in view."""

    def __init__(self) -> None:
        self.latest: Affect | None = None
        self._points: deque[tuple[float, Affect]] = deque()

    def add(self, affect: Affect | None, now: float) -> None:
        """Add a reading; a few per second are kept."""
        self.latest = affect
        if affect is None:
            return
        if not self._points or now - self._points[-1][0] >= _POINT_SECONDS:
            self._points.append((now, affect))
        while now - self._points[0][0] > MOOD_WINDOW_SECONDS:
            self._points.popleft()

    def mean(self, now: float) -> Affect | None:
        """The mean over the last MOOD_WINDOW_SECONDS; None where nobody was seen."""
        seen = [affect for at_seconds, affect in self._points if now - at_seconds <= MOOD_WINDOW_SECONDS]
        if not seen:
            return None
        valence = sum(affect.valence for affect in seen) / len(seen)
        return Affect(valence, sum(affect.arousal for affect in seen) / len(seen))


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """A change of the volume that may still go on: its first level, its present one, and the time of the last step."""

    from_level: float
    level: float
    at_seconds: float

    def over(self, now: float) -> bool:
        """Whether it has settled."""
        return now - self.at_seconds >= SETTLED_SECONDS

    @property
    def kind(self) -> FeedbackKind | None:
        """The feedback that it means; None for a small change."""
        change = self.level - self.from_level
        if abs(change) < SMALLEST_VOLUME_CHANGE:
            return None
        return FeedbackKind.LOUDER if change > 0 else FeedbackKind.QUIETER
