"""Reasons of a choice, in words that a listener understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from player.music.choice.feedback import FeedbackKind, Listen
from player.music.choice.response import Effect
from player.music.track import Track
from recognizer.words import capitalised

STRONG, SLIGHT = 0.5, 0.15
"""From which rank within the library a track counts as among the brightest, or as rather bright."""
LATELY_SECONDS = 20 * 60.0
"""A track that played within this time is played again only where nothing fits better."""
LEAST_TIMES = 3
"""A habit or an effect is spoken of once it was seen this often."""
USUAL_SHARE = 2 / 3
NOTABLE_EFFECT = 0.06
"""How far a track must move the listener, on the axes of Affect, to be said to."""
MOST_PHRASES = 4
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


class DayPart(StrEnum):
    """A part of the day, as it is spoken of."""

    MORNING = "in the morning"
    AFTERNOON = "in the afternoon"
    EVENING = "in the evening"
    NIGHT = "at night"

    @classmethod
    def of_hour(cls, hour: int) -> DayPart:
        """The part of the day of an hour from 0 to 23."""
        if 5 <= hour < 11:
            return cls.MORNING
        if 11 <= hour < 17:
            return cls.AFTERNOON
        return cls.EVENING if 17 <= hour < 23 else cls.NIGHT


@dataclass(frozen=True, slots=True)
class Habits:
    """How often the listener kept each track and left it, in all and by the part of the day."""

    kept: Mapping[tuple[int, DayPart | None], int]
    left: Mapping[tuple[int, DayPart | None], int]

    @classmethod
    def of(cls, listens: Iterable[Listen]) -> Habits:
        """The habits that playings tell of."""
        kept: Counter[tuple[int, DayPart | None]] = Counter()
        left: Counter[tuple[int, DayPart | None]] = Counter()
        for listen in listens:
            if listen.reward is not None:
                counter = kept if listen.reward > 0 else left
                counter[listen.track_id, None] += 1
                if listen.hour is not None:
                    counter[listen.track_id, DayPart.of_hour(listen.hour)] += 1
        return cls(kept, left)

    def usual(self, track_id: int, part: DayPart | None) -> bool | None:
        """Whether the track is usually kept (True) or left (False); None where there is no such habit."""
        kept, left = self.kept.get((track_id, part), 0), self.left.get((track_id, part), 0)
        if kept + left < LEAST_TIMES:
            return None
        share = kept / (kept + left)
        return True if share >= USUAL_SHARE else False if share <= 1 - USUAL_SHARE else None


@dataclass(frozen=True, slots=True)
class ReasonInputs:
    """Inputs of the reasons: what is known of the track and its listener at the time of the choice.

    age_seconds: the time since it last began to play, None if never.
    trying: it was taken although others are thought to please more, to learn.
    """

    age_seconds: float | None = None
    verdict: FeedbackKind | None = None
    usual: bool | None = None
    usual_now: bool | None = None
    part: DayPart | None = None
    effect: Effect | None = None
    trying: bool = False


def reasons(track: Track, inputs: ReasonInputs) -> tuple[str, ...]:
    """Short phrases: how the track feels, what the listener thinks of it, what it does to them, when it last played."""
    phrases = (
        _feeling(track),
        _liking(track, inputs),
        _effect(inputs.effect),
        "this one is a try, to learn what you like" if inputs.trying else "",
        _recency(inputs.age_seconds),
    )
    return tuple(phrase for phrase in phrases if phrase)[:MOST_PHRASES]


def sentence(opening: str, phrases: tuple[str, ...]) -> str:
    """One sentence for the window: `You look happy; this is among the brightest tracks in your library; ...`."""
    text = "; ".join((opening, *phrases) if opening else phrases)
    return f"{capitalised(text)}."


def _feeling(track: Track) -> str:
    if track.corrected:
        return f"you said that this is {_place(track)}"
    if not track.mood_known:
        return "how this track feels is not known yet"
    valence, arousal = track.mood.valence, track.mood.arousal
    extremes = [
        *_word(valence, "brightest", "darkest", STRONG),
        *_word(arousal, "most lively", "calmest", STRONG),
    ]
    if extremes:
        return f"this is among the {', '.join(extremes)} tracks in your library"
    return f"this is {_place(track)}"


def _place(track: Track) -> str:
    slight = [
        *_word(track.mood.valence, "rather bright", "rather dark", SLIGHT),
        *_word(track.mood.arousal, "rather lively", "rather calm", SLIGHT),
    ]
    return " and ".join(slight) or "in the middle between bright and dark, lively and calm"


def _word(value: float, high: str, low: str, threshold: float) -> list[str]:
    if value >= threshold:
        return [high]
    return [low] if value <= -threshold else []


def _recency(age_seconds: float | None) -> str:
    if age_seconds is None:
        return "not played before"
    if age_seconds >= LATELY_SECONDS:
        return f"last played {_long(age_seconds)} ago"
    minutes = int(age_seconds // _MINUTE)
    return (
        f"played {minutes} min ago, but nothing fits better"
        if minutes
        else "it has just played, but nothing fits better"
    )


def _long(seconds: float) -> str:
    """A time as people say it: 45 min, 5 h, 3 days."""
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h" if seconds < 2 * _DAY else f"{seconds // _DAY:.0f} days"


def _liking(track: Track, inputs: ReasonInputs) -> str:
    if inputs.verdict is FeedbackKind.DISLIKE:
        return "you dislike it, but there is nothing else left"
    if inputs.usual_now and inputs.part is not None:
        return f"you usually keep it {inputs.part}"
    if inputs.verdict is FeedbackKind.LIKE:
        return "you like it"
    if track.rating is not None and track.rating >= 4:
        return f"you gave it {track.rating} stars"
    if inputs.usual is None:
        return ""
    return "you usually keep it" if inputs.usual else "you often skip it, but it fits well"


def _effect(effect: Effect | None) -> str:
    if effect is None or effect.count < LEAST_TIMES:
        return ""
    moved = [
        *_word(effect.valence, "brighten", "darken", NOTABLE_EFFECT),
        *_word(effect.arousal, "stir", "calm", NOTABLE_EFFECT),
    ]
    return f"it tends to {' and '.join(moved)} you" if moved else ""
