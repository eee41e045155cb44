"""One piece of music, and its place among the others of the same library and of its album."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.music.analysis.mood_curve import RawCurve
from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class Measured:
    """What a track's sound tells; `valence` and `arousal` on DEAM's scale of 1 to 9, `curve` along the track."""

    duration_seconds: float
    valence: float
    arousal: float
    sound_start_seconds: float
    gain_db: float
    curve: RawCurve | None = None


def measured_from(answer: Mapping[str, Any]) -> Measured:
    """A measurement as it came through JSON; raises KeyError, TypeError or ValueError where it is none."""
    curve = answer.get("curve")
    return Measured(
        **{name: float(answer[name]) for name in Measured.__slots__ if name != "curve"},
        curve=None
        if curve is None
        else RawCurve(float(curve["step_seconds"]), tuple(curve["valence"]), tuple(curve["arousal"])),
    )


UNKNOWN_MOOD = Affect(valence=0.0, arousal=0.0)
"""Mood of a track until its sound was analysed: the middle of the plane, equally far from every target."""


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


RawMood = tuple[float | None, float | None]
"""The model's (valence, arousal) on DEAM's scale, None where the sound was not analysed."""


class MoodScale:
    """Where raw estimates stand within one library: their ranks in [-1, 1].

    The regressor's estimates crowd around the middle of their scale; the ranks spread evenly over the plane, so that
    every listener's library has a brightest and a calmest track.
    """

    def __init__(self, raw: Sequence[RawMood]) -> None:
        known = _known(raw)
        self._valences, self._arousals = np.sort(known[:, 0]), np.sort(known[:, 1])

    def __len__(self) -> int:
        """How many tracks have a place on it."""
        return len(self._valences)

    def moods(self, raw: Sequence[RawMood]) -> list[Affect]:
        """The place of each, whether or not it is one of those that made the scale; unknown ones in the middle."""
        known = _known(raw)
        ranks = zip(_ranks(known[:, 0], self._valences), _ranks(known[:, 1], self._arousals), strict=True)
        return [
            UNKNOWN_MOOD if valence is None or arousal is None else Affect(*map(float, next(ranks)))
            for valence, arousal in raw
        ]


def ranked_moods(raw: Sequence[RawMood]) -> list[Affect]:
    """The moods in [-1, 1] of tracks with these raw (valence, arousal), ranked among each other."""
    return MoodScale(raw).moods(raw)


def _known(raw: Sequence[RawMood]) -> NDArray[np.float64]:
    """The pairs that are there, [pairs, 2]."""
    pairs = [pair for pair in raw if pair[0] is not None and pair[1] is not None]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _ranks(values: NDArray[np.float64], ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mid-ranks of the values, spread evenly within (-1, 1); equal values share their mean rank."""
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return np.asarray((below + up_to) / max(len(ordered), 1) - 1)


def next_on_album(before: Track, after: Track) -> bool:
    """Whether `after` is the track that comes after `before` on one album; False where the tags do not tell.

    On the next disc the first track follows the last one heard, since nobody knows how many a disc holds.
    """
    if before.track_number is None or after.track_number is None or not before.album:
        return False
    if (before.album, _maker(before)) != (after.album, _maker(after)):
        return False
    discs = (before.disc_number or 1, after.disc_number or 1)
    if discs[0] == discs[1]:
        return after.track_number == before.track_number + 1
    return discs[1] == discs[0] + 1 and after.track_number == 1


def _maker(track: Track) -> str:
    return track.album_artist or track.artist
