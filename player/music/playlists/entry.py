"""One line of a playlist: where a piece of music is said to be, and what it is said to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """`location` is what the file says: a path or a URI. The rest is for people, empty or None where it is not said."""

    location: str
    title: str = ""
    artist: str = ""
    album: str = ""
    duration_seconds: float | None = None
