"""Commands to the crossfader: frozen values, so that they can wait for its thread and stand in a trace.

`Pause`, `Resume` and `SetVolume` are the listener's own intents, which pass through the player unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from player.messages.intents import Pause, Resume, SetVolume


@dataclass(frozen=True, slots=True)
class Prepare:
    """Open a likely next track, so that Play with the same start begins at once. The last three stay open."""

    path: Path
    start_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Play:
    """Crossfade to a track once its first sound comes out; until then, or if it fails, the playing one goes on.

    Where nothing plays, or the music is paused, it starts at once. `gain_db` evens out loudness; amplitudes are
    limited to 1, so a positive gain works only below full volume.
    """

    path: Path
    start_seconds: float = 0.0
    fade_seconds: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Follow:
    """Start a track as the playing one ends, without a gap, as between tracks of one album.

    `Audible` reports the start; no `Ended` is posted for the playing one. Any Play cancels this.
    """

    path: Path
    start_seconds: float = 0.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Stop:
    """Fade out and drop the track; no `Ended` is posted."""

    fade_seconds: float = 0.0


SoundCommand = Prepare | Play | Follow | Stop | Pause | Resume | SetVolume
