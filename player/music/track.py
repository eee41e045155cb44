"""One piece of music, and its place among the others of the same library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class Measured:
    """What a track's sound tells; `valence` and `arousal` on DEAM's scale of 1 to 9."""

    duration_seconds: float
    valence: float
    arousal: float
    sound_start_seconds: float
    gain_db: float


UNKNOWN_MOOD = Affect(valence=0.0, arousal=0.0)
"""Where a track stands until its sound was analysed: the middle, equally far from every wish."""


@dataclass(frozen=True, slots=True)
class Track:
    """A playable track.

    `valence` and `arousal` are the model's raw estimates on DEAM's scale of 1 to 9, None until the sound was analysed.
    `mood` is their rank within the library, in [-1, 1]; the middle while unknown.
    `sound_start_seconds` is the first audible moment; `gain_db` brings the track to the common loudness.
    `rating` is the listener's 1 to 5 stars, None without any; `corrected` says that `mood` is the listener's own word.
    """

    id: int
    path: Path
    title: str
    artist: str
    album: str
    duration_seconds: float | None
    valence: float | None
    arousal: float | None
    mood: Affect
    sound_start_seconds: float
    gain_db: float
    rating: int | None = None
    album_artist: str = ""
    track_number: int | None = None
    disc_number: int | None = None
    corrected: bool = False

    @property
    def mood_known(self) -> bool:
        """Whether the sound was analysed, or the listener said how it feels."""
        return self.corrected or (self.valence is not None and self.arousal is not None)

    @property
    def label(self) -> str:
        """How a listener would name it."""
        return f"{self.title}, {self.artist}" if self.artist else self.title


def ranked_moods(raw: Sequence[tuple[float | None, float | None]]) -> list[Affect]:
    """The moods in [-1, 1] of tracks with these raw (valence, arousal), ranked among each other.

    The regressor's estimates crowd around the middle of their scale; the ranks spread evenly over the plane, so that
    every listener's library has a brightest and a calmest track. Unknown ones stand in the middle.
    """
    known = [
        index for index, (valence, arousal) in enumerate(raw) if valence is not None and arousal is not None
    ]
    values = np.array([raw[index] for index in known], dtype=np.float64).reshape(-1, 2)
    moods = [UNKNOWN_MOOD] * len(raw)
    ranks = zip(known, _percentiles(values[:, 0]), _percentiles(values[:, 1]), strict=True)
    for index, valence, arousal in ranks:
        moods[index] = Affect(valence=float(valence), arousal=float(arousal))
    return moods


def _percentiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mid-ranks of the values, spread evenly within (-1, 1); equal values share their mean rank."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to) / max(len(values), 1) - 1
