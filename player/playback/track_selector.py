"""The music at hand: the library's tracks, what this listener did with them, and choices from both."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import localtime

from player.clock import SYSTEM, Clock
from player.config import MusicSettings
from player.errors import LibraryError
from player.music.analysis.mood_curve import MoodCurve, entry_seconds
from player.music.choice.features import Context
from player.music.choice.feedback import VERDICTS, Feedback, FeedbackKind, verdicts
from player.music.choice.history import HistoryStore
from player.music.choice.listener_model import Memory, upcoming
from player.music.choice.preference import Taste
from player.music.choice.ranking import Choice
from player.music.choice.reasons import sentence
from player.music.choice.response import Response
from player.music.choice.track_matrix import Shelf
from player.music.library.library import Library
from player.music.track import Track
from player.playback.policy_state import Wish
from recognizer.affect import Affect

_MOST_ACTS = 10_000
"""Taste is learned from this many of the latest acts, and from all verdicts, however old."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so when the listener did something; the fields are those of `player.music.choice.feedback.Feedback`."""

    affect: Affect | None = None
    wanted: Affect | None = None
    volume: float | None = None
    heard_share: float | None = None


class Repertoire:
    """Keeps the tracks and the history in memory, and writes all that is new to the library at once.

    `seed` and the number of tracks that ever played tell which taste a choice is drawn by, so that a session can be
    run again.
    """

    def __init__(
        self,
        library: Library,
        say: Callable[[str], None],
        clock: Clock = SYSTEM,
        music: MusicSettings = MusicSettings(),  # noqa: B008 - frozen
        seed: int = 0,
    ) -> None:
        self._library, self._say, self._clock, self._seed = library, say, clock, seed
        self._learn, self._daring = music.learn_taste, music.daring if music.learn_taste else 0.0
        self._store = HistoryStore(library.database)
        self._tracks: dict[int, Track] = {}
        self._of_path: dict[Path, Track] = {}
        self._unplayable: set[int] = set()
        acts = self._store.feedback()
        self._feedback = [*filter(_is_verdict, acts[:-_MOST_ACTS]), *acts[-_MOST_ACTS:]]
        self._responses = list(self._store.responses())
        self._verdicts = verdicts(self._feedback)
        self._began = {act.track_id: act.at_seconds for act in acts if act.kind is FeedbackKind.PLAY}
        self._plays = sum(act.kind is FeedbackKind.PLAY for act in acts)
        self._shelf: Shelf | None = None
        self._memory: Memory | None = None
        self._taste: Taste | None = None
        self._session = f"{clock.wall():.0f}"
        self._fault_said = False

    def __len__(self) -> int:
        """How many tracks can be played."""
        return len(self._tracks)

    def reload(self) -> None:
        """Read the tracks anew, for instance because their moods were analysed.

        A track that could not be played, was gone and is back (a network folder, a disk) is played again.
        """
        found = self._library.tracks()
        self._unplayable &= {track.id for track in found}
        playable = [track for track in found if track.id not in self._unplayable]
        self._tracks = {track.id: track for track in playable}
        self._of_path = {track.path: track for track in playable}
        self._forget(tracks_too=True)

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
        self._forget(tracks_too=True)

    def likes(self, track_id: int) -> bool:
        """Whether the listener's last verdict on the track was a like."""
        verdict = self._verdicts.get(track_id)
        return verdict is not None and verdict.kind is FeedbackKind.LIKE

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
            self._began[track.id] = now
            self._plays += 1
            self._taste = None
        else:
            self._verdicts = verdicts(self._feedback)
            self._forget()
        self._keep(lambda: self._store.record(act))

    def respond(self, track: Track, heard_seconds: float, before: Affect, after: Affect) -> None:
        """Remember how the listener's mood moved while a track played."""
        response = Response(track.id, self._clock.wall(), heard_seconds, before, after)
        self._responses.append(response)
        self._forget()
        self._keep(lambda: self._store.respond(response))

    def rate(self, track_id: int, stars: int) -> None:
        """Give a track 1 to 5 stars, or none with 0."""
        self._keep(lambda: self._library.rate(track_id, stars))
        self._replace(track_id, rating=stars or None)

    def correct_mood(self, track_id: int, affect: Affect | None) -> None:
        """The listener says how a track feels, which counts from now on; None takes that back."""
        self._keep(lambda: self._library.correct_mood(track_id, affect, self._clock.wall()))
        if affect is None:
            self.reload()
        else:
            self._replace(track_id, mood=affect, corrected=True)

    def forget_listener(self) -> None:
        """Nothing is known of the listener any more; what is forgotten in the library is not this object's."""
        self._feedback.clear()
        self._responses.clear()
        self._began.clear()
        self._verdicts = verdicts(self._feedback)
        self._forget()

    def best(self, wish: Wish, but_not: Collection[int] = (), sure: bool = False) -> Choice | None:
        """The track that answers a wish best; None where there is none beside those with the ids in `but_not`."""
        found = self.queue(wish, len(but_not) + 1, sure)
        return next((choice for choice in found if choice.track.id not in but_not), None)

    def queue(self, wish: Wish, count: int, sure: bool = False) -> tuple[Choice, ...]:
        """The tracks that would come next, best first; each begins at its beginning. `sure` ones are no tries."""
        memory, taste = self._known()
        context, since = self._context(wish), self._since_seconds()
        taste = memory.expected if sure else taste
        return upcoming(memory, taste, context, since, count=count, lead=wish.lead)

    def asked_for(self, track: Track, wish: Wish, why: str) -> Choice:
        """A track that the listener asked for, and in a phrase how; its cost says how well it answers the wish."""
        (cost,) = self.standings((track,), wish)
        return Choice(track, (why,), sentence("", (why,)), cost, track.sound_start_seconds)

    def entered(self, choice: Choice, wish: Wish) -> Choice:
        """The same choice, begun where the track's own mood fits the wish best."""
        track = choice.track
        curve = self.curve(track.id)
        if curve is None:
            return choice
        place = entry_seconds(curve, wish.aim, track.sound_start_seconds, track.duration_seconds)
        return replace(choice, start_seconds=place)

    def curve(self, track_id: int) -> MoodCurve | None:
        """How a track's mood moves along it; None where that is not known."""
        try:
            return self._library.moods.curve(track_id)
        except LibraryError:
            return None

    def standings(self, tracks: Sequence[Track], wish: Wish) -> tuple[float, ...]:
        """How badly each of these tracks answers a wish, however lately it played; infinite where it is left out."""
        memory, _ = self._known()
        (found,) = memory.costs(self._context(wish), self._since_seconds(), memory.expected, weary=False)
        rows = (memory.shelf.rows.get(track.id) for track in tracks)
        return tuple(float(found[row]) if row is not None else math.inf for row in rows)

    def _known(self) -> tuple[Memory, Taste]:
        """What is known of the listener, and the taste that the next choice is drawn by."""
        if self._memory is None:
            if self._shelf is None:
                self._shelf = Shelf.of(tuple(self._tracks.values()))
            now = self._clock.wall()
            self._memory = Memory.of(self._shelf, self._feedback, self._responses, now, learn=self._learn)
        if self._taste is None:
            self._taste = self._memory.preference.drawn((self._seed, self._plays), self._daring)
        return self._memory, self._taste

    def _since_seconds(self) -> dict[int, float]:
        """How long ago each track that ever played last began, by its id."""
        now = self._clock.wall()
        return {track_id: max(now - began, 0.0) for track_id, began in self._began.items()}

    def _forget(self, tracks_too: bool = False) -> None:
        """What is known is made anew when it is needed."""
        self._memory = self._taste = None
        if tracks_too:
            self._shelf = None

    def _context(self, wish: Wish) -> Context:
        return Context(wish.aim, wish.listener, localtime(self._clock.wall()).tm_hour)

    def _replace(self, track_id: int, **changes: object) -> None:
        track = self._tracks.get(track_id)
        if track is not None:
            changed = replace(track, **changes)  # type: ignore[arg-type]
            self._tracks[track_id] = self._of_path[track.path] = changed
            self._forget(tracks_too=True)

    def _keep(self, write: Callable[[], None]) -> None:
        """Write to the library; where that fails it is said once, and this session remembers."""
        try:
            write()
        except LibraryError as error:
            if not self._fault_said:
                self._say(f"{error}; likes and skips are remembered for this session only")
            self._fault_said = True


def _is_verdict(act: Feedback) -> bool:
    return act.kind in VERDICTS
