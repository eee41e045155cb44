"""The music at hand: the library's tracks, what this listener did with them, and choices from both."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from player.clock import SYSTEM, Clock
from player.errors import LibraryError
from player.music.library import Library
from player.music.playlist import Choice, upcoming
from player.music.taste import Feedback, FeedbackKind, Played, tastes
from player.music.track import Track
from recognizer.affect import Affect

_REMEMBERED_SECONDS = 3600.0
"""How far back plays matter for a choice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the next track should feel like, and how the sentence that explains it begins."""

    aim: Affect
    lead: str = ""


class Repertoire:
    """Keeps the tracks and the feedback in memory, and writes every new feedback to the library at once."""

    def __init__(self, library: Library, say: Callable[[str], None], clock: Clock = SYSTEM) -> None:
        self._library, self._say, self._clock = library, say, clock
        self._tracks: dict[int, Track] = {}
        self._of_path: dict[Path, Track] = {}
        self._unplayable: set[int] = set()
        self._feedback = list(library.feedback())
        self._history = list(library.history(self._clock.wall() - _REMEMBERED_SECONDS))
        self._fault_said = False

    def __len__(self) -> int:
        """How many tracks can be played."""
        return len(self._tracks)

    def reload(self) -> None:
        """Read the tracks anew, for instance because their moods were analysed."""
        playable = [track for track in self._library.tracks() if track.id not in self._unplayable]
        self._tracks = {track.id: track for track in playable}
        self._of_path = {track.path: track for track in playable}

    def track(self, track_id: int) -> Track | None:
        """A track by its id."""
        return self._tracks.get(track_id)

    def of_path(self, path: Path) -> Track | None:
        """A track by its file."""
        return self._of_path.get(path)

    def leave_out(self, track: Track) -> None:
        """Do not play this track again in this session: it turned out to be broken."""
        self._unplayable.add(track.id)
        self._tracks.pop(track.id, None)

    def likes(self, track_id: int) -> bool:
        """Whether the listener's last verdict on the track was a like."""
        taste = tastes((act for act in self._feedback if act.track_id == track_id), self._clock.wall())
        return track_id in taste and taste[track_id].verdict is FeedbackKind.LIKE

    def record(self, track: Track, kind: FeedbackKind, affect: Affect | None) -> None:
        """Remember what the listener did. A library that cannot be written is said once; this session remembers."""
        now = self._clock.wall()
        act = Feedback(track.id, kind, now, affect)
        self._feedback.append(act)
        if kind is FeedbackKind.PLAY:
            self._history.append(Played(track.id, now))
        try:
            self._library.record(act)
        except LibraryError as error:
            if not self._fault_said:
                self._say(f"{error}; likes and skips are remembered for this session only")
            self._fault_said = True

    def best(self, wish: Wish, but_not: Collection[int] = ()) -> Choice | None:
        """The track that answers a wish best; None where there is none beside those with the ids in `but_not`."""
        found = self.queue(wish, len(but_not) + 1)
        return next((choice for choice in found if choice.track.id not in but_not), None)

    def queue(self, wish: Wish, count: int) -> tuple[Choice, ...]:
        """The tracks that would come next, best first."""
        tracks = tuple(self._tracks.values())
        return upcoming(
            tracks, wish.aim, self._history, self._feedback, self._clock.wall(), count=count, lead=wish.lead
        )

    def standing(self, track: Track, wish: Wish) -> Choice:
        """How well a track answers a wish, however lately it played; comparable with `best` by its cost."""
        track = self._tracks.get(track.id, track)
        return upcoming((track,), wish.aim, (), self._feedback, self._clock.wall(), count=1, lead=wish.lead)[
            0
        ]
