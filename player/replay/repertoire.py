"""The repertoire whose readings are written down while a trace is made, and given back when it is run again."""

from __future__ import annotations

from collections.abc import Callable

from player.clock import Clock
from player.config import MusicSettings
from player.music.library import Library
from player.music.track import Track
from player.repertoire import Repertoire
from player.replay.tracks import Fields, TrackReader, TrackWriter

Tell = Callable[..., None]
"""Writes an event: its name, and its fields."""


class TracedRepertoire(Repertoire):
    """Tells of every reading of the library."""

    def __init__(
        self,
        library: Library,
        say: Callable[[str], None],
        clock: Clock,
        music: MusicSettings,
        seed: int,
        tell: Tell,
    ) -> None:
        super().__init__(library, say, clock, music, seed)
        self._told, self._tell = TrackWriter(), tell

    def reload(self) -> None:
        super().reload()
        self._tell("music", **self._told.changes(tuple(self._tracks.values())))


class GivenLibrary(Library):
    """An empty library whose tracks are those that `give` brought last."""

    _given: tuple[Track, ...] = ()
    _reader: TrackReader | None = None

    def give(self, news: Fields) -> None:
        """The next reading, as TrackWriter wrote it. Raises ValueError or KeyError where it does not fit the last."""
        self._reader = self._reader or TrackReader()
        self._given = self._reader.read(news)

    def tracks(self) -> tuple[Track, ...]:
        return self._given
