"""Why a track was chosen, in words that a listener understands."""

from __future__ import annotations

from player.music.taste import FeedbackKind, Taste
from player.music.track import Track

STRONG, SLIGHT = 0.5, 0.15
"""From which rank within the library a track counts as among the brightest, or as rather bright."""
LONG_AGO_SECONDS = 20 * 60.0
_TELLING_TASTE = 0.1


def reasons(track: Track, age_seconds: float | None, taste: Taste) -> tuple[str, ...]:
    """Short phrases: how the track feels, when it last played, and what the listener thinks of it.

    `age_seconds` is the time since it last began to play, None if never.
    """
    return tuple(phrase for phrase in (_feeling(track), _recency(age_seconds), _liking(taste)) if phrase)


def sentence(lead: str, phrases: tuple[str, ...]) -> str:
    """One sentence for the window: `You look happy; this is among the brightest tracks in your library; ...`."""
    text = "; ".join((lead, *phrases) if lead else phrases)
    return f"{text[:1].upper()}{text[1:]}."


def _feeling(track: Track) -> str:
    if not track.mood_known:
        return "how this track feels is not known yet"
    valence, arousal = track.mood.valence, track.mood.arousal
    extremes = [
        *_word(valence, "brightest", "darkest", STRONG),
        *_word(arousal, "most lively", "calmest", STRONG),
    ]
    if extremes:
        return f"this is among the {', '.join(extremes)} tracks in your library"
    slight = [
        *_word(valence, "rather bright", "rather dark", SLIGHT),
        *_word(arousal, "rather lively", "rather calm", SLIGHT),
    ]
    return (
        f"this is {' and '.join(slight)}"
        if slight
        else "this is in the middle between bright and dark, lively and calm"
    )


def _word(value: float, high: str, low: str, threshold: float) -> list[str]:
    if value >= threshold:
        return [high]
    return [low] if value <= -threshold else []


def _recency(age_seconds: float | None) -> str:
    if age_seconds is None:
        return "not played before"
    if age_seconds >= LONG_AGO_SECONDS:
        return f"not played in the last {LONG_AGO_SECONDS / 60:.0f} minutes"
    minutes = int(age_seconds // 60)
    return (
        f"played {minutes} min ago, but nothing fits better"
        if minutes
        else "it has just played, but nothing fits better"
    )


def _liking(taste: Taste) -> str:
    if taste.verdict is FeedbackKind.LIKE:
        return "you like it"
    if taste.verdict is FeedbackKind.DISLIKE:
        return "you dislike it, but there is nothing else left"
    if taste.score >= _TELLING_TASTE:
        return "you often hear it to the end"
    return "you sometimes skip it, but it fits well" if taste.score <= -_TELLING_TASTE else ""
