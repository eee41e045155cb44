"""All that is known of a listener, made ready for choosing: what they keep, what moves them, what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from player.music.choice.features import Array, Context, of_shelf
from player.music.choice.feedback import Feedback, FeedbackKind, listens, verdicts
from player.music.choice.preference import Preference, Taste, learned
from player.music.choice.ranking import Choice, costs, ranked
from player.music.choice.reasons import DayPart, Habits, Known, reasons, sentence
from player.music.choice.response import Effect, Response, effects
from player.music.choice.track_matrix import Shelf
from player.music.track import Track

TRYING_MARGIN = 0.05
"""A track that is thought to please this much less than another was taken to learn."""


@dataclass(frozen=True, eq=False)
class Memory:
    """The shelf and what the listener's history says about it, as of one moment."""

    shelf: Shelf
    preference: Preference
    habits: Habits
    effects: Mapping[int, Effect]
    verdicts: Mapping[int, Feedback]

    @classmethod
    def of(
        cls,
        shelf: Shelf,
        feedback: Sequence[Feedback],
        responses: Sequence[Response],
        now: float,
        learn: bool = True,
    ) -> Memory:
        """Learn from the whole history, oldest first; `now` is Unix time.

        Without `learn` only what was said outright counts: likes and dislikes are known, no taste is made of them.
        """
        moved = effects(responses) if learn else {}
        shelf = shelf.with_effects(moved)
        playings = listens(feedback) if learn else ()
        return cls(
            shelf=shelf,
            preference=learned(playings, shelf, now),
            habits=Habits.of(playings),
            effects=moved,
            verdicts=verdicts(feedback),
        )

    @cached_property
    def disliked(self) -> frozenset[int]:
        """The ids of the tracks that the listener never wants."""
        return frozenset(
            track_id for track_id, act in self.verdicts.items() if act.kind is FeedbackKind.DISLIKE
        )

    @cached_property
    def expected(self) -> Taste:
        """What the listener is thought to like."""
        return self.preference.expected()

    def costs(
        self, context: Context, since_seconds: Mapping[int, float], *tastes: Taste, weary: bool = True
    ) -> tuple[Array, ...]:
        """What speaks against each track of the shelf in a context, [tracks], by each of the tastes.

        `since_seconds` holds the seconds since each track last began that was ever played, by id. It does not matter
        how many they are unless `weary`.
        """
        features = of_shelf(self.shelf, context, since_seconds)
        lately = since_seconds if weary else {}
        return tuple(costs(self.shelf, taste.scores(features), lately, self.disliked) for taste in tastes)


def upcoming(
    memory: Memory,
    taste: Taste,
    context: Context,
    since_seconds: Mapping[int, float],
    *,
    count: int,
    lead: str = "",
) -> tuple[Choice, ...]:
    """The `count` best next tracks, best first: the queue as it stands while the mood stays as it is.

    `taste` is the one to choose by, drawn or expected. `since_seconds` are those of `Memory.costs`. `lead` begins the
    sentence (see `player.music.choice.policy.lead`).
    """
    shelf = memory.shelf
    drawn, thought = memory.costs(context, since_seconds, taste, memory.expected)
    picks = ranked(shelf, drawn, since_seconds, count)
    safest = ranked(shelf, thought, since_seconds, count)
    return tuple(
        _explained(memory, track, cost, context, since_seconds, lead, thought[shelf.rows[track.id]] - safe)
        for (track, cost), (_, safe) in zip(picks, safest, strict=True)
    )


def _explained(
    memory: Memory,
    track: Track,
    cost: float,
    context: Context,
    since_seconds: Mapping[int, float],
    lead: str,
    sacrifice: float,
) -> Choice:
    """A choice with its reasons; `sacrifice` is how much better another track is thought to be."""
    part = DayPart.of_hour(context.hour) if context.hour is not None else None
    said = memory.verdicts.get(track.id)
    known = Known(
        age_seconds=since_seconds.get(track.id),
        verdict=said.kind if said is not None else None,
        usual=memory.habits.usual(track.id, None),
        usual_now=memory.habits.usual(track.id, part) if part is not None else None,
        part=part,
        effect=memory.effects.get(track.id),
        trying=sacrifice > TRYING_MARGIN,
    )
    why = reasons(track, known)
    return Choice(track, why, sentence(lead, why), cost, track.sound_start_seconds)
