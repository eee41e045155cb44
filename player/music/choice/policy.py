"""What the music should feel like, given how the listener looks: one small pure function for each policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from recognizer.affect import Affect, Emotion

BRIGHT = Affect(valence=0.7, arousal=0.3)
"""Where lift leads, and iso unless the listener names another goal: pleasant and awake."""
RESTFUL = Affect(valence=0.4, arousal=-0.7)
"""Where calm leads."""
LIFT_SHARE = 0.6
CALM_SHARE = 0.8
PATH_STEPS = 8
"""How many steps of what is still ahead a path shows."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What some policies need beside the listener's mood.

    `held` is the last target, which hold keeps; `goal` is where iso leads; `progress` in [0, 1] is how much of iso's
    time has gone by.
    """

    held: Affect | None = None
    goal: Affect = BRIGHT
    progress: float = 0.0


STANDING = Journey()

Policy: TypeAlias = Callable[[Affect, Journey], Affect]


def match(listener: Affect, _journey: Journey) -> Affect:
    """Music that feels as the listener does."""
    return listener


def lift(listener: Affect, _journey: Journey) -> Affect:
    """Music brighter and livelier than the listener; who is brighter already is left there."""
    step = _between(listener, BRIGHT, LIFT_SHARE)
    return Affect(max(step.valence, listener.valence), max(step.arousal, listener.arousal))


def calm(listener: Affect, _journey: Journey) -> Affect:
    """Music that brings the listener down gently, most of the way to rest."""
    step = _between(listener, RESTFUL, CALM_SHARE)
    return Affect(step.valence, min(step.arousal, listener.arousal))


def iso(listener: Affect, journey: Journey) -> Affect:
    """The iso principle of music therapy: begin where the listener is, and move to the goal with time."""
    return _between(listener, journey.goal, journey.progress)


def hold(listener: Affect, journey: Journey) -> Affect:
    """Stay with the last target, whatever the face does."""
    return journey.held if journey.held is not None else listener


POLICIES: Mapping[str, Policy] = {"match": match, "lift": lift, "calm": calm, "iso": iso, "hold": hold}

LEADS_TO_GOAL = "iso"
"""The policy that has a goal: whoever sets one wants to be led there."""

_AIMS = {
    "match": "",
    "lift": ", and this should lift you",
    "calm": ", and this should calm you",
    "iso": ", and this leads on step by step",
    "hold": ", and the mood you chose is kept",
}


def target(listener: Affect, policy: str, journey: Journey = STANDING) -> Affect:
    """The mood wanted from the next track, in [-1, 1] on both axes; KeyError for a policy that is not in POLICIES."""
    wanted = POLICIES[policy](listener, journey)
    return Affect(_clamped(wanted.valence), _clamped(wanted.arousal))


def path(listener: Affect, policy: str, journey: Journey = STANDING) -> tuple[Affect, ...]:
    """The way from the listener to where a policy leads, for drawing: at least the listener's own place.

    The second place is what is wanted now, the last one what will be wanted in the end.
    """
    ahead = (journey.progress + (1 - journey.progress) * step / PATH_STEPS for step in range(PATH_STEPS + 1))
    wanted = (target(listener, policy, replace(journey, progress=progress)) for progress in ahead)
    return tuple(dict.fromkeys((listener, *wanted)))


def lead(emotion: Emotion | None, policy: str) -> str:
    """How the reason for a choice begins: what was seen and what is intended."""
    seen = f"You look {_LOOKS[emotion]}" if emotion is not None else "Your face is hard to read just now"
    return seen + _AIMS.get(policy, "")


_LOOKS = {
    Emotion.ANGRY: "angry",
    Emotion.DISGUST: "disgusted",
    Emotion.FEAR: "afraid",
    Emotion.HAPPY: "happy",
    Emotion.SAD: "sad",
    Emotion.SURPRISE: "surprised",
    Emotion.NEUTRAL: "calm and neutral",
}


def _between(start: Affect, end: Affect, share: float) -> Affect:
    share = min(max(share, 0.0), 1.0)
    return Affect(
        start.valence + share * (end.valence - start.valence),
        start.arousal + share * (end.arousal - start.arousal),
    )


def _clamped(value: float) -> float:
    return min(max(value, -1.0), 1.0)
