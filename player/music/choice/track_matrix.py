"""The track matrix: playable tracks as arrays, so that a choice among tens of thousands is quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from player.music.choice.response import Effect
from player.music.track import Track

_MIDDLE_STARS, _STARS_SPAN = 3.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class TrackMatrix:
    """`tracks` by ascending id, and for each row the values that choices depend on.

    rows: the row of each track by its id. moods: [n, 2], valence and arousal in [-1, 1]. stars: [n], in [-1, 1] from
    one star to five, 0 without any. effects: [n, 2], the track's effect on this listener's mood (see
    `player.music.choice.response`).
    """

    tracks: tuple[Track, ...]
    rows: Mapping[int, int]
    moods: NDArray[np.float64]
    stars: NDArray[np.float64]
    effects: NDArray[np.float64]

    @classmethod
    def of(cls, tracks: Iterable[Track]) -> TrackMatrix:
        """The matrix of these tracks, given in any order, with no effects yet."""
        ordered = tuple(sorted(tracks, key=lambda track: track.id))
        return cls(
            tracks=ordered,
            rows={track.id: row for row, track in enumerate(ordered)},
            moods=np.array([(each.mood.valence, each.mood.arousal) for each in ordered]).reshape(-1, 2),
            stars=np.array([_stars(track.rating) for track in ordered]),
            effects=np.zeros((len(ordered), 2)),
        )

    def with_effects(self, known: Mapping[int, Effect]) -> TrackMatrix:
        """The matrix with these effects, given by track id."""
        moved = np.zeros_like(self.effects)
        for track_id, effect in known.items():
            if track_id in self.rows:
                moved[self.rows[track_id]] = effect.valence, effect.arousal
        return replace(self, effects=moved)

    def rows_of(self, track_ids: Iterable[int]) -> NDArray[np.int64]:
        """The rows of those of the tracks that are in the matrix."""
        rows = (self.rows.get(track_id) for track_id in track_ids)
        return np.array([row for row in rows if row is not None], np.int64)

    def __len__(self) -> int:
        return len(self.tracks)


def _stars(rating: int | None) -> float:
    return (rating - _MIDDLE_STARS) / _STARS_SPAN if rating else 0.0
