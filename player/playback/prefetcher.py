"""What would come next: choices made before they are needed, and their tracks kept open, so that a change is quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from player.music.choice.ranking import Choice
from player.playback.policy_state import Wish
from player.playback.track_selector import Repertoire
from player.sound import Crossfader
from recognizer.affect import EMOTIONS, Emotion, Mood
from recognizer.circumplex import COORDINATES

PLAN_SECONDS = 60.0
"""How long a choice made in advance stays good."""
LIKELY_PROBABILITY = 0.15
"""From this smoothed probability on, an emotion is worth having its track ready."""
RIVAL_LEAD = 0.1
"""How much more likely yet another emotion must be to take the place of the one that was made ready for."""

WishOf = Callable[[Mood | None, float], Wish]


@dataclass(frozen=True, slots=True)
class Plan:
    """A choice made in advance, for which wish, and when."""

    choice: Choice
    wish: Wish
    made_seconds: float


class Foresight:
    """Keeps the queue and a plan for each emotion until `forget`. `wish_of` turns a mood at a time into a wish."""

    def __init__(self, repertoire: Repertoire, fader: Crossfader, queue_length: int, wish_of: WishOf) -> None:
        self._repertoire, self._fader = repertoire, fader
        self._queue_length, self._wish_of = queue_length, wish_of
        self._plans: dict[Emotion, Plan] = {}
        self._queue: tuple[Choice, ...] | None = None
        self._rival: Emotion | None = None
        self._ready: tuple[tuple[int, float], ...] = ()

    def forget(self) -> None:
        """Something changed that counts for choices: all of them are made anew."""
        self._plans.clear()
        self._queue = None
        self._ready = ()

    def forget_queue(self) -> None:
        """The mood changed: the queue is made anew, the plans for the other moods stand."""
        self._queue = None

    def queue(self, mood: Mood | None, taken: set[int], now: float) -> tuple[Choice, ...]:
        """What would come next if the mood stayed, without the tracks whose ids are taken."""
        if self._queue is None:
            found = self._repertoire.queue(self._wish_of(mood, now), self._queue_length + len(taken))
            left = (each for each in found if each.track.id not in taken)
            self._queue = tuple(left)[: self._queue_length]
        return self._queue

    def plan(self, mood: Mood, taken: set[int], now: float) -> Plan | None:
        """The choice for a mood that comes or might come, entered where it fits best; anew once it is old."""
        if mood.emotion is None:
            return None
        plan = self._plans.get(mood.emotion)
        if plan is None or now - plan.made_seconds > PLAN_SECONDS:
            wish = self._wish_of(mood, now)
            best = self._repertoire.best(wish, taken, sure=True)
            if best is None:
                return None
            plan = Plan(self._repertoire.entered(best, wish), wish, now)
            self._plans[mood.emotion] = plan
        return plan

    def look_ahead(self, mood: Mood | None, taken: set[int], now: float) -> None:
        """Keep open what would come next anyway, and what would come with the likeliest other moods."""
        choices = list(self.queue(mood, taken, now)[:1])
        if mood is not None:
            self._find_rival(mood)
        usual = Emotion.NEUTRAL if mood is not None and mood.emotion is Emotion.HAPPY else Emotion.HAPPY
        for emotion in (usual, self._rival):
            plan = self.plan(_looking(emotion, mood, now), taken, now) if emotion is not None else None
            if plan is not None:
                choices.append(plan.choice)
        self._prepare(choices)

    def _prepare(self, choices: list[Choice]) -> None:
        ready = tuple(dict.fromkeys((each.track.id, each.start_seconds) for each in choices))
        if ready != self._ready:
            self._ready = ready
            for choice in choices:
                self._fader.prepare(choice.track.path, choice.start_seconds)

    def _find_rival(self, mood: Mood) -> None:
        """The emotion beside the mood that begins to show; it stays until another one is clearly stronger."""
        shares = dict(zip(EMOTIONS, mood.probabilities, strict=True))
        strongest = max(
            (each for each in EMOTIONS if each is not mood.emotion), key=lambda each: shares[each]
        )
        kept = shares[self._rival] if self._rival not in (None, mood.emotion) else 0.0
        if shares[strongest] >= max(LIKELY_PROBABILITY, kept + RIVAL_LEAD):
            self._rival = strongest


def _looking(emotion: Emotion, mood: Mood | None, now: float) -> Mood:
    """The mood of a listener who would look like this."""
    likely = mood or Mood(now, 0, emotion, 1.0, COORDINATES[emotion], (1 / len(EMOTIONS),) * len(EMOTIONS))
    return replace(likely, emotion=emotion, affect=COORDINATES[emotion])
