"""State of the policy: which one is followed, since when, and to which goal."""

from __future__ import annotations

from dataclasses import dataclass

from player.config import MusicSettings
from player.music.choice.policy import POLICIES, PolicyContext, opening, path, target
from recognizer.affect import Affect, Mood
from recognizer.circumplex import COORDINATES

NEUTRAL = Affect(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class MoodTarget:
    """The mood wanted from the next track.

    `opening` begins the reason; `listener` is the mood of the listener, None where unknown.
    """

    aim: Affect
    opening: str = ""
    listener: Affect | None = None


class PolicyState:
    """Turns the listener's moods into mood targets. `aim` is the mood that the playing track was chosen for."""

    def __init__(self, music: MusicSettings) -> None:
        self._usual_goal = Affect(music.goal_valence, music.goal_arousal)
        self._iso_seconds = 60 * music.iso_minutes
        self._since: float | None = None
        self.policy: str = music.policy
        self.goal = self._usual_goal
        self.aim: Affect | None = None

    def follow(self, policy: str, now: float) -> bool:
        """Follow a policy from now on; False where it is followed already or there is none of that name."""
        if policy not in POLICIES or policy == self.policy:
            return False
        self.policy, self._since = policy, now
        return True

    def lead_to(self, goal: Affect | None, now: float) -> None:
        """Start again towards a goal of the listener's own; None is the goal of the settings."""
        self.goal, self._since = goal or self._usual_goal, now

    def target(self, mood: Mood | None, now: float) -> MoodTarget:
        """The target for a listener in this mood; None with nobody in view."""
        emotion = mood.emotion if mood is not None else None
        begins = opening(emotion, self.policy) if mood is not None else ""
        aim = target(_place(mood), self.policy, self._context(now))
        return MoodTarget(aim, begins, mood.affect if mood is not None else None)

    def path(self, mood: Mood | None, now: float) -> tuple[Affect, ...]:
        """Path on the plane from the listener's mood to where the policy leads."""
        return path(_place(mood), self.policy, self._context(now))

    def _context(self, now: float) -> PolicyContext:
        if self._since is None:
            self._since = now
        progress = min((now - self._since) / self._iso_seconds, 1.0)
        return PolicyContext(held=self.aim, goal=self.goal, progress=progress)


def _place(mood: Mood | None) -> Affect:
    """Position of the listener on the plane: that of the steadied emotion, else the measured valence and arousal."""
    if mood is None:
        return NEUTRAL
    return COORDINATES[mood.emotion] if mood.emotion is not None else mood.affect
