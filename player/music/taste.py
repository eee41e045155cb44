"""What this listener keeps and what they skip: their feedback, weighed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recognizer.affect import Affect

SKIP_WEIGHT = -0.35
FINISH_WEIGHT = 0.1
HALF_LIFE_SECONDS = 14 * 24 * 3600.0
"""Skips and finishes fade by half in two weeks; likes and dislikes stay until they are taken back."""


class FeedbackKind(StrEnum):
    """What a listener did with a track; NEUTRAL takes a like or dislike back, REPLAY is going back to it."""

    LIKE = "like"
    DISLIKE = "dislike"
    NEUTRAL = "neutral"
    SKIP = "skip"
    FINISH = "finish"
    PLAY = "play"
    REPLAY = "replay"
    LOUDER = "louder"
    QUIETER = "quieter"


_VERDICTS = {FeedbackKind.LIKE: 1.0, FeedbackKind.DISLIKE: -1.0, FeedbackKind.NEUTRAL: 0.0}
_HINTS = {FeedbackKind.SKIP: SKIP_WEIGHT, FeedbackKind.FINISH: FINISH_WEIGHT}


@dataclass(frozen=True, slots=True)
class Feedback:
    """One act of the listener, and what was so at that moment (None: not known).

    `at_seconds` is Unix time; `affect` is how they looked, `wanted` the mood that the track was chosen for; `hour` is
    the hour of their day, 0 to 23; `volume` their level, `heard_share` how much of the track was heard, both 0 to 1;
    `session` names the evening.
    """

    track_id: int
    kind: FeedbackKind
    at_seconds: float
    affect: Affect | None = None
    wanted: Affect | None = None
    hour: int | None = None
    volume: float | None = None
    heard_share: float | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A track that began to play at a Unix time."""

    track_id: int
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Taste:
    """Where one track stands: `score` in [-1, 1], and the listener's standing verdict, LIKE or DISLIKE or None."""

    score: float = 0.0
    verdict: FeedbackKind | None = None


INDIFFERENT = Taste()


def tastes(feedback: Iterable[Feedback], now: float) -> Mapping[int, Taste]:
    """The taste for each track that was ever judged, by its id; the last verdict counts, hints add up and fade.

    `now` is Unix time in seconds.
    """
    acts: dict[int, list[Feedback]] = defaultdict(list)
    for act in sorted(feedback, key=lambda act: act.at_seconds):
        acts[act.track_id].append(act)
    return {track_id: _taste(of_track, now) for track_id, of_track in acts.items()}


def _taste(acts: list[Feedback], now: float) -> Taste:
    verdicts = [act.kind for act in acts if act.kind in _VERDICTS]
    verdict = verdicts[-1] if verdicts else FeedbackKind.NEUTRAL
    hints = sum(_HINTS.get(act.kind, 0.0) * _freshness(now - act.at_seconds) for act in acts)
    score = _VERDICTS[verdict] if verdict is not FeedbackKind.NEUTRAL else 0.0
    score = min(max(score + math.tanh(hints), -1.0), 1.0)
    return Taste(score=score, verdict=None if verdict is FeedbackKind.NEUTRAL else verdict)


def _freshness(age_seconds: float) -> float:
    return float(0.5 ** (max(age_seconds, 0.0) / HALF_LIFE_SECONDS))
