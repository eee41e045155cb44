"""The playback controller: starts tracks on the crossfader, measures the time heard, and records feedback."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from player.config import SoundSettings
from player.music.choice.feedback import FeedbackKind
from player.music.choice.ranking import Choice
from player.music.track import Track, next_on_album
from player.playback.listening import SHORTEST_HEARD_SECONDS, ListeningRecord, RecentMood, VolumeChange
from player.playback.policy_state import MoodTarget
from player.playback.track_selector import FeedbackContext, TrackSelector
from player.sound import Audible, Crossfader

TraceWriter = Callable[..., None]
"""Writes an event to the trace: name, time, fields."""
BACK = "back"
"""Cause of a choice that returns to a track heard before."""
_MOST_PAST = 100
_LEAST_LEFT_SECONDS = 1.0
_VLC_LAST_BUFFER_SECONDS = 0.5
"""VLC ignores volume changes after its last buffer, so fades end this early."""


class PlaybackController:
    """One track plays, or one is pending and takes over once it sounds. All times are `time.monotonic()`."""

    def __init__(
        self, selector: TrackSelector, fader: Crossfader, sound: SoundSettings, write_trace: TraceWriter
    ) -> None:
        self._selector, self._fader, self._sound, self._write_trace = selector, fader, sound, write_trace
        self.recent_mood = RecentMood()
        self.playing: Choice | None = None
        self.pending: Choice | None = None
        self.since_seconds = float("-inf")
        self.volume = sound.volume
        self._cause = ""
        self._target: MoodTarget | None = None
        self._listening: ListeningRecord | None = None
        self._past: deque[Choice] = deque(maxlen=_MOST_PAST)
        self._volume_change: VolumeChange | None = None

    @property
    def position_seconds(self) -> float:
        """Position in the playing track."""
        return self._fader.position_seconds if self.playing is not None else 0.0

    @property
    def paused(self) -> bool:
        """Whether the listener paused the music."""
        return self._fader.paused

    @property
    def settled(self) -> bool:
        """Whether a track plays and no other one is pending."""
        return self.playing is not None and self.pending is None

    @property
    def near_end(self) -> bool:
        """Whether the playing track is so close to its end that the next must begin to fade in."""
        if self.playing is None or not self.settled or self.paused:
            return False
        if self._fader.playing != self.playing.track.path:
            return False
        duration = self.playing.track.duration_seconds
        fade = self._sound.end_fade_seconds
        begins = (duration or 0.0) - fade - _VLC_LAST_BUFFER_SECONDS
        return bool(duration and duration > 4 * fade and self._fader.position_seconds >= begins)

    @property
    def heard_share(self) -> float:
        """Share of the playing track that was heard, 0 to 1; 0 where its length is not known."""
        return (self._listening.share if self._listening is not None else None) or 0.0

    def taken(self) -> set[int]:
        """The ids of the playing and the pending track."""
        return {choice.track.id for choice in (self.playing, self.pending) if choice is not None}

    def play(self, choice: Choice, cause: str, target: MoodTarget, policy: str, now: float) -> None:
        """Start a track; it takes over once it sounds."""
        track = choice.track
        self._write_trace(
            "choice",
            now,
            track=str(track.path),
            title=track.title,
            cause=cause,
            why=choice.why,
            reasons=list(choice.reasons),
            policy=policy,
            aim=[round(target.aim.valence, 4), round(target.aim.arousal, 4)],
            start_seconds=round(choice.start_seconds, 3),
        )
        if cause == "end" and self._is_gapless(track):
            self._fader.follow(track.path, choice.start_seconds, track.gain_db)
        else:
            self._fader.play(track.path, choice.start_seconds, self._fade_seconds(cause), track.gain_db)
        self.pending, self._cause, self._target = choice, cause, target

    def heard(self, event: Audible, now: float) -> bool:
        """Handle the first sound of a track; True where it is the pending one, which now plays."""
        if self.pending is None or self.pending.track.path != event.path:
            return False
        self._record_response(now)
        if self.playing is not None and self._cause != BACK:
            self._past.append(self.playing)
        self.playing, self.pending = self.pending, None
        self.since_seconds = event.at_seconds
        self._listening = ListeningRecord(self.playing, self.recent_mood.mean(now), now)
        self.note(FeedbackKind.PLAY)
        return True

    def tick(self, now: float) -> None:
        """Count the time heard, and record a change of the volume that has settled."""
        if self._listening is not None:
            self._listening = self._listening.up_to(now, self.paused)
        if self._volume_change is not None and self._volume_change.over(now):
            kind, self._volume_change = self._volume_change.kind, None
            if kind is not None:
                self.note(kind)

    def note(self, kind: FeedbackKind) -> None:
        """Record an act of the listener for the playing track."""
        if self.playing is not None:
            share = self._listening.share if self._listening is not None else None
            wanted = self._target.aim if self._target is not None else None
            context = FeedbackContext(self.recent_mood.latest, wanted, self.volume, share)
            self._selector.record(self.playing.track, kind, context)

    def seek(self, seconds: float) -> None:
        """Seek in the playing track; a paused one stays paused there."""
        if self.playing is None or not self.settled:
            return
        track = self.playing.track
        latest = (track.duration_seconds or seconds + _LEAST_LEFT_SECONDS) - _LEAST_LEFT_SECONDS
        paused = self.paused
        place = min(max(seconds, 0.0), max(latest, 0.0))
        self._fader.play(track.path, place, self._sound.skip_fade_seconds, track.gain_db)
        if paused:
            self._fader.pause()

    def back(self) -> Choice | None:
        """Remove and return the track heard before this one; None where none is left that can be played."""
        while self._past:
            choice = self._past.pop()
            if self._selector.track(choice.track.id) is not None:
                return choice
        return None

    def pause(self) -> None:
        """Pause the music."""
        self._fader.pause()

    def resume(self) -> None:
        """Resume the music."""
        self._fader.resume()

    def set_volume(self, level: float, now: float) -> None:
        """Set the volume, 0 to 1."""
        level = min(max(level, 0.0), 1.0)
        from_level = self._volume_change.from_level if self._volume_change is not None else self.volume
        self._volume_change = VolumeChange(from_level, level, now)
        self.volume = level
        self._fader.set_volume(level)

    def drop(self, path: Path) -> bool:
        """Drop a file that cannot be played; True where it was the current one and nothing else is pending."""
        if self.pending is not None and self.pending.track.path == path:
            self.pending = None
            return True
        if self.playing is not None and self.playing.track.path == path:
            self.playing = self._listening = None
            return self.pending is None
        return False

    def empty(self) -> None:
        """Drop both tracks: nothing can be played."""
        self.playing = self.pending = self._listening = None

    def changed(self, track_id: int) -> None:
        """Take over the changed rating or mood of a track."""
        track = self._selector.track(track_id)
        if track is None:
            return
        if self.playing is not None and self.playing.track.id == track_id:
            self.playing = replace(self.playing, track=track)
        if self.pending is not None and self.pending.track.id == track_id:
            self.pending = replace(self.pending, track=track)

    def _record_response(self, now: float) -> None:
        """Record the mood response to the ending track, if it was heard long enough and the listener was seen."""
        listening = self._listening.up_to(now, self.paused) if self._listening is not None else None
        if listening is None or listening.before is None or listening.heard_seconds < SHORTEST_HEARD_SECONDS:
            return
        after = self.recent_mood.mean(now)
        if after is not None:
            self._selector.respond(listening.choice.track, listening.heard_seconds, listening.before, after)

    def _is_gapless(self, track: Track) -> bool:
        """Whether a track follows the playing one on their album, so that no gap belongs between them."""
        return self._sound.gapless and self.playing is not None and next_on_album(self.playing.track, track)

    def _fade_seconds(self, cause: str) -> float:
        mood = self._sound.mood_fade_seconds
        fades = {"start": 0.0, "mood": mood, "policy": mood, "end": self._sound.end_fade_seconds}
        return fades.get(cause, self._sound.skip_fade_seconds)
