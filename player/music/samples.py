"""The music that comes with the program, for listeners who name no folder of their own."""

from __future__ import annotations

from pathlib import Path

from immich_memories_music import tracks_dir


def default_music() -> Path:
    """The folder of 28 Opus tracks (MIT licence) in five moods, one subfolder each."""
    return tracks_dir()
