"""What plays next and when: turns moods, the listener's wishes and the ends of tracks into choices.

It owns no thread: the main loop tells it what happened. Choices themselves are pure (see player.music.playlist).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.config import MusicSettings, SoundSettings
from player.music.playlist import Choice
from player.music.policy import POLICIES, Journey, lead, target
from player.music.taste import FeedbackKind
from player.music.track import Track
from player.repertoire import Repertoire, Wish
from player.sound import Audible, Broken, Crossfader, Ended
from recognizer.affect import EMOTIONS, Affect, Emotion, Mood
from recognizer.circumplex import COORDINATES

STAY_MARGIN = 0.05
"""How much better a new track must fit than the one that plays, as a share of the widest distance between moods."""
PATIENCE_SECONDS = 2.5
"""How long the first choice waits for a face, so that the evening begins with what fits."""
PLAN_SECONDS = 60.0
"""How long a choice made in advance stays good."""
LIKELY_PROBABILITY = 0.15
"""From this smoothed probability on, an emotion is worth having its track ready."""
RIVAL_LEAD = 0.1
"""How much more likely yet another emotion must be to take the place of the one that was made ready for."""
NEUTRAL = Affect(0.0, 0.0)

Tell = Callable[..., None]
"""Writes an event to the trace: name, time, fields."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A choice made in advance, when it was made, and for which aim."""

    choice: Choice
    aim: Affect
    made_seconds: float


