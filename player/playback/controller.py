"""What plays: orders tracks from the crossfader, knows how much of each was heard, and notes what the listener does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from player.config import SoundSettings
from player.music.choice.feedback import FeedbackKind
from player.music.choice.ranking import Choice
from player.music.track import Track, next_on_album
from player.playback.listening import TELLING_SECONDS, Hearing, VolumeTurn, Witness
from player.playback.policy_state import Wish
from player.playback.track_selector import Moment, Repertoire
from player.sound import Audible, Crossfader

Tell = Callable[..., None]
"""Writes an event to the trace: name, time, fields."""
BACK = "back"
"""The cause of a choice that goes back to a track heard before."""
_MOST_PAST = 100
_LEAST_LEFT_SECONDS = 1.0
_DEAF_SECONDS = 0.5
"""So long before a track's end its fade is over: once VLC has handed out the last sound, it hears of no volume."""


class Turntable:
    """One track plays, or one is coming and takes over once it sounds. All times are `time.monotonic()`."""

    def __init__(self, repertoire: Repertoire, fader: Crossfader, sound: SoundSettings, tell: Tell) -> None:
        self._repertoire, self._fader, self._sound, self._tell = repertoire, fader, sound, tell
        self.witness = Witness()
        self.playing: Choice | None = None
        self.coming: Choice | None = None
        self.since_seconds = float("-inf")
        self.volume = sound.volume
        self._cause = ""
        self._wish: Wish | None = None
        self._hearing: Hearing | None = None
        self._past: deque[Choice] = deque(maxlen=_MOST_PAST)
        self._turn: VolumeTurn | None = None

    @property
    def position_seconds(self) -> float:
        """How far the playing track is."""
        return self._fader.position_seconds if self.playing is not None else 0.0

    @property
    def paused(self) -> bool:
        """Whether the listener paused the music."""
        return self._fader.paused

    @property
    def settled(self) -> bool:
        """Whether a track plays and no other is about to take over."""
        return self.playing is not None and self.coming is None

    @property
    def near_end(self) -> bool:
        """Whether the playing track is so close to its end that the next must begin to fade in."""
        if self.playing is None or not self.settled or self.paused:
            return False
        if self._fader.playing != self.playing.track.path:
            return False
        duration = self.playing.track.duration_seconds
        fade = self._sound.end_fade_seconds
        begins = (duration or 0.0) - fade - _DEAF_SECONDS
        return bool(duration and duration > 4 * fade and self._fader.position_seconds >= begins)

    @property
    def heard_share(self) -> float:
        """How much of the playing track was heard, 0 to 1; 0 where its length is not known."""
        return (self._hearing.share if self._hearing is not None else None) or 0.0

    def taken(self) -> set[int]:
        """The ids of what plays and what is about to."""
        return {choice.track.id for choice in (self.playing, self.coming) if choice is not None}

    def play(self, choice: Choice, cause: str, wish: Wish, policy: str, now: float) -> None:
        """Let a track take over once it sounds."""
        track = choice.track
        self._tell(
            "choice",
            now,
            track=str(track.path),
            title=track.title,
            cause=cause,
            why=choice.why,
            reasons=list(choice.reasons),
            policy=policy,
            aim=[round(wish.aim.valence, 4), round(wish.aim.arousal, 4)],
            start_seconds=round(choice.start_seconds, 3),
        )
        if cause == "end" and self._joins(track):
            self._fader.follow(track.path, choice.start_seconds, track.gain_db)
        else:
            self._fader.play(track.path, choice.start_seconds, self._fade_seconds(cause), track.gain_db)
        self.coming, self._cause, self._wish = choice, cause, wish

    def heard(self, event: Audible, now: float) -> bool:
        """A first sound came out; True where it is that of the track which was coming, and now plays."""
        if self.coming is None or self.coming.track.path != event.path:
            return False
        self._leave(now)
        if self.playing is not None and self._cause != BACK:
            self._past.append(self.playing)
        self.playing, self.coming = self.coming, None
        self.since_seconds = event.at_seconds
        self._hearing = Hearing(self.playing, self.witness.lately(now), now)
        self.note(FeedbackKind.PLAY)
        return True

    def tick(self, now: float) -> None:
        """Count what is heard, and note a turn of the volume that came to rest."""
        if self._hearing is not None:
            self._hearing = self._hearing.up_to(now, self.paused)
        if self._turn is not None and self._turn.over(now):
            kind, self._turn = self._turn.kind, None
            if kind is not None:
                self.note(kind)

    def note(self, kind: FeedbackKind) -> None:
        """Remember what the listener did with the playing track."""
        if self.playing is not None:
            share = self._hearing.share if self._hearing is not None else None
            wanted = self._wish.aim if self._wish is not None else None
            moment = Moment(self.witness.latest, wanted, self.volume, share)
            self._repertoire.record(self.playing.track, kind, moment)

    def seek(self, seconds: float) -> None:
        """Go to a place of the playing track; a paused one stays paused there."""
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
        """Take the track that was heard before this one from the past; None where none is left that can be played."""
        while self._past:
            choice = self._past.pop()
            if self._repertoire.track(choice.track.id) is not None:
                return choice
        return None

    def pause(self) -> None:
        """Hold the music."""
        self._fader.pause()

    def resume(self) -> None:
        """Let the music go on."""
        self._fader.resume()

    def set_volume(self, level: float, now: float) -> None:
        """The listener's level, 0 to 1."""
        level = min(max(level, 0.0), 1.0)
        from_level = self._turn.from_level if self._turn is not None else self.volume
        self._turn = VolumeTurn(from_level, level, now)
        self.volume = level
        self._fader.set_volume(level)

    def drop(self, path: Path) -> bool:
        """A file cannot be played: True where it was wanted and nothing else is about to take its place."""
        if self.coming is not None and self.coming.track.path == path:
            self.coming = None
            return True
        if self.playing is not None and self.playing.track.path == path:
            self.playing = self._hearing = None
            return self.coming is None
        return False

    def empty(self) -> None:
        """Nothing can be played."""
        self.playing = self.coming = self._hearing = None

    def changed(self, track_id: int) -> None:
        """A track's rating or mood was changed: show it as it is now."""
        track = self._repertoire.track(track_id)
        if track is None:
            return
        if self.playing is not None and self.playing.track.id == track_id:
            self.playing = replace(self.playing, track=track)
        if self.coming is not None and self.coming.track.id == track_id:
            self.coming = replace(self.coming, track=track)

    def _leave(self, now: float) -> None:
        """Keep what the track that ends here did to the listener, if it was heard and they were seen."""
        hearing = self._hearing.up_to(now, self.paused) if self._hearing is not None else None
        if hearing is None or hearing.before is None or hearing.heard_seconds < TELLING_SECONDS:
            return
        after = self.witness.lately(now)
        if after is not None:
            self._repertoire.respond(hearing.choice.track, hearing.heard_seconds, hearing.before, after)

    def _joins(self, track: Track) -> bool:
        """Whether a track goes on from the playing one without a gap, as on their album."""
        return self._sound.gapless and self.playing is not None and next_on_album(self.playing.track, track)

    def _fade_seconds(self, cause: str) -> float:
        mood = self._sound.mood_fade_seconds
        fades = {"start": 0.0, "mood": mood, "policy": mood, "end": self._sound.end_fade_seconds}
        return fades.get(cause, self._sound.skip_fade_seconds)
