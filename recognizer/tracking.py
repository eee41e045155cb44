"""Face tracking by box positions: a stable id for each face, by pure functions.

Faces are matched greedily, nearest pair first. The distance between two boxes is that of their centres measured in
face sizes, plus the difference in size, so that it means the same for near and for far faces.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from recognizer.affect import FaceBox

MAX_DISTANCE = 0.9
"""Distance in face sizes beyond which two boxes belong to different people."""

MEMORY_SECONDS = 1.0
"""Time for which a hidden face keeps its id."""


@dataclass(frozen=True, slots=True)
class Track:
    """Last box and time of a face with an id."""

    face_id: int
    box: FaceBox
    seen_seconds: float


@dataclass(frozen=True, slots=True)
class Tracks:
    """All tracks in memory, and the next free id."""

    remembered: tuple[Track, ...] = ()
    next_id: int = 0


def assign(tracks: Tracks, boxes: Sequence[FaceBox], now_seconds: float) -> tuple[Tracks, tuple[int, ...]]:
    """Number the faces of one frame: (what to remember, one id per box in the order of `boxes`).

    A face near a remembered one gets its number; any other gets the next free one. Numbers are never used again.
    """
    alive = [track for track in tracks.remembered if now_seconds - track.seen_seconds <= MEMORY_SECONDS]
    ids = _matched(alive, boxes)
    next_id = tracks.next_id
    for index in range(len(boxes)):
        if index not in ids:
            ids[index] = next_id
            next_id += 1
    seen = [Track(ids[index], box, now_seconds) for index, box in enumerate(boxes)]
    hidden = [track for track in alive if track.face_id not in ids.values()]
    return Tracks((*seen, *hidden), next_id), tuple(ids[index] for index in range(len(boxes)))


def distance(first: FaceBox, second: FaceBox) -> float:
    """How far apart two faces are, in face sizes; 0 for equal boxes, and the same in both directions."""
    sizes = [max(1.0, math.sqrt(max(0.0, box.area_px))) for box in (first, second)]
    apart = math.dist(first.centre_px, second.centre_px) / math.sqrt(sizes[0] * sizes[1])
    return apart + abs(math.log(sizes[0] / sizes[1]))


def _matched(alive: Sequence[Track], boxes: Sequence[FaceBox]) -> dict[int, int]:
    """The face id of each box (by its index) that continues a track."""
    pairs = sorted(
        (distance(track.box, box), track.face_id, index) for track in alive for index, box in enumerate(boxes)
    )
    ids: dict[int, int] = {}
    for apart, face_id, index in pairs:
        if apart <= MAX_DISTANCE and index not in ids and face_id not in ids.values():
            ids[index] = face_id
    return ids
