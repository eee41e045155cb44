"""The music at hand: the library's tracks, what this listener did with them, and choices from both."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from time import localtime

from player.clock import SYSTEM, Clock
from player.course import Wish
from player.errors import LibraryError
from player.music.history import HistoryStore
from player.music.library import Library
from player.music.playlist import Choice, upcoming
from player.music.response import Response
from player.music.taste import Feedback, FeedbackKind, Played, tastes
from player.music.track import Track
from recognizer.affect import Affect

_REMEMBERED_SECONDS = 3600.0
"""How far back plays matter for a choice."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so when the listener did something; the fields are those of `player.music.taste.Feedback`."""

    affect: Affect | None = None
    wanted: Affect | None = None
    volume: float | None = None
    heard_share: float | None = None


class Repertoire:
    """Keeps the tracks and the feedback in memory, and writes every new feedback to the library at once."""

    def __init__(self, library: Library, say: Callable[[str], None], clock: Clock = SYSTEM) -> None:
        self._library, self._say, self._clock = library, say, clock
        self._store = HistoryStore(library.database)
        self._tracks: dict[int, Track] = {}
        self._of_path: dict[Path, Track] = {}
        self._unplayable: set[int] = set()
        self._feedback = list(self._store.feedback())
        self._history = list(self._store.played(clock.wall() - _REMEMBERED_SECONDS))
        self._session = f"{clock.wall():.0f}"
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

    def record(self, track: Track, kind: FeedbackKind, moment: Moment) -> None:
        """Remember what the listener did. A library that cannot be written is said once; this session remembers."""
        now = self._clock.wall()
        act = Feedback(
            track_id=track.id,
            kind=kind,
            at_seconds=now,
            affect=moment.affect,
            wanted=moment.wanted,
            hour=localtime(now).tm_hour,
            volume=moment.volume,
            heard_share=moment.heard_share,
            session=self._session,
        )
        self._feedback.append(act)
        if kind is FeedbackKind.PLAY:
            self._history.append(Played(track.id, now))
        self._keep(lambda: self._store.record(act))

    def respond(self, track: Track, heard_seconds: float, before: Affect, after: Affect) -> None:
        """Remember how the listener's mood moved while a track played."""
        response = Response(track.id, self._clock.wall(), heard_seconds, before, after)
        self._keep(lambda: self._store.respond(response))

    def rate(self, track_id: int, stars: int) -> None:
        """Give a track 1 to 5 stars, or none with 0."""
        self._replace(track_id, rating=stars or None)

    def correct_mood(self, track_id: int, affect: Affect | None) -> None:
        """The listener says how a track feels, which counts from now on; None takes that back."""
        if affect is None:
            self.reload()
        else:
            self._replace(track_id, mood=affect, corrected=True)

    def best(self, wish: Wish, but_not: Collection[int] = ()) -> Choice | None:
        """The track that answers a wish best; None where there is none beside those with the ids in `but_not`."""
        found = self.queue(wish, len(but_not) + 1)
        return next((choice for choice in found if choice.track.id not in but_not), None)

    def queue(self, wish: Wish, count: int) -> tuple[Choice, ...]:
        """The tracks that would come next, best first; each begins at its beginning."""
        tracks, now = tuple(self._tracks.values()), self._clock.wall()
        return upcoming(tracks, wish.aim, self._history, self._feedback, now, count=count, lead=wish.lead)

    def picked(self, track: Track, wish: Wish) -> Choice:
        """A track that the listener asked for by name; its cost says how well it answers the wish."""
        why = "You picked it."
        return Choice(track, ("you picked it",), why, self.standing(track, wish), track.sound_start_seconds)

    def entered(self, choice: Choice, wish: Wish) -> Choice:
        """The same choice, begun where the track's own mood fits the wish best."""
        return choice

    def standing(self, track: Track, wish: Wish) -> float:
        """How badly a track answers a wish, however lately it played; comparable with that of another track."""
        track = self._tracks.get(track.id, track)
        now = self._clock.wall()
        return upcoming((track,), wish.aim, (), self._feedback, now, count=1, lead=wish.lead)[0].cost

    def _replace(self, track_id: int, **changes: object) -> None:
        track = self._tracks.get(track_id)
        if track is not None:
            changed = replace(track, **changes)  # type: ignore[arg-type]
            self._tracks[track_id] = self._of_path[track.path] = changed

    def _keep(self, write: Callable[[], None]) -> None:
        """Write to the library; where that fails it is said once, and this session remembers."""
        try:
            write()
        except LibraryError as error:
            if not self._fault_said:
                self._say(f"{error}; likes and skips are remembered for this session only")
            self._fault_said = True