class Director:
    """Chooses tracks and hands them to the crossfader. All times given to it are `time.monotonic()`."""

    def __init__(
        self,
        repertoire: Repertoire,
        fader: Crossfader,
        music: MusicSettings,
        sound: SoundSettings,
        tell: Tell,
        say: Callable[[str], None],
    ) -> None:
        self._repertoire, self._fader, self._tell, self._say = repertoire, fader, tell, say
        self._music, self._sound = music, sound
        self._policy: str = music.policy
        self._policy_since: float | None = None
        self._mood: Mood | None = None
        self._aim: Affect | None = None
        self._current: Choice | None = None
        self._coming: Choice | None = None
        self._heard_seconds = float("-inf")
        self._first_due: float | None = None
        self._change_pending = False
        self._plans: dict[Emotion, Plan] = {}
        self._queue: tuple[Choice, ...] | None = None
        self._rival: Emotion | None = None
        self._ready: tuple[Path, ...] = ()

    @property
    def policy(self) -> str:
        """The policy that is followed now."""
        return self._policy

    @property
    def current(self) -> Choice | None:
        """What sounds, or is about to where nothing has sounded yet."""
        return self._current or self._coming

    @property
    def aim(self) -> Affect | None:
        """The mood that the playing track was chosen for."""
        return self._aim

    @property
    def position_seconds(self) -> float:
        """How far the playing track is."""
        return self._fader.position_seconds if self._current is not None else 0.0

    @property
    def paused(self) -> bool:
        """Whether the listener paused the music."""
        return self._fader.paused

    def queue(self, now: float) -> tuple[Choice, ...]:
        """What would come next if the mood stayed; kept until something changes."""
        if self._queue is None:
            wish = self._wish(self._emotion(), now)
            taken = self._taken()
            found = self._repertoire.queue(wish, self._music.queue_length + len(taken))
            self._queue = tuple(each for each in found if each.track.id not in taken)[
                : self._music.queue_length
            ]
        return self._queue

    def music_known(self, now: float) -> None:
        """The library was read, or read anew."""
        self._repertoire.reload()
        self._forget_plans()
        if self._first_due is None:
            self._first_due = now + PATIENCE_SECONDS

    def mood_seen(self, mood: Mood | None, now: float) -> None:
        """The leading person's mood after one more picture; None with nobody in view."""
        self._mood = mood
        if mood is not None and self._current is not None and self._coming is None:
            self._find_rival(mood)
            self._make_ready(now)

    def mood_changed(self, mood: Mood, now: float) -> None:
        """The steadied emotion changed: another track, if one fits clearly better."""
        self._mood = mood
        self._queue = None
        if mood.emotion is not None:
            self._change_pending = True
            self._follow_mood(now)

    def tick(self, now: float) -> None:
        """Do what time brings: the first track, a change that had to wait, the crossfade before a track's end."""
        if self.current is None:
            self._begin_when_due(now)
        elif self._change_pending:
            self._follow_mood(now)
        if self._near_end():
            self._finish(now)

    def heard(self, event: Audible, now: float) -> None:
        """A track's first sound came out."""
        self._tell("audible", event.at_seconds, track=str(event.path))
        if self._coming is not None and self._coming.track.path == event.path:
            self._current, self._coming = self._coming, None
            self._heard_seconds = event.at_seconds
            self._repertoire.record(self._current.track, FeedbackKind.PLAY, self._affect())
            self._forget_plans()
            self._make_ready(now)

    def ended(self, event: Ended, now: float) -> None:
        """A track played to its end without another one being chosen before."""
        if self._current is not None and self._current.track.path == event.path:
            self._repertoire.record(self._current.track, FeedbackKind.FINISH, self._affect())
            if self._coming is None:
                self._play_next("end", self._sound.end_fade_seconds, now)

    def broke(self, event: Broken, now: float) -> None:
        """A track cannot be played: it is left out, and replaced if it was wanted now."""
        line = f"{event.path}: cannot be played ({event.reason}); going on with the next one"
        self._say(line)
        self._tell("error", now, message=line)
        track = self._repertoire.of_path(event.path)
        if track is not None:
            self._repertoire.leave_out(track)
        self._forget_plans()
        if self._coming is not None and self._coming.track.path == event.path:
            self._coming = None
            self._play_next("broken", self._sound.skip_fade_seconds, now)
        elif self._current is not None and self._current.track.path == event.path:
            self._current = None
            if self._coming is None:
                self._play_next("broken", self._sound.skip_fade_seconds, now)

    def skip(self, now: float) -> None:
        """The listener does not want this track now."""
        if self._current is not None:
            self._repertoire.record(self._current.track, FeedbackKind.SKIP, self._affect())
        self._play_next("skip", self._sound.skip_fade_seconds, now)

    def like(self) -> None:
        """Like the playing track, or take that back."""
        if self._current is not None:
            liked = self._repertoire.likes(self._current.track.id)
            kind = FeedbackKind.NEUTRAL if liked else FeedbackKind.LIKE
            self._repertoire.record(self._current.track, kind, self._affect())
            self._queue = None

    def dislike(self, now: float) -> None:
        """Never mind this track: leave it, and play it less."""
        if self._current is not None:
            self._repertoire.record(self._current.track, FeedbackKind.DISLIKE, self._affect())
            self._play_next("dislike", self._sound.skip_fade_seconds, now)

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._fader.paused:
            self._fader.resume()
        else:
            self._fader.pause()

    def play_queued(self, track_id: int, now: float) -> None:
        """The listener picked a track from the queue."""
        picked = next((choice for choice in self.queue(now) if choice.track.id == track_id), None)
        if picked is not None:
            self._play(
                picked, "picked", self._sound.skip_fade_seconds, self._wish(self._emotion(), now).aim, now
            )

    def follow(self, policy: str, now: float) -> None:
        """Follow another policy from now on."""
        if policy in POLICIES and policy != self._policy:
            self._policy, self._policy_since = policy, now
            self._forget_plans()
            self._change_pending = True

    def next_policy(self, now: float) -> None:
        """Follow the next policy of the list."""
        names = list(POLICIES)
        self.follow(names[(names.index(self._policy) + 1) % len(names)], now)

    def _begin_when_due(self, now: float) -> None:
        face_known = self._emotion() is not None
        if self._first_due is not None and len(self._repertoire) and (face_known or now >= self._first_due):
            self._change_pending = False
            self._play_next("start", 0.0, now)

    def _follow_mood(self, now: float) -> None:
        """Change the track for the mood's sake, once the playing one has had its shortest time."""
        if self._current is None or self._coming is not None:
            return
        if self._fader.paused or now - self._heard_seconds < self._music.shortest_play_seconds:
            return
        self._change_pending = False
        emotion = self._emotion()
        wish = self._wish(emotion, now)
        plan = self._plan(emotion, now) if emotion is not None else None
        best = plan.choice if plan is not None else self._repertoire.best(wish, self._taken())
        if best is not None and self._fits_better(best.track, self._current.track, wish):
            self._play(best, "mood", self._sound.mood_fade_seconds, wish.aim, now)
        else:
            self._aim = wish.aim

    def _fits_better(self, track: Track, playing: Track, wish: Wish) -> bool:
        """Whether a track answers a wish clearly better; how lately either was heard does not count here.

        Otherwise a small library, most of which was heard within minutes, would soon follow no mood any more.
        """
        new, old = (self._repertoire.standing(each, wish) for each in (track, playing))
        return new.cost + STAY_MARGIN < old.cost

    def _near_end(self) -> bool:
        """Whether the playing track is so close to its end that the next must begin to fade in."""
        if self._current is None or self._coming is not None or self._fader.paused:
            return False
        duration = self._current.track.duration_seconds
        fade = self._sound.end_fade_seconds
        return bool(duration and duration > 4 * fade and self._fader.position_seconds >= duration - fade)

    def _finish(self, now: float) -> None:
        if self._current is not None and self._fader.playing == self._current.track.path:
            self._repertoire.record(self._current.track, FeedbackKind.FINISH, self._affect())
            self._play_next("end", self._sound.end_fade_seconds, now)

    def _play_next(self, cause: str, fade_seconds: float, now: float) -> None:
        wish = self._wish(self._emotion(), now)
        best = self._repertoire.best(wish, self._taken()) or self._repertoire.best(wish)
        if best is None:
            self._current = self._coming = None
            self._say("none of the music can be played; name another folder with --music")
        else:
            self._play(best, cause, fade_seconds, wish.aim, now)

    def _play(self, choice: Choice, cause: str, fade_seconds: float, aim: Affect, now: float) -> None:
        track = choice.track
        self._tell(
            "choice",
            now,
            track=str(track.path),
            title=track.title,
            cause=cause,
            why=choice.why,
            reasons=list(choice.reasons),
            policy=self._policy,
            aim=[round(aim.valence, 4), round(aim.arousal, 4)],
        )
        self._fader.play(track.path, track.sound_start_seconds, fade_seconds, track.gain_db)
        self._coming, self._aim, self._queue = choice, aim, None

    def _make_ready(self, now: float) -> None:
        """Keep open what would come next anyway, and what would come with the likeliest other moods."""
        tracks = [choice.track for choice in self.queue(now)[:1]]
        usual = Emotion.NEUTRAL if self._emotion() is Emotion.HAPPY else Emotion.HAPPY
        for emotion in (usual, self._rival):
            plan = self._plan(emotion, now) if emotion is not None else None
            if plan is not None:
                tracks.append(plan.choice.track)
        ready = tuple(dict.fromkeys(track.path for track in tracks))
        if ready != self._ready:
            self._ready = ready
            for track in tracks:
                self._fader.prepare(track.path, track.sound_start_seconds)

    def _find_rival(self, mood: Mood) -> None:
        """The emotion beside the mood that begins to show; it stays until another one is clearly stronger."""
        shares = dict(zip(EMOTIONS, mood.probabilities, strict=True))
        strongest = max(
            (each for each in EMOTIONS if each is not mood.emotion), key=lambda each: shares[each]
        )
        kept = shares[self._rival] if self._rival not in (None, mood.emotion) else 0.0
        if shares[strongest] >= max(LIKELY_PROBABILITY, kept + RIVAL_LEAD):
            self._rival = strongest

    def _plan(self, emotion: Emotion, now: float) -> Plan | None:
        """The choice for an emotion, made in advance, and anew once it is old."""
        plan = self._plans.get(emotion)
        if plan is None or now - plan.made_seconds > PLAN_SECONDS:
            wish = self._wish(emotion, now)
            best = self._repertoire.best(wish, self._taken())
            if best is None:
                return None
            plan = self._plans[emotion] = Plan(best, wish.aim, now)
        return plan

    def _taken(self) -> set[int]:
        """The ids of what plays and what is about to."""
        return {choice.track.id for choice in (self._current, self._coming) if choice is not None}

    def _forget_plans(self) -> None:
        self._plans.clear()
        self._queue = None
        self._ready = ()

    def _wish(self, emotion: Emotion | None, now: float) -> Wish:
        if self._policy_since is None:
            self._policy_since = now
        progress = (now - self._policy_since) / (60 * self._music.iso_minutes)
        listener = COORDINATES[emotion] if emotion is not None else self._affect() or NEUTRAL
        begins = lead(emotion, self._policy) if self._mood is not None else ""
        return Wish(target(listener, self._policy, Journey(held=self._aim, progress=progress)), begins)

    def _emotion(self) -> Emotion | None:
        return self._mood.emotion if self._mood is not None else None

    def _affect(self) -> Affect | None:
        return self._mood.affect if self._mood is not None else None
