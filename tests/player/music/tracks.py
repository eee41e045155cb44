"""Tracks out of thin air, for decisions that need no sound."""

from __future__ import annotations

from pathlib import Path

from player.music.track import Track
from recognizer.affect import Affect


def track(
    track_id: int,
    valence: float = 0.0,
    arousal: float = 0.0,
    *,
    known: bool = True,
    rating: int | None = None,
    corrected: bool = False,
) -> Track:
    """A track whose place in the library is the given mood."""
    return Track(
        id=track_id,
        path=Path(f"/music/{track_id}.mp3"),
        title=f"Song {track_id}",
        artist="",
        album="",
        duration_seconds=180.0,
        valence=5.0 + valence if known else None,
        arousal=5.0 + arousal if known else None,
        mood=Affect(valence, arousal) if known else Affect(0.0, 0.0),
        sound_start_seconds=0.0,
        gain_db=0.0,
        rating=rating,
        corrected=corrected,
    )
