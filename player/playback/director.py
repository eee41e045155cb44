"""What plays next and when: turns moods, the listener's wishes and the ends of tracks into choices.

It owns no thread: the main loop tells it what happened. Choices themselves are pure (see player.music.choice.ranking).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.config import MusicSettings, SoundSettings
from player.music.choice.feedback import FeedbackKind
from player.music.choice.policy import LEADS_TO_GOAL, POLICIES
from player.music.choice.ranking import Choice
from player.music.track import Track
from player.playback.controller import BACK, Tell, Turntable
from player.playback.policy_state import Course, Wish
from player.playback.prefetcher import Foresight
from player.playback.token_bucket import Pace
from player.playback.track_selector import Repertoire
from player.sound import Audible, Broken, Crossfader, Ended
from recognizer.affect import Affect, Mood

PATIENCE_SECONDS = 2.5
"""How long the first choice waits for a face, so that the evening begins with what fits."""
RESTART_SECONDS = 4.0
"""Once a track was heard for longer, "previous" begins it again instead of going back."""
REPLAY_SHARE = 0.5
"""Beginning a track again says that it is liked only after this much of it was heard."""


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
        self._repertoire, self._tell, self._say, self._music = repertoire, tell, say, music
        self._table = Turntable(repertoire, fader, sound, tell)
        self._course = Course(music)
        self._foresight = Foresight(repertoire, fader, music.queue_length, self._course.wish)
        self._mood: Mood | None = None
        self._first_due: float | None = None
        self._change_due: float | None = None
        self._asked = False
        self._pace: Pace | None = None

    @property
    def policy(self) -> str:
        """The policy that is followed now."""
        return self._course.policy

    @property
    def goal(self) -> Affect:
        """Where the policy iso leads."""
        return self._course.goal

    @property
    def current(self) -> Choice | None:
        """What sounds, or is about to where nothing has sounded yet."""
        return self._table.playing or self._table.coming

    @property
    def aim(self) -> Affect | None:
        """The mood that the playing track was chosen for."""
        return self._course.aim

    @property
    def position_seconds(self) -> float:
        """How far the playing track is."""
        return self._table.position_seconds

    @property
    def paused(self) -> bool:
        """Whether the listener paused the music."""
        return self._table.paused

    @property
    def volume(self) -> float:
        """The listener's level, 0 to 1."""
        return self._table.volume

    def path(self, now: float) -> tuple[Affect, ...]:
        """The way on the plane from the listener to where the policy leads; empty with nobody in view."""
        return self._course.path(self._mood, now) if self._mood is not None else ()

    def queue(self, now: float) -> tuple[Choice, ...]:
        """What would come next if the mood stayed; kept until something changes."""
        return self._foresight.queue(self._mood, self._table.taken(), now)

    def music_known(self, now: float) -> None:
        """The library was read, or read anew."""
        self._repertoire.reload()
        self._foresight.forget()
        if self._first_due is None:
            self._first_due = now + PATIENCE_SECONDS

    def mood_seen(self, mood: Mood | None, now: float) -> None:
        """The leading person's mood after one more picture; None with nobody in view."""
        self._mood = mood
        self._table.witness.see(mood.affect if mood is not None else None, now)
        if mood is not None and self._table.settled:
            self._foresight.look_ahead(mood, self._table.taken(), now)

    def mood_changed(self, mood: Mood, now: float) -> None:
        """The steadied emotion changed: another track, if one fits clearly better."""
        self._mood = mood
        self._foresight.forget_queue()
        if mood.emotion is not None:
            self._change_due = now + self._music.mood_dwell_seconds
            self._follow_mood(now)

    def tick(self, now: float) -> None:
        """Do what time brings: the first track, a change that had to wait, the crossfade before a track's end."""
        self._table.tick(now)
        if self.current is None:
            self._begin_when_due(now)
        else:
            self._follow_mood(now)
        if self._table.near_end:
            self._table.note(FeedbackKind.FINISH)
            self._play_next("end", now)

    def heard(self, event: Audible, now: float) -> None:
        """A track's first sound came out."""
        self._tell("audible", event.at_seconds, track=str(event.path))
        if self._table.heard(event, now):
            self._foresight.forget()
            self._foresight.look_ahead(self._mood, self._table.taken(), now)

    def ended(self, event: Ended, now: float) -> None:
        """A track played to its end without another one being chosen before."""
        playing = self._table.playing
        if playing is not None and playing.track.path == event.path and self._table.settled:
            self._table.note(FeedbackKind.FINISH)
            self._play_next("end", now)

    def broke(self, event: Broken, now: float) -> None:
        """A track cannot be played: it is left out, and replaced if it was wanted now."""
        line = f"{event.path}: cannot be played ({event.reason}); going on with the next one"
        self._say(line)
        self._tell("error", now, message=line)
        track = self._repertoire.of_path(event.path)
        if track is not None:
            self._repertoire.leave_out(track)
        self._foresight.forget()
        if self._table.drop(event.path):
            self._play_next("broken", now)

    def skip(self, now: float) -> None:
        """The listener does not want this track now, be it the playing one or the one that is about to."""
        if self._table.settled:
            self._table.note(FeedbackKind.SKIP)
        self._play_next("skip", now)

    def previous(self, now: float) -> None:
        """Begin the playing track again; in its first seconds, go back to the one before it."""
        playing = self._table.playing
        if playing is None:
            return
        begun = self._table.position_seconds - playing.start_seconds < RESTART_SECONDS
        before = self._table.back() if begun else None
        if before is None:
            if self._table.heard_share >= REPLAY_SHARE:
                self._table.note(FeedbackKind.REPLAY)
            self._table.seek(playing.track.sound_start_seconds)
        else:
            wish = self._course.wish(self._mood, now)
            again = self._repertoire.asked_for(before.track, wish, "you went back to it")
            self._play(again, BACK, wish, now)

    def seek(self, seconds: float, now: float) -> None:
        """Go to this place of the playing track, in seconds from its beginning."""
        self._table.seek(seconds)

    def like(self) -> None:
        """Like the playing track, or take that back."""
        if self._table.playing is not None:
            liked = self._repertoire.likes(self._table.playing.track.id)
            self._table.note(FeedbackKind.NEUTRAL if liked else FeedbackKind.LIKE)
            self._foresight.forget_queue()

    def dislike(self, now: float) -> None:
        """Never mind this track: leave it, and play it less."""
        if self._table.playing is not None:
            self._table.note(FeedbackKind.DISLIKE)
            self._play_next("dislike", now)

    def rate(self, track_id: int, stars: int) -> None:
        """Give a track 1 to 5 stars, or none with 0."""
        self._repertoire.rate(track_id, stars)
        self._track_changed(track_id)

    def correct_mood(self, track_id: int, affect: Affect | None) -> None:
        """Say how a track really feels, which then counts; None takes that back."""
        self._repertoire.correct_mood(track_id, affect)
        self._track_changed(track_id)

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._table.paused:
            self.resume()
        else:
            self.pause()

    def pause(self) -> None:
        """Hold the music."""
        self._table.pause()

    def resume(self) -> None:
        """Let the music go on."""
        self._table.resume()

    def set_volume(self, level: float, now: float) -> None:
        """Play at this level, 0 to 1; where it comes to rest tells whether the track is wanted louder."""
        self._table.set_volume(level, now)

    def play_queued(self, track_id: int, now: float) -> None:
        """The listener picked a track from the queue."""
        if any(choice.track.id == track_id for choice in self.queue(now)):
            self.play_track(track_id, now)

    def play_track(self, track_id: int, now: float) -> None:
        """The listener picked a track from the library; it begins at its beginning."""
        track = self._repertoire.track(track_id)
        if track is not None:
            wish = self._course.wish(self._mood, now)
            self._play(self._repertoire.asked_for(track, wish, "you picked it"), "picked", wish, now)

    def go_on(self, track_id: int, start_seconds: float, now: float) -> None:
        """Take up a track where the last session left it; nothing where it is gone."""
        track = self._repertoire.track(track_id)
        if track is not None:
            wish = self._course.wish(self._mood, now)
            again = self._repertoire.asked_for(track, wish, "it played when you stopped last time")
            self._play(replace(again, start_seconds=start_seconds), "resume", wish, now)

    def follow(self, policy: str, now: float) -> None:
        """Follow another policy from now on."""
        if self._course.follow(policy, now):
            self._set_out(now)

    def next_policy(self, now: float) -> None:
        """Follow the next policy of the list."""
        names = list(POLICIES)
        self.follow(names[(names.index(self.policy) + 1) % len(names)], now)

    def lead_to(self, goal: Affect | None, now: float) -> None:
        """Lead to this mood step by step, by the policy iso; None goes back to the usual goal."""
        self._course.lead_to(goal, now)
        if goal is not None:
            self._course.follow(LEADS_TO_GOAL, now)
        self._set_out(now)

    def _set_out(self, now: float) -> None:
        """Another policy or goal: the music follows as soon as it may, whatever the pace of moods."""
        self._foresight.forget()
        self._change_due, self._asked = now, True

    def _track_changed(self, track_id: int) -> None:
        self._table.changed(track_id)
        self._foresight.forget()

    def _begin_when_due(self, now: float) -> None:
        face_known = self._mood is not None and self._mood.emotion is not None
        if self._first_due is not None and len(self._repertoire) and (face_known or now >= self._first_due):
            self._change_due, self._asked = None, False
            self._play_next("start", now)

    def _follow_mood(self, now: float) -> None:
        """Change the track for the mood's sake, once that is due and the playing one has had its shortest time."""
        playing = self._table.playing
        if self._change_due is None or now < self._change_due or not self._table.settled or playing is None:
            return
        if self._table.paused or now - self._table.since_seconds < self._music.shortest_play_seconds:
            return
        pace = (self._pace or Pace.full(self._music.most_changes_per_hour, now)).after(now)
        if not (pace.allows or self._asked):
            return
        asked, self._asked, self._change_due = self._asked, False, None
        choice, wish = self._answer(now)
        if choice is None or not self._fits_better(choice.track, playing.track, wish):
            self._course.aim = wish.aim
            return
        self._pace = pace if asked else pace.spent()
        self._play(choice, "policy" if asked else "mood", wish, now)

    def _answer(self, now: float) -> tuple[Choice | None, Wish]:
        """What answers the mood best, as it was planned where the face is sure."""
        taken = self._table.taken()
        plan = self._foresight.plan(self._mood, taken, now) if self._mood is not None else None
        if plan is not None:
            return plan.choice, plan.wish
        wish = self._course.wish(self._mood, now)
        best = self._repertoire.best(wish, taken, sure=True)
        return (self._repertoire.entered(best, wish) if best is not None else None), wish

    def _fits_better(self, track: Track, playing: Track, wish: Wish) -> bool:
        """Whether a track answers a wish clearly better; how lately either was heard does not count here.

        Otherwise a small library, most of which was heard within minutes, would soon follow no mood any more.
        """
        new, old = self._repertoire.standings((track, playing), wish)
        return new + self._music.stay_margin < old

    def _play_next(self, cause: str, now: float) -> None:
        wish = self._course.wish(self._mood, now)
        best = self._repertoire.best(wish, self._table.taken()) or self._repertoire.best(wish)
        if best is None:
            self._table.empty()
            self._say("none of the music can be played; name another folder with --music")
        else:
            self._play(best, cause, wish, now)

    def _play(self, choice: Choice, cause: str, wish: Wish, now: float) -> None:
        self._table.play(choice, cause, wish, self.policy, now)
        self._course.aim = wish.aim
        self._foresight.forget_queue()
