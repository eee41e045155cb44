"""Where the music leads: the policy that is followed, since when, and to which goal."""

from __future__ import annotations

from dataclasses import dataclass

from player.config import MusicSettings
from player.music.choice.policy import POLICIES, Journey, lead, path, target
from recognizer.affect import Affect, Mood
from recognizer.circumplex import COORDINATES

NEUTRAL = Affect(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the next track should feel like, how the listener feels (None: not known), and how the reason begins."""

    aim: Affect
    lead: str = ""
    listener: Affect | None = None


class Course:
    """Turns moods into wishes. `aim` is the mood that the playing track was chosen for."""

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
        """Set out anew for a goal of the listener's own; None is the usual one."""
        self.goal, self._since = goal or self._usual_goal, now

    def wish(self, mood: Mood | None, now: float) -> Wish:
        """What is wanted for a listener in this mood; None with nobody in view."""
        emotion = mood.emotion if mood is not None else None
        begins = lead(emotion, self.policy) if mood is not None else ""
        aim = target(_place(mood), self.policy, self._journey(now))
        return Wish(aim, begins, mood.affect if mood is not None else None)

    def path(self, mood: Mood | None, now: float) -> tuple[Affect, ...]:
        """From where the listener is to where the policy leads."""
        return path(_place(mood), self.policy, self._journey(now))

    def _journey(self, now: float) -> Journey:
        if self._since is None:
            self._since = now
        progress = min((now - self._since) / self._iso_seconds, 1.0)
        return Journey(held=self.aim, goal=self.goal, progress=progress)


def _place(mood: Mood | None) -> Affect:
    """Where on the plane a listener stands: at the emotion that is sure, else where the readings point."""
    if mood is None:
        return NEUTRAL
    return COORDINATES[mood.emotion] if mood.emotion is not None else mood.affect
