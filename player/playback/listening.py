"""What is being heard, for how long, and how the listener looks meanwhile: what feedback and responses are made of."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from player.music.choice.feedback import FeedbackKind
from player.music.choice.ranking import Choice
from recognizer.affect import Affect

SPAN_SECONDS = 10.0
"""A mood before or after is the mean over this long: one smile is no response to a track."""
TELLING_SECONDS = 30.0
"""A track must be heard this long before a change of mood says anything about it."""
REST_SECONDS = 3.0
"""A turn of the volume is over when it was not touched for this long."""
TELLING_TURN = 0.04
"""A smaller change of the volume, on its scale of 0 to 1, says nothing about the track."""
_POINT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Hearing:
    """A track since it became audible: how long it sounded, pauses left out, and the listener's mood before it.

    Times are `time.monotonic()`; `before` is None where nobody was seen.
    """

    choice: Choice
    before: Affect | None
    until_seconds: float
    heard_seconds: float = 0.0

    def up_to(self, now: float, paused: bool) -> Hearing:
        """The same after more time has gone by."""
        more = 0.0 if paused else max(now - self.until_seconds, 0.0)
        return replace(self, until_seconds=now, heard_seconds=self.heard_seconds + more)

    @property
    def share(self) -> float | None:
        """How much of the track was heard, 0 to 1; None where its length is not known."""
        duration = self.choice.track.duration_seconds
        return min(self.heard_seconds / duration, 1.0) if duration else None


class Witness:
    """Remembers how the listener looked over the last seconds; `latest` is None with nobody in view."""

    def __init__(self) -> None:
        self.latest: Affect | None = None
        self._points: deque[tuple[float, Affect]] = deque()

    def see(self, affect: Affect | None, now: float) -> None:
        """Take in one more look; a few in a second are kept."""
        self.latest = affect
        if affect is None:
            return
        if not self._points or now - self._points[-1][0] >= _POINT_SECONDS:
            self._points.append((now, affect))
        while now - self._points[0][0] > SPAN_SECONDS:
            self._points.popleft()

    def lately(self, now: float) -> Affect | None:
        """The mean over the last SPAN_SECONDS; None where nobody was seen."""
        seen = [affect for at_seconds, affect in self._points if now - at_seconds <= SPAN_SECONDS]
        if not seen:
            return None
        valence = sum(affect.valence for affect in seen) / len(seen)
        return Affect(valence, sum(affect.arousal for affect in seen) / len(seen))


@dataclass(frozen=True, slots=True)
class VolumeTurn:
    """A turn of the volume that may not be over: from which level it began, where it is, and when it was touched."""

    from_level: float
    level: float
    at_seconds: float

    def over(self, now: float) -> bool:
        """Whether it came to rest."""
        return now - self.at_seconds >= REST_SECONDS

    @property
    def kind(self) -> FeedbackKind | None:
        """What it says about the track; None for next to nothing."""
        change = self.level - self.from_level
        if abs(change) < TELLING_TURN:
            return None
        return FeedbackKind.LOUDER if change > 0 else FeedbackKind.QUIETER
