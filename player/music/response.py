"""What each track does to this listener: how valence and arousal move while it plays."""

from __future__ import annotations

from dataclasses import dataclass

from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class Response:
    """How a listener looked before a track began and at the end of what they heard of it; `at_seconds` is Unix time."""

    track_id: int
    at_seconds: float
    heard_seconds: float
    before: Affect
    after: Affect
