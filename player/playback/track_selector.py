"""The track selector: the library's tracks, the listener's history with them, and choices made from both."""

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
from player.music.choice.listener_model import ListenerModel, upcoming
from player.music.choice.preference import PreferenceSample
from player.music.choice.ranking import Choice
from player.music.choice.reasons import sentence
from player.music.choice.response import Response
from player.music.choice.track_matrix import TrackMatrix
from player.music.library.library import Library
from player.music.track import Track
from player.playback.policy_state import MoodTarget
from recognizer.affect import Affect

_MOST_ACTS = 10_000
"""Preferences are learned from this many of the latest acts, and from all likes and dislikes, however old."""


@dataclass(frozen=True, slots=True)
class FeedbackContext:
    """Context of an act of the listener; the fields are those of `player.music.choice.feedback.Feedback`."""

    affect: Affect | None = None
    wanted: Affect | None = None
    volume: float | None = None
    heard_share: float | None = None


class TrackSelector:
    """Keeps tracks and history in memory, and writes every change to the library at once.

    `seed` and the number of tracks that ever played determine the preferences drawn for a choice, so that a session can
    be replayed.
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
        self._learn, self._exploration = music.learn_taste, music.daring if music.learn_taste else 0.0
        self._store = HistoryStore(library.database)
        self._tracks: dict[int, Track] = {}
        self._unplayable: set[int] = set()
        acts = self._store.feedback()
        self._feedback = [*filter(_is_verdict, acts[:-_MOST_ACTS]), *acts[-_MOST_ACTS:]]
        self._responses = list(self._store.responses())
        self._verdicts = verdicts(self._feedback)
        self._began = {act.track_id: act.at_seconds for act in acts if act.kind is FeedbackKind.PLAY}
        self._plays = sum(act.kind is FeedbackKind.PLAY for act in acts)
        self._matrix: TrackMatrix | None = None
        self._model: ListenerModel | None = None
        self._sample: PreferenceSample | None = None
        self._session = f"{clock.wall():.0f}"
        self._fault_said = False

    def __len__(self) -> int:
        """Number of playable tracks."""
        return len(self._tracks)

    def forget_unplayable(self) -> None:
        """Give every track another chance: what could not be played was perhaps only away."""
        self._unplayable.clear()
        self.reload()

    def reload(self) -> None:
        """Read the tracks again, for instance after their moods were analysed.

        A track that could not be played, was gone and is back (a network folder, a disk) is played again.
        """
        found = self._library.tracks()
        self._unplayable &= {track.id for track in found}
        playable = [track for track in found if track.id not in self._unplayable]
        self._tracks = {track.id: track for track in playable}
        self._forget(tracks_too=True)

    def track(self, track_id: int) -> Track | None:
        """A track by its id."""
        return self._tracks.get(track_id)

    def of_path(self, path: Path) -> Track | None:
        """A track by its file."""
        return next((track for track in self._tracks.values() if track.path == path), None)

    def leave_out(self, track: Track) -> None:
        """Do not play this track again in this session: it cannot be played."""
        self._unplayable.add(track.id)
        self._tracks.pop(track.id, None)
        self._forget(tracks_too=True)

    def likes(self, track_id: int) -> bool:
        """Whether the listener's last verdict on the track was a like."""
        verdict = self._verdicts.get(track_id)
        return verdict is not None and verdict.kind is FeedbackKind.LIKE

    def record(self, track: Track, kind: FeedbackKind, context: FeedbackContext) -> None:
        """Record an act. A library that cannot be written is reported once; the session keeps the act in memory."""
        now = self._clock.wall()
        act = Feedback(
            track_id=track.id,
            kind=kind,
            at_seconds=now,
            affect=context.affect,
            wanted=context.wanted,
            hour=localtime(now).tm_hour,
            volume=context.volume,
            heard_share=context.heard_share,
            session=self._session,
        )
        self._feedback.append(act)
        if kind is FeedbackKind.PLAY:
            self._began[track.id] = now
            self._plays += 1
            self._sample = None
        else:
            self._verdicts = verdicts(self._feedback)
            self._forget()
        self._keep(lambda: self._store.record(act))

    def respond(self, track: Track, heard_seconds: float, before: Affect, after: Affect) -> None:
        """Record how the listener's mood changed while a track played."""
        response = Response(track.id, self._clock.wall(), heard_seconds, before, after)
        self._responses.append(response)
        self._forget()
        self._keep(lambda: self._store.respond(response))

    def rate(self, track_id: int, stars: int) -> None:
        """Give a track 1 to 5 stars, or none with 0."""
        self._keep(lambda: self._library.rate(track_id, stars))
        self._replace(track_id, rating=stars or None)

    def correct_mood(self, track_id: int, affect: Affect | None) -> None:
        """Set a track's mood to what the listener says; None returns to the analysed mood."""
        self._keep(lambda: self._library.correct_mood(track_id, affect, self._clock.wall()))
        if affect is None:
            self.reload()
        else:
            self._replace(track_id, mood=affect, corrected=True)

    def forget_listener(self) -> None:
        """Forget the listener's history in memory; deleting it from the library is the caller's part."""
        self._feedback.clear()
        self._responses.clear()
        self._began.clear()
        self._verdicts = verdicts(self._feedback)
        self._forget()

    def best(self, target: MoodTarget, but_not: Collection[int] = (), sure: bool = False) -> Choice | None:
        """The track that fits the target best; None where there is none beside those with the ids in `but_not`."""
        found = self.queue(target, len(but_not) + 1, sure)
        return next((choice for choice in found if choice.track.id not in but_not), None)

    def queue(self, target: MoodTarget, count: int, sure: bool = False) -> tuple[Choice, ...]:
        """The tracks that would come next, best first; each from its beginning. With `sure` there are no tries."""
        model, sample = self._model_and_sample()
        context, since = self._context(target), self._since_seconds()
        sample = model.expected if sure else sample
        return upcoming(model, sample, context, since, count=count, opening=target.opening)

    def requested_choice(self, track: Track, target: MoodTarget, why: str) -> Choice:
        """The choice of a track that the listener asked for; `why` is the reason as a phrase."""
        (cost,) = self.standings((track,), target)
        return Choice(track, (why,), sentence("", (why,)), cost, track.sound_start_seconds)

    def with_entry(self, choice: Choice, target: MoodTarget) -> Choice:
        """The same choice, starting where the mood within the track fits the target best."""
        track = choice.track
        curve = self.curve(track.id)
        if curve is None:
            return choice
        place = entry_seconds(curve, target.aim, track.sound_start_seconds, track.duration_seconds)
        return replace(choice, start_seconds=place)

    def curve(self, track_id: int) -> MoodCurve | None:
        """The mood curve of a track; None where it is not known."""
        try:
            return self._library.moods.curve(track_id)
        except LibraryError:
            return None

    def standings(self, tracks: Sequence[Track], target: MoodTarget) -> tuple[float, ...]:
        """Costs of these tracks for the target, whenever they last played; infinite where a track is left out."""
        model, _ = self._model_and_sample()
        (found,) = model.costs(self._context(target), self._since_seconds(), model.expected, recency=False)
        rows = (model.matrix.rows.get(track.id) for track in tracks)
        return tuple(float(found[row]) if row is not None else math.inf for row in rows)

    def _model_and_sample(self) -> tuple[ListenerModel, PreferenceSample]:
        """The listener model, and the preferences drawn for the next choice."""
        if self._model is None:
            if self._matrix is None:
                self._matrix = TrackMatrix.of(tuple(self._tracks.values()))
            now = self._clock.wall()
            self._model = ListenerModel.of(
                self._matrix, self._feedback, self._responses, now, learn=self._learn
            )
        if self._sample is None:
            self._sample = self._model.preference.drawn((self._seed, self._plays), self._exploration)
        return self._model, self._sample

    def _since_seconds(self) -> dict[int, float]:
        """Seconds since each track last began to play, by its id."""
        now = self._clock.wall()
        return {track_id: max(now - began, 0.0) for track_id, began in self._began.items()}

    def _forget(self, tracks_too: bool = False) -> None:
        """Drop what was computed; it is computed again when needed."""
        self._model = self._sample = None
        if tracks_too:
            self._matrix = None

    def _context(self, target: MoodTarget) -> Context:
        return Context(target.aim, target.listener, localtime(self._clock.wall()).tm_hour)

    def _replace(self, track_id: int, **changes: object) -> None:
        track = self._tracks.get(track_id)
        if track is not None:
            self._tracks[track_id] = replace(track, **changes)  # type: ignore[arg-type]
            self._forget(tracks_too=True)

    def _keep(self, write: Callable[[], None]) -> None:
        """Write to the library; a failure is reported once, and the session goes on in memory."""
        try:
            write()
        except LibraryError as error:
            if not self._fault_said:
                self._say(f"{error}; likes and skips are remembered for this session only")
            self._fault_said = True


def _is_verdict(act: Feedback) -> bool:
    return act.kind in VERDICTS
