"""Tracks at each read of the library, written as changes since the read before.

A track's place on the plane is its rank, so with every track that is analysed all of them move a little. A mood is
left out, therefore, where it follows from the raw estimates of the tracks that are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from player.music.track import Track, ranked_moods
from player.replay.values import adapter_of
from recognizer.affect import Affect

Fields = dict[str, Any]
_MOOD = "mood"


class TrackWriter:
    """Remembers what was written, so that only changes are written again."""

    def __init__(self) -> None:
        self._written: dict[int, Fields] = {}
        self._order: list[int] = []

    def changes(self, tracks: Sequence[Track]) -> Fields:
        """What TrackReader.read needs to know the tracks: `changed`, and the ids in `order` where that is another."""
        fields = {each["id"]: each for each in map(_fields, tracks, _ranks(tracks))}
        changed = [each for track_id, each in fields.items() if self._written.get(track_id) != each]
        order = list(fields)
        news: Fields = {"changed": changed}
        if order != self._order:
            news["order"] = order
        self._written, self._order = fields, order
        return news


class TrackReader:
    """Knows the tracks from what TrackWriter wrote."""

    def __init__(self) -> None:
        self._fields: dict[int, Fields] = {}
        self._order: list[int] = []

    def read(self, news: Fields) -> tuple[Track, ...]:
        """The tracks after these changes. Raises ValueError or KeyError where they do not fit what was read before."""
        self._fields |= {each["id"]: each for each in news["changed"]}
        self._order = news.get("order", self._order)
        fields = [self._fields[track_id] for track_id in self._order]
        ranks = ranked_moods([(each["valence"], each["arousal"]) for each in fields])
        return tuple(_track(each, rank) for each, rank in zip(fields, ranks, strict=True))


def _ranks(tracks: Sequence[Track]) -> list[Affect]:
    return ranked_moods([(track.valence, track.arousal) for track in tracks])


def _fields(track: Track, rank: Affect) -> Fields:
    fields: Fields = adapter_of(Track).dump_python(track, mode="json")
    if track.mood == rank:
        del fields[_MOOD]
    return fields


def _track(fields: Fields, rank: Affect) -> Track:
    own = fields.get(_MOOD)
    mood = rank if own is None else Affect(**own)
    written = {**fields, _MOOD: {"valence": mood.valence, "arousal": mood.arousal}}
    track: Track = adapter_of(Track).validate_python(written)
    return track
