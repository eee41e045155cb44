"""Policies: the target mood of the music, given the mood of the listener; one pure function for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from recognizer.affect import Affect, Emotion

BRIGHT = Affect(valence=0.7, arousal=0.3)
"""Target of lift, and of iso unless the listener sets another goal: pleasant and awake."""
RESTFUL = Affect(valence=0.4, arousal=-0.7)
"""Target of calm."""
LIFT_SHARE = 0.6
CALM_SHARE = 0.8
PATH_STEPS = 8
"""Number of steps of a path."""


@dataclass(frozen=True, slots=True)
class PolicyContext:
    """Inputs of policies beside the listener's mood.

    `held` is the last target, which hold keeps; `goal` is the goal of iso; `progress` in [0, 1] is the share of iso's
    time that has passed.
    """

    held: Affect | None = None
    goal: Affect = BRIGHT
    progress: float = 0.0


DEFAULT_CONTEXT = PolicyContext()

Policy: TypeAlias = Callable[[Affect, PolicyContext], Affect]


def match(listener: Affect, _context: PolicyContext) -> Affect:
    """Music that feels as the listener does."""
    return listener


def lift(listener: Affect, _context: PolicyContext) -> Affect:
    """Music brighter and livelier than the listener; who is brighter already is left there."""
    step = _between(listener, BRIGHT, LIFT_SHARE)
    return Affect(max(step.valence, listener.valence), max(step.arousal, listener.arousal))


def calm(listener: Affect, _context: PolicyContext) -> Affect:
    """Music that brings the listener down gently, most of the way to rest."""
    step = _between(listener, RESTFUL, CALM_SHARE)
    return Affect(step.valence, min(step.arousal, listener.arousal))


def iso(listener: Affect, context: PolicyContext) -> Affect:
    """The iso principle of music therapy: begin where the listener is, and move to the goal with time."""
    return _between(listener, context.goal, context.progress)


def hold(listener: Affect, context: PolicyContext) -> Affect:
    """Stay with the last target, whatever the face does."""
    return context.held if context.held is not None else listener


POLICIES: Mapping[str, Policy] = {"match": match, "lift": lift, "calm": calm, "iso": iso, "hold": hold}

LEADS_TO_GOAL = "iso"
"""The policy that has a goal: setting one switches to it."""

_AIMS = {
    "match": "",
    "lift": ", and this should lift you",
    "calm": ", and this should calm you",
    "iso": ", and this leads on step by step",
    "hold": ", and the mood you chose is kept",
}


def target(listener: Affect, policy: str, context: PolicyContext = DEFAULT_CONTEXT) -> Affect:
    """The mood wanted from the next track, in [-1, 1] on both axes; KeyError for a policy that is not in POLICIES."""
    wanted = POLICIES[policy](listener, context)
    return Affect(_clamped(wanted.valence), _clamped(wanted.arousal))


def path(listener: Affect, policy: str, context: PolicyContext = DEFAULT_CONTEXT) -> tuple[Affect, ...]:
    """Path from the listener's mood to where a policy leads, for drawing; begins with the listener's own mood.

    The second point is the target now, the last one the final target.
    """
    ahead = (context.progress + (1 - context.progress) * step / PATH_STEPS for step in range(PATH_STEPS + 1))
    wanted = (target(listener, policy, replace(context, progress=progress)) for progress in ahead)
    return tuple(dict.fromkeys((listener, *wanted)))


def opening(emotion: Emotion | None, policy: str) -> str:
    """Opening of the reason for a choice: what was seen and what is intended."""
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
