"""The director: decides what plays next and when, from moods, the listener's intents and the ends of tracks.

It has no thread: the main loop calls it. The choices themselves are pure functions (see player.music.choice.ranking).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.config import MusicSettings, SoundSettings
from player.music.choice.feedback import FeedbackKind
from player.music.choice.policy import LEADS_TO_GOAL, POLICIES
from player.music.choice.ranking import Choice
from player.music.track import Track
from player.playback.controller import BACK, PlaybackController, TraceWriter
from player.playback.policy_state import MoodTarget, PolicyState
from player.playback.prefetcher import Prefetcher
from player.playback.token_bucket import TokenBucket
from player.playback.track_selector import TrackSelector
from player.sound import Audible, Broken, Crossfader, Ended
from recognizer.affect import Affect, Mood

PATIENCE_SECONDS = 2.5
"""How long the first choice waits for a face, so that the session begins with a fitting track."""
RESTART_SECONDS = 4.0
"""After this many seconds of a track, "previous" restarts it instead of going back."""
MOST_MISSING = 3
"""After so many tracks in a row whose files are not there, the disk is away rather than the tracks."""
RETRY_SECONDS = 10.0
"""How long to wait then before all of them are tried again."""
REPLAY_SHARE = 0.5
"""Restarting a track counts as a sign of liking only after this share of it was heard."""


class Director:
    """Chooses tracks and hands them to the crossfader. All times given to it are `time.monotonic()`."""

    def __init__(
        self,
        selector: TrackSelector,
        fader: Crossfader,
        music: MusicSettings,
        sound: SoundSettings,
        write_trace: TraceWriter,
        say: Callable[[str], None],
    ) -> None:
        self._selector, self._write_trace, self._say, self._music = selector, write_trace, say, music
        self._controller = PlaybackController(selector, fader, sound, write_trace)
        self._policy_state = PolicyState(music)
        self._prefetcher = Prefetcher(selector, fader, music.queue_length, self._policy_state.target)
        self._mood: Mood | None = None
        self._first_due: float | None = None
        self._change_due: float | None = None
        self._requested = False
        self._bucket: TokenBucket | None = None
        self._missing = 0
        self._retry_due: float | None = None

    @property
    def policy(self) -> str:
        """The policy that is followed now."""
        return self._policy_state.policy

    @property
    def goal(self) -> Affect:
        """The goal of the policy iso."""
        return self._policy_state.goal

    @property
    def current(self) -> Choice | None:
        """The playing track; before the first one sounds, the one about to play."""
        return self._controller.playing or self._controller.pending

    @property
    def aim(self) -> Affect | None:
        """The mood that the playing track was chosen for."""
        return self._policy_state.aim

    @property
    def position_seconds(self) -> float:
        """Position in the playing track."""
        return self._controller.position_seconds

    @property
    def paused(self) -> bool:
        """Whether the listener paused the music."""
        return self._controller.paused

    @property
    def volume(self) -> float:
        """The listener's level, 0 to 1."""
        return self._controller.volume

    def path(self, now: float) -> tuple[Affect, ...]:
        """Path on the plane from the listener's mood to where the policy leads; empty with nobody in view."""
        return self._policy_state.path(self._mood, now) if self._mood is not None else ()

    def queue(self, now: float) -> tuple[Choice, ...]:
        """The next tracks if the mood stays as it is; kept until something changes."""
        return self._prefetcher.queue(self._mood, self._controller.taken(), now)

    def music_known(self, now: float) -> None:
        """The library was read, or read again."""
        self._selector.reload()
        self._prefetcher.forget()
        if self._first_due is None:
            self._first_due = now + PATIENCE_SECONDS

    def music_went(self, now: float) -> None:
        """The folder of the music is away: what plays may come to its end, and nothing is left out for that."""
        self._retry_due = now + RETRY_SECONDS

    def music_returned(self, now: float) -> None:
        """It is back: everything can be played again."""
        self._retry_due, self._missing = None, 0
        self._selector.forget_unplayable()

    def mood_seen(self, mood: Mood | None, now: float) -> None:
        """The leading person's mood after one more picture; None with nobody in view."""
        self._mood = mood
        self._controller.recent_mood.add(mood.affect if mood is not None else None, now)
        if mood is not None and self._controller.settled:
            self._prefetcher.prefetch(mood, self._controller.taken(), now)

    def mood_changed(self, mood: Mood, now: float) -> None:
        """The steadied emotion changed: another track, if one fits clearly better."""
        self._mood = mood
        self._prefetcher.forget_queue()
        if mood.emotion is not None:
            self._change_due = now + self._music.mood_dwell_seconds
            self._follow_mood(now)

    def tick(self, now: float) -> None:
        """Do what is due: the first track, a change that had to wait, the crossfade before a track's end."""
        self._controller.tick(now)
        if self._retry_due is not None and now >= self._retry_due:
            self.music_returned(now)
        if self.current is None:
            self._begin_when_due(now)
        else:
            self._follow_mood(now)
        if self._controller.near_end:
            self._controller.note(FeedbackKind.FINISH)
            self._play_next("end", now)

    def heard(self, event: Audible, now: float) -> None:
        """The first sound of a track came out."""
        self._write_trace("audible", event.at_seconds, track=str(event.path))
        if self._controller.heard(event, now):
            self._prefetcher.forget()
            self._prefetcher.prefetch(self._mood, self._controller.taken(), now)

    def ended(self, event: Ended, now: float) -> None:
        """A track played to its end without another one being chosen before."""
        playing = self._controller.playing
        if playing is not None and playing.track.path == event.path and self._controller.settled:
            self._controller.note(FeedbackKind.FINISH)
            self._play_next("end", now)

    def broke(self, event: Broken, now: float) -> None:
        """A track cannot be played: leave it out, and play another one in its place."""
        self._missing = 0 if event.path.exists() else self._missing + 1
        if self._retry_due is not None or self._missing > MOST_MISSING:
            self._wait_for_music(now)
            return
        line = f"{event.path}: cannot be played ({event.reason}); going on with the next one"
        self._say(line)
        self._write_trace("error", now, message=line)
        track = self._selector.of_path(event.path)
        if track is not None:
            self._selector.leave_out(track)
        self._prefetcher.forget()
        if self._controller.drop(event.path):
            self._play_next("broken", now)

    def skip(self, now: float) -> None:
        """Skip the playing track, or the one that is about to play."""
        if self._controller.settled:
            self._controller.note(FeedbackKind.SKIP)
        self._play_next("skip", now)

    def previous(self, now: float) -> None:
        """Restart the playing track; in its first seconds, go back to the one before it."""
        playing = self._controller.playing
        if playing is None:
            return
        begun = self._controller.position_seconds - playing.start_seconds < RESTART_SECONDS
        before = self._controller.back() if begun else None
        if before is None:
            if self._controller.heard_share >= REPLAY_SHARE:
                self._controller.note(FeedbackKind.REPLAY)
            self._controller.seek(playing.track.sound_start_seconds)
        else:
            target = self._policy_state.target(self._mood, now)
            again = self._selector.requested_choice(before.track, target, "you went back to it")
            self._play(again, BACK, target, now)

    def seek(self, seconds: float, now: float) -> None:
        """Seek to this position of the playing track, in seconds from its beginning."""
        self._controller.seek(seconds)

    def like(self) -> None:
        """Like the playing track, or undo that."""
        if self._controller.playing is not None:
            liked = self._selector.likes(self._controller.playing.track.id)
            self._controller.note(FeedbackKind.NEUTRAL if liked else FeedbackKind.LIKE)
            self._prefetcher.forget_queue()

    def dislike(self, now: float) -> None:
        """Dislike the playing track, and play another one."""
        if self._controller.playing is not None:
            self._controller.note(FeedbackKind.DISLIKE)
            self._play_next("dislike", now)

    def rate(self, track_id: int, stars: int) -> None:
        """Give a track 1 to 5 stars, or none with 0."""
        self._selector.rate(track_id, stars)
        self._track_changed(track_id)

    def correct_mood(self, track_id: int, affect: Affect | None) -> None:
        """Correct the mood of a track; None returns to the analysed mood."""
        self._selector.correct_mood(track_id, affect)
        self._track_changed(track_id)

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self._controller.paused:
            self.resume()
        else:
            self.pause()

    def pause(self) -> None:
        """Pause the music."""
        self._controller.pause()

    def resume(self) -> None:
        """Resume the music."""
        self._controller.resume()

    def set_volume(self, level: float, now: float) -> None:
        """Set the volume, 0 to 1; once it settles, the change counts as feedback on the track."""
        self._controller.set_volume(level, now)

    def play_queued(self, track_id: int, now: float) -> None:
        """Play a track of the queue."""
        if any(choice.track.id == track_id for choice in self.queue(now)):
            self.play_track(track_id, now)

    def play_track(self, track_id: int, now: float) -> None:
        """Play a track of the library from its beginning."""
        track = self._selector.track(track_id)
        if track is not None:
            target = self._policy_state.target(self._mood, now)
            self._play(self._selector.requested_choice(track, target, "you picked it"), "picked", target, now)

    def go_on(self, track_id: int, start_seconds: float, now: float) -> None:
        """Resume a track where the last session stopped; nothing where the track is gone."""
        track = self._selector.track(track_id)
        if track is not None:
            target = self._policy_state.target(self._mood, now)
            again = self._selector.requested_choice(track, target, "it played when you stopped last time")
            self._play(replace(again, start_seconds=start_seconds), "resume", target, now)

    def follow(self, policy: str, now: float) -> None:
        """Follow another policy from now on."""
        if self._policy_state.follow(policy, now):
            self._follow_policy_soon(now)

    def next_policy(self, now: float) -> None:
        """Follow the next policy of the list."""
        names = list(POLICIES)
        self.follow(names[(names.index(self.policy) + 1) % len(names)], now)

    def lead_to(self, goal: Affect | None, now: float) -> None:
        """Lead to this mood step by step, by the policy iso; None returns to the goal of the settings."""
        self._policy_state.lead_to(goal, now)
        if goal is not None:
            self._policy_state.follow(LEADS_TO_GOAL, now)
        self._follow_policy_soon(now)

    def _follow_policy_soon(self, now: float) -> None:
        """Change the track for a new policy or goal as soon as allowed, whatever the limit on changes."""
        self._prefetcher.forget()
        self._change_due, self._requested = now, True

    def _track_changed(self, track_id: int) -> None:
        self._controller.changed(track_id)
        self._prefetcher.forget()

    def _wait_for_music(self, now: float) -> None:
        """Play nothing until the files are there again, which is tried every now and then."""
        self._controller.empty()
        self._prefetcher.forget()
        if self._retry_due is None:
            self._say("the music is not there at the moment; it is tried again every few seconds")
        self._retry_due = now + RETRY_SECONDS

    def _begin_when_due(self, now: float) -> None:
        face_known = self._mood is not None and self._mood.emotion is not None
        if self._retry_due is not None:
            return
        if self._first_due is not None and len(self._selector) and (face_known or now >= self._first_due):
            self._change_due, self._requested = None, False
            self._play_next("start", now)

    def _follow_mood(self, now: float) -> None:
        """Change the track to follow the mood, once that is due and the playing one had its shortest time."""
        playing = self._controller.playing
        if (
            self._change_due is None
            or now < self._change_due
            or not self._controller.settled
            or playing is None
        ):
            return
        if (
            self._controller.paused
            or now - self._controller.since_seconds < self._music.shortest_play_seconds
        ):
            return
        bucket = (self._bucket or TokenBucket.full(self._music.most_changes_per_hour, now)).after(now)
        if not (bucket.allows or self._requested):
            return
        requested, self._requested, self._change_due = self._requested, False, None
        choice, target = self._best_for_mood(now)
        if choice is None or not self._fits_better(choice.track, playing.track, target):
            self._policy_state.aim = target.aim
            return
        self._bucket = bucket if requested else bucket.spent()
        self._play(choice, "policy" if requested else "mood", target, now)

    def _best_for_mood(self, now: float) -> tuple[Choice | None, MoodTarget]:
        """The best choice for the mood: the planned one where the emotion is sure."""
        taken = self._controller.taken()
        plan = self._prefetcher.plan(self._mood, taken, now) if self._mood is not None else None
        if plan is not None:
            return plan.choice, plan.target
        target = self._policy_state.target(self._mood, now)
        best = self._selector.best(target, taken, sure=True)
        return (self._selector.with_entry(best, target) if best is not None else None), target

    def _fits_better(self, track: Track, playing: Track, target: MoodTarget) -> bool:
        """Whether a track fits the target clearly better; when either was last heard does not count here.

        Otherwise a small library, most of which was heard within minutes, would soon stop following the mood.
        """
        new, old = self._selector.standings((track, playing), target)
        return new + self._music.stay_margin < old

    def _play_next(self, cause: str, now: float) -> None:
        target = self._policy_state.target(self._mood, now)
        best = self._selector.best(target, self._controller.taken()) or self._selector.best(target)
        if best is None:
            self._controller.empty()
            self._say("none of the music can be played; name another folder with --music")
        else:
            self._play(best, cause, target, now)

    def _play(self, choice: Choice, cause: str, target: MoodTarget, now: float) -> None:
        self._controller.play(choice, cause, target, self.policy, now)
        self._policy_state.aim = target.aim
        self._prefetcher.forget_queue()
