"""Feedback: acts of the listener, and the reward of each playing of a track."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recognizer.affect import Affect


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


VERDICTS = frozenset({FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.NEUTRAL})
"""What a listener says outright; the last one about a track stands."""
REWARDS: Mapping[FeedbackKind, float] = {
    FeedbackKind.LIKE: 0.8,
    FeedbackKind.DISLIKE: -1.0,
    FeedbackKind.SKIP: -1.0,
    FeedbackKind.FINISH: 0.4,
    FeedbackKind.REPLAY: 0.8,
    FeedbackKind.LOUDER: 0.2,
    FeedbackKind.QUIETER: -0.2,
}
"""Reward of each act; the acts of a playing add up, within [-1, 1]."""
LATE_SKIP_RELIEF = 0.6
"""Share of a skip's penalty that is dropped when almost the whole track was heard."""


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
class Listen:
    """One playing of a track: when and in which context it began, and its `reward` in [-1, 1].

    The reward is None where the listener let it go without a word, for instance because their mood changed the track.
    `first` says that it was never played before; `said` that a verdict is part of the reward, which does not fade.
    """

    track_id: int
    at_seconds: float
    listener: Affect | None = None
    wanted: Affect | None = None
    hour: int | None = None
    first: bool = False
    reward: float | None = None
    said: bool = False


def verdicts(feedback: Iterable[Feedback]) -> dict[int, Feedback]:
    """The last like or dislike of each track that was not taken back, by the track's id; `feedback` oldest first."""
    last = {act.track_id: act for act in feedback if act.kind in VERDICTS}
    return {track_id: act for track_id, act in last.items() if act.kind is not FeedbackKind.NEUTRAL}


def listens(feedback: Iterable[Feedback]) -> tuple[Listen, ...]:
    """The playings that a history of acts tells of, oldest first, as are the acts.

    An act belongs to the latest playing of its track. One without any playing, such as the like of a track in the
    library's list, counts as a playing of its own.
    """
    acts = list(feedback)
    last_verdicts = verdicts(acts)
    playings: list[list[Feedback]] = []
    latest: dict[int, list[Feedback]] = {}
    for act in acts:
        if act.kind is FeedbackKind.PLAY or act.track_id not in latest:
            latest[act.track_id] = []
            playings.append(latest[act.track_id])
        latest[act.track_id].append(act)
    seen: set[int] = set()
    return tuple(_listen(playing, last_verdicts, seen) for playing in playings)


def _listen(acts: list[Feedback], last_verdicts: Mapping[int, Feedback], seen: set[int]) -> Listen:
    """One playing from its acts; `seen` holds the tracks of earlier ones and takes in this."""
    begin = acts[0]
    first = begin.track_id not in seen
    seen.add(begin.track_id)
    verdict = last_verdicts.get(begin.track_id)
    telling = [act for act in acts if act.kind in REWARDS and (act.kind not in VERDICTS or act is verdict)]
    reward = min(max(sum(map(_reward, telling)), -1.0), 1.0) if telling else None
    return Listen(
        track_id=begin.track_id,
        at_seconds=begin.at_seconds,
        listener=begin.affect,
        wanted=begin.wanted,
        hour=begin.hour,
        first=first,
        reward=reward,
        said=any(act is verdict for act in telling),
    )


def _reward(act: Feedback) -> float:
    relief = LATE_SKIP_RELIEF * (act.heard_share or 0.0) if act.kind is FeedbackKind.SKIP else 0.0
    return REWARDS[act.kind] + relief
