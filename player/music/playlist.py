"""Choosing the next track: pure, so that the same library, mood and history always give the same choice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from player.music.reasons import reasons, sentence
from player.music.taste import INDIFFERENT, Feedback, FeedbackKind, Played, Taste, tastes
from player.music.track import Track
from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts for a choice, all in units of the widest possible distance between two moods.

    A track that has just played costs `repeat`, which fades to nothing over `repeat_seconds`, so that with few fitting
    tracks a fitting one comes back before one of the opposite mood is played. `taste` is what a like takes off.
    """

    repeat: float = 0.8
    repeat_seconds: float = 20 * 60.0
    taste: float = 0.15
    dislike: float = 2.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The track to play, why in short phrases, and why in one sentence for the listener; `cost` ranks it.

    `start_seconds` is where in the track it begins.
    """

    track: Track
    reasons: tuple[str, ...]
    why: str
    cost: float
    start_seconds: float


DEFAULT_WEIGHTS = Weights()
_WIDEST = math.hypot(2.0, 2.0)


def choose(
    tracks: Sequence[Track],
    target: Affect,
    history: Iterable[Played],
    feedback: Iterable[Feedback],
    now: float,
    *,
    lead: str = "",
    weights: Weights = DEFAULT_WEIGHTS,
) -> Choice | None:
    """The best next track for a wanted mood; None only where there are no tracks.

    `history` and `feedback` carry Unix times, as does `now`. `lead` begins the sentence (see `policy.lead`). The track
    that played last is taken again only if there is no other.
    """
    queue = upcoming(tracks, target, history, feedback, now, count=1, lead=lead, weights=weights)
    return queue[0] if queue else None


def upcoming(
    tracks: Sequence[Track],
    target: Affect,
    history: Iterable[Played],
    feedback: Iterable[Feedback],
    now: float,
    *,
    count: int,
    lead: str = "",
    weights: Weights = DEFAULT_WEIGHTS,
) -> tuple[Choice, ...]:
    """The `count` best next tracks, best first: the queue as it stands while the mood stays as it is."""
    ages = _ages(history, now)
    likings = tastes(feedback, now)
    last = min(ages, key=lambda track_id: ages[track_id], default=None)
    candidates = [track for track in tracks if track.id != last] or list(tracks)
    costs = {track.id: _cost(track, target, ages, likings, weights) for track in candidates}
    best = sorted(candidates, key=lambda track: (costs[track.id], track.id))[:count]
    return tuple(
        _explained(track, costs[track.id], ages.get(track.id), likings.get(track.id, INDIFFERENT), lead)
        for track in best
    )


def _ages(history: Iterable[Played], now: float) -> dict[int, float]:
    """Seconds since each track last began, by its id."""
    last: dict[int, float] = {}
    for played in history:
        last[played.track_id] = max(played.at_seconds, last.get(played.track_id, -math.inf))
    return {track_id: max(now - at_seconds, 0.0) for track_id, at_seconds in last.items()}


def _cost(
    track: Track, target: Affect, ages: Mapping[int, float], likings: Mapping[int, Taste], weights: Weights
) -> float:
    distance = math.hypot(track.mood.valence - target.valence, track.mood.arousal - target.arousal) / _WIDEST
    age_seconds = ages.get(track.id, math.inf)
    weariness = weights.repeat * max(0.0, 1 - age_seconds / weights.repeat_seconds)
    taste = likings.get(track.id, INDIFFERENT)
    aversion = weights.dislike if taste.verdict is FeedbackKind.DISLIKE else 0.0
    return distance + weariness - weights.taste * taste.score + aversion


def _explained(track: Track, cost: float, age_seconds: float | None, taste: Taste, lead: str) -> Choice:
    why = reasons(track, age_seconds, taste)
    return Choice(track, why, sentence(lead, why), cost, track.sound_start_seconds)
