"""Playback as a value: what plays, what comes, and where the policy leads."""

from __future__ import annotations

from dataclasses import dataclass

from player.music.choice.ranking import Choice
from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class Playback:
    """Playback at one moment.

    `choice` is the playing track, and before the first one sounds the one about to play; `queue` comes next if the mood
    stays as it is. `aim` is the mood that the playing track was chosen for, `path` leads on the plane from the
    listener's mood to where the policy leads, empty with nobody in view. `volume` is the listener's level, 0 to 1.
    """

    choice: Choice | None
    position_seconds: float
    paused: bool
    liked: bool
    volume: float
    queue: tuple[Choice, ...]
    policy: str
    goal: Affect
    aim: Affect | None
    path: tuple[Affect, ...]
