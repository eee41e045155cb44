"""The prefetcher: choices made before they are needed, and their tracks kept open, so that a change is quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from player.music.choice.ranking import Choice
from player.playback.policy_state import MoodTarget
from player.playback.track_selector import TrackSelector
from player.sound import Crossfader
from recognizer.affect import EMOTIONS, Emotion, Mood
from recognizer.circumplex import COORDINATES

PLAN_SECONDS = 60.0
"""How long a choice made in advance stays valid."""
LIKELY_PROBABILITY = 0.15
"""Lowest smoothed probability of an emotion for which a track is kept open."""
RUNNER_UP_MARGIN = 0.1
"""How much more likely another emotion must be to replace the one whose track is kept open."""

MoodTargetOf = Callable[[Mood | None, float], MoodTarget]


@dataclass(frozen=True, slots=True)
class Plan:
    """A choice made in advance, with its target and time."""

    choice: Choice
    target: MoodTarget
    made_seconds: float


class Prefetcher:
    """Keeps the queue and a plan for each emotion until `forget`. `target_of` gives the target for a mood at a time."""

    def __init__(
        self, selector: TrackSelector, fader: Crossfader, queue_length: int, target_of: MoodTargetOf
    ) -> None:
        self._selector, self._fader = selector, fader
        self._queue_length, self._target_of = queue_length, target_of
        self._plans: dict[Emotion, Plan] = {}
        self._queue: tuple[Choice, ...] | None = None
        self._runner_up: Emotion | None = None
        self._ready: tuple[tuple[int, float], ...] = ()

    def forget(self) -> None:
        """Drop all choices, since something changed that they depend on."""
        self._plans.clear()
        self._queue = None
        self._ready = ()

    def forget_queue(self) -> None:
        """Drop the queue, since the mood changed; the plans for other moods stay valid."""
        self._queue = None

    def queue(self, mood: Mood | None, taken: set[int], now: float) -> tuple[Choice, ...]:
        """The next tracks if the mood stays as it is, without those whose ids are in `taken`."""
        if self._queue is None:
            found = self._selector.queue(self._target_of(mood, now), self._queue_length + len(taken))
            left = (each for each in found if each.track.id not in taken)
            self._queue = tuple(left)[: self._queue_length]
        return self._queue

    def plan(self, mood: Mood, taken: set[int], now: float) -> Plan | None:
        """The choice for an actual or possible mood, with its entry point; made again once it is old."""
        if mood.emotion is None:
            return None
        plan = self._plans.get(mood.emotion)
        if plan is None or now - plan.made_seconds > PLAN_SECONDS:
            target = self._target_of(mood, now)
            best = self._selector.best(target, taken, sure=True)
            if best is None:
                return None
            plan = Plan(self._selector.with_entry(best, target), target, now)
            self._plans[mood.emotion] = plan
        return plan

    def prefetch(self, mood: Mood | None, taken: set[int], now: float) -> None:
        """Keep open the next track of the queue, and those for the most likely other moods."""
        choices = list(self.queue(mood, taken, now)[:1])
        if mood is not None:
            self._find_runner_up(mood)
        expected = Emotion.NEUTRAL if mood is not None and mood.emotion is Emotion.HAPPY else Emotion.HAPPY
        for emotion in (expected, self._runner_up):
            plan = self.plan(_hypothetical(emotion, mood, now), taken, now) if emotion is not None else None
            if plan is not None:
                choices.append(plan.choice)
        self._prepare(choices)

    def _prepare(self, choices: list[Choice]) -> None:
        ready = tuple(dict.fromkeys((each.track.id, each.start_seconds) for each in choices))
        if ready != self._ready:
            self._ready = ready
            for choice in choices:
                self._fader.prepare(choice.track.path, choice.start_seconds)

    def _find_runner_up(self, mood: Mood) -> None:
        """Find the second most likely emotion; it is kept until another one is clearly more likely."""
        shares = dict(zip(EMOTIONS, mood.probabilities, strict=True))
        strongest = max(
            (each for each in EMOTIONS if each is not mood.emotion), key=lambda each: shares[each]
        )
        kept = shares[self._runner_up] if self._runner_up not in (None, mood.emotion) else 0.0
        if shares[strongest] >= max(LIKELY_PROBABILITY, kept + RUNNER_UP_MARGIN):
            self._runner_up = strongest


def _hypothetical(emotion: Emotion, mood: Mood | None, now: float) -> Mood:
    """The mood if the listener showed this emotion."""
    likely = mood or Mood(now, 0, emotion, 1.0, COORDINATES[emotion], (1 / len(EMOTIONS),) * len(EMOTIONS))
    return replace(likely, emotion=emotion, affect=COORDINATES[emotion])
