"""The director: decides what plays next and when, from moods, the listener's intents and the ends of tracks.

It has no thread: the main loop calls it. The choices themselves are pure functions (see player.music.choice.ranking).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import singledispatchmethod

from player.config import MusicSettings, SoundSettings
from player.messages.intents import (
    ChoosePolicy,
    CorrectMood,
    Dislike,
    Like,
    NextPolicy,
    Pause,
    PlayQueued,
    PlayTrack,
    Previous,
    Rate,
    Resume,
    Seek,
    SetGoal,
    SetVolume,
    Skip,
    TogglePause,
    VolumeStep,
)
from player.music.choice.feedback import FeedbackKind
from player.music.choice.policy import LEADS_TO_GOAL, POLICIES
from player.music.choice.ranking import Choice
from player.music.track import Track
from player.playback.commands import (
    Command,
    FillQueue,
    GoOn,
    MoodChanged,
    MoodSeen,
    MusicKnown,
    MusicLost,
    MusicRestored,
    Tick,
)
from player.playback.controller import BACK, PlaybackController, TraceWriter
from player.playback.playback_state import Playback
from player.playback.policy_state import MoodTarget, PolicyState
from player.playback.prefetcher import Prefetcher
from player.playback.token_bucket import TokenBucket
from player.playback.track_selector import TrackSelector
from player.sound import Audible, Broken, Crossfader, Ended
from recognizer.affect import Mood

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
    """Chooses tracks and hands them to the crossfader. All times given to it are `time.monotonic()`.

    `handle` is the only way to change it, and `playback` the only way to read it.
    """

    def __init__(
        self,
        selector: TrackSelector,
        fader: Crossfader,
        music: MusicSettings,
        sound: SoundSettings,
        write_trace: TraceWriter,
        say: Callable[[str], None],
    ) -> None:
        self._selector, self._fader, self._music = selector, fader, music
        self._write_trace, self._say = write_trace, say
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

    def playback(self, now: float) -> Playback:
        """The playback at this moment; reading it changes nothing."""
        choice = self._controller.playing or self._controller.pending
        if choice is not None:  # with the mood and the stars that its track has by now
            track = self._selector.track(choice.track.id) or choice.track
            choice = replace(choice, track=track)
        return Playback(
            choice=choice,
            position_seconds=self._fader.state.position_seconds
            if self._controller.playing is not None
            else 0.0,
            paused=self._fader.state.paused,
            liked=choice is not None and self._selector.likes(choice.track.id),
            volume=self._controller.volume,
            queue=self._prefetcher.filled_queue,
            policy=self._policy_state.policy,
            goal=self._policy_state.goal,
            aim=self._policy_state.aim,
            path=self._policy_state.path(self._mood, now) if self._mood is not None else (),
        )

    @singledispatchmethod
    def handle(self, command: Command, now: float) -> None:
        """Carry out a command; the docstring of each says what it does."""
        raise TypeError(f"{command} is no command to the director")

    @handle.register
    def _(self, command: Tick, now: float) -> None:
        self._controller.tick(now)
        if self._retry_due is not None and now >= self._retry_due:
            self.handle(MusicRestored(), now)
        if self._controller.playing is None and self._controller.pending is None:
            self._begin_when_due(now)
        else:
            self._follow_mood(now)
        if self._controller.near_end:
            self._finish(now)

    @handle.register
    def _(self, command: MusicKnown, now: float) -> None:
        self._selector.reload()
        self._prefetcher.forget()
        if self._first_due is None:
            self._first_due = now + PATIENCE_SECONDS

    @handle.register
    def _(self, command: MusicLost, now: float) -> None:
        self._retry_due = now + RETRY_SECONDS

    @handle.register
    def _(self, command: MusicRestored, now: float) -> None:
        self._retry_due, self._missing = None, 0
        self._selector.forget_unplayable()

    @handle.register
    def _(self, command: MoodSeen, now: float) -> None:
        mood = self._mood = command.mood
        self._controller.recent_mood.add(mood.affect if mood is not None else None, now)
        if mood is not None and self._controller.settled:
            self._prefetcher.prefetch(mood, self._controller.taken(), now)

    @handle.register
    def _(self, command: MoodChanged, now: float) -> None:
        self._mood = command.mood
        self._prefetcher.forget_queue()
        if command.mood.word is not None:
            self._change_due = now + self._music.mood_dwell_seconds
            self._follow_mood(now)

    @handle.register
    def _(self, command: FillQueue, now: float) -> None:
        self._prefetcher.queue(self._mood, self._controller.taken(), now)

    @handle.register
    def _(self, command: Audible, now: float) -> None:
        self._write_trace("audible", command.at_seconds, track=str(command.path))
        if self._controller.heard(command, now):
            self._prefetcher.forget()
            self._prefetcher.prefetch(self._mood, self._controller.taken(), now)

    @handle.register
    def _(self, command: Ended, now: float) -> None:
        playing = self._controller.playing
        if playing is not None and playing.track.path == command.path and self._controller.settled:
            self._finish(now)

    @handle.register
    def _(self, command: Broken, now: float) -> None:
        self._missing = 0 if command.path.exists() else self._missing + 1
        if self._retry_due is not None or self._missing > MOST_MISSING:
            self._wait_for_music(now)
            return
        line = f"{command.path}: cannot be played ({command.reason}); going on with the next one"
        self._say(line)
        self._write_trace("error", now, message=line)
        track = self._selector.of_path(command.path)
        if track is not None:
            self._selector.leave_out(track)
        self._prefetcher.forget()
        if self._controller.drop(command.path):
            self._play_next("broken", now)

    @handle.register
    def _(self, command: Pause | Resume, now: float) -> None:
        self._fader.send(command)

    @handle.register
    def _(self, command: TogglePause, now: float) -> None:
        self._fader.send(Resume() if self._fader.state.paused else Pause())

    @handle.register
    def _(self, command: Seek, now: float) -> None:
        self._controller.seek(command.seconds)

    @handle.register
    def _(self, command: SetVolume, now: float) -> None:
        self._controller.set_volume(command.level, now)

    @handle.register
    def _(self, command: VolumeStep, now: float) -> None:
        self._controller.set_volume(self._controller.volume + command.step, now)

    @handle.register
    def _(self, command: Skip, now: float) -> None:
        if self._controller.settled:
            self._controller.note(FeedbackKind.SKIP)
        self._play_next("skip", now)

    @handle.register
    def _(self, command: Previous, now: float) -> None:
        playing = self._controller.playing
        if playing is None:
            return
        begun = self._fader.state.position_seconds - playing.start_seconds < RESTART_SECONDS
        before = self._controller.back() if begun else None
        if before is not None:
            self._play_requested(before.track, BACK, "you went back to it", now)
            return
        if self._controller.heard_share >= REPLAY_SHARE:
            self._controller.note(FeedbackKind.REPLAY)
        self._controller.seek(playing.track.sound_start_seconds)

    @handle.register
    def _(self, command: Like, now: float) -> None:
        if self._controller.playing is not None:
            liked = self._selector.likes(self._controller.playing.track.id)
            self._controller.note(FeedbackKind.NEUTRAL if liked else FeedbackKind.LIKE)
            self._prefetcher.forget_queue()

    @handle.register
    def _(self, command: Dislike, now: float) -> None:
        if self._controller.playing is not None:
            self._controller.note(FeedbackKind.DISLIKE)
            self._play_next("dislike", now)

    @handle.register
    def _(self, command: Rate, now: float) -> None:
        self._selector.rate(command.track_id, command.stars)
        self._track_changed(command.track_id)

    @handle.register
    def _(self, command: CorrectMood, now: float) -> None:
        self._selector.correct_mood(command.track_id, command.affect)
        self._track_changed(command.track_id)

    @handle.register
    def _(self, command: PlayQueued | PlayTrack, now: float) -> None:
        track = self._selector.track(command.track_id)
        wanted = isinstance(command, PlayTrack) or command.track_id in self._queued_ids(now)
        if track is not None and wanted:
            self._play_requested(track, "picked", "you picked it", now)

    @handle.register
    def _(self, command: GoOn, now: float) -> None:
        track = self._selector.track(command.track_id)
        if track is not None:
            why = "it played when you stopped last time"
            self._play_requested(track, "resume", why, now, command.start_seconds)

    @handle.register
    def _(self, command: ChoosePolicy, now: float) -> None:
        self._follow_policy(command.policy, now)

    @handle.register
    def _(self, command: NextPolicy, now: float) -> None:
        names = list(POLICIES)
        self._follow_policy(names[(names.index(self._policy_state.policy) + 1) % len(names)], now)

    @handle.register
    def _(self, command: SetGoal, now: float) -> None:
        self._policy_state.lead_to(command.goal, now)
        if command.goal is not None:
            self._policy_state.follow(LEADS_TO_GOAL, now)
        self._follow_policy_soon(now)

    def _queued_ids(self, now: float) -> set[int]:
        queue = self._prefetcher.queue(self._mood, self._controller.taken(), now)
        return {choice.track.id for choice in queue}

    def _finish(self, now: float) -> None:
        """The playing track was heard to its end."""
        self._controller.note(FeedbackKind.FINISH)
        self._play_next("end", now)

    def _follow_policy(self, policy: str, now: float) -> None:
        if self._policy_state.follow(policy, now):
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
        face_known = self._mood is not None and self._mood.word is not None
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
            self._fader.state.paused
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

    def _play_requested(
        self, track: Track, cause: str, why: str, now: float, start_seconds: float | None = None
    ) -> None:
        """Play a track that the listener asked for, from its beginning where nothing else is said."""
        target = self._policy_state.target(self._mood, now)
        choice = self._selector.requested_choice(track, target, why)
        if start_seconds is not None:
            choice = replace(choice, start_seconds=start_seconds)
        self._play(choice, cause, target, now)

    def _play(self, choice: Choice, cause: str, target: MoodTarget, now: float) -> None:
        self._controller.play(choice, cause, target, self._policy_state.policy, now)
        self._policy_state.aim = target.aim
        self._prefetcher.forget_queue()
