"""Track selectors for replay: one that writes every read of the library to the trace, and one that reads them back."""

from __future__ import annotations

from collections.abc import Callable

from player.clock import Clock
from player.config import MusicSettings
from player.music.analysis.mood_curve import MoodCurve
from player.music.library.library import Library
from player.music.track import Track
from player.playback.track_selector import TrackSelector
from player.replay.tracks import Fields, TrackReader, TrackWriter
from player.replay.values import adapter_of

TraceWriter = Callable[..., None]
"""Writes an event: its name, and its fields."""
_CURVE = MoodCurve | None


class TracedTrackSelector(TrackSelector):
    """Tells of every reading of the library, of curves where they are not as before, and of what is forgotten."""

    def __init__(
        self,
        library: Library,
        say: Callable[[str], None],
        clock: Clock,
        music: MusicSettings,
        seed: int,
        write: TraceWriter,
    ) -> None:
        super().__init__(library, say, clock, music, seed)
        self._decided, self._write_trace = TrackWriter(), write
        self._told_curves: dict[int, MoodCurve | None] = {}

    def reload(self) -> None:
        super().reload()
        self._write_trace("music", **self._decided.changes(tuple(self._tracks.values())))

    def curve(self, track_id: int) -> MoodCurve | None:
        curve = super().curve(track_id)
        if track_id not in self._told_curves or self._told_curves[track_id] != curve:
            self._told_curves[track_id] = curve
            written = adapter_of(_CURVE).dump_python(curve, mode="json")
            self._write_trace("curve", track_id=track_id, curve=written)
        return curve

    def forget_listener(self) -> None:
        self._write_trace("forgotten")
        super().forget_listener()


class ReplayedTrackSelector(TrackSelector):
    """Knows the curves that `supply_curve` brought, and no others."""

    def __init__(self, library: Library, clock: Clock, music: MusicSettings, seed: int) -> None:
        super().__init__(library, discard, clock, music, seed)
        self._supplied: dict[int, MoodCurve | None] = {}

    def supply_curve(self, track_id: int, written: Fields | None) -> None:
        """A track's curve from now on, as it was written. Raises ValueError where it is none."""
        self._supplied[track_id] = adapter_of(_CURVE).validate_python(written)

    def curve(self, track_id: int) -> MoodCurve | None:
        return self._supplied.get(track_id)


def discard(_line: str) -> None:
    """What was said to the listener then is not said again."""


class ReplayedLibrary(Library):
    """An empty library whose tracks are those that `supply` brought last."""

    _supplied: tuple[Track, ...] = ()
    _reader: TrackReader | None = None

    def supply(self, news: Fields) -> None:
        """The next reading, as TrackWriter wrote it. Raises ValueError or KeyError where it does not fit the last."""
        self._reader = self._reader or TrackReader()
        self._supplied = self._reader.read(news)

    def tracks(self) -> tuple[Track, ...]:
        return self._supplied
