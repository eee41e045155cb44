"""The listener model: preferences, habits, mood effects of tracks, likes and dislikes, prepared for choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from player.music.choice.features import Array, Context, features_of_matrix
from player.music.choice.feedback import Feedback, FeedbackKind, listens, verdicts
from player.music.choice.preference import PreferencePosterior, PreferenceSample, learned
from player.music.choice.ranking import Choice, costs, ranked
from player.music.choice.reasons import DayPart, Habits, ReasonInputs, reasons, sentence
from player.music.choice.response import Effect, Response, effects
from player.music.choice.track_matrix import TrackMatrix
from player.music.track import Track

TRYING_MARGIN = 0.05
"""A choice whose expected score is this much below the best one is a try."""


@dataclass(frozen=True, eq=False)
class ListenerModel:
    """The track matrix and what the listener's history says about its tracks, at one time."""

    matrix: TrackMatrix
    preference: PreferencePosterior
    habits: Habits
    effects: Mapping[int, Effect]
    verdicts: Mapping[int, Feedback]

    @classmethod
    def of(
        cls,
        matrix: TrackMatrix,
        feedback: Sequence[Feedback],
        responses: Sequence[Response],
        now: float,
        learn: bool = True,
    ) -> ListenerModel:
        """Fit to the whole history, oldest first; `now` is Unix time.

        Without `learn` only explicit likes and dislikes are known; no preferences are fitted.
        """
        moved = effects(responses) if learn else {}
        matrix = matrix.with_effects(moved)
        playings = listens(feedback) if learn else ()
        return cls(
            matrix=matrix,
            preference=learned(playings, matrix, now),
            habits=Habits.of(playings),
            effects=moved,
            verdicts=verdicts(feedback),
        )

    @cached_property
    def disliked(self) -> frozenset[int]:
        """The ids of disliked tracks."""
        return frozenset(
            track_id for track_id, act in self.verdicts.items() if act.kind is FeedbackKind.DISLIKE
        )

    @cached_property
    def expected(self) -> PreferenceSample:
        """The expected preferences."""
        return self.preference.expected()

    def costs(
        self,
        context: Context,
        since_seconds: Mapping[int, float],
        *samples: PreferenceSample,
        recency: bool = True,
    ) -> tuple[Array, ...]:
        """Costs of the tracks of the matrix in a context, [tracks], one array for each sample.

        `since_seconds` holds, by id, the seconds since each track that ever played last began. Their values count only
        with `recency`.
        """
        features = features_of_matrix(self.matrix, context, since_seconds)
        lately = since_seconds if recency else {}
        return tuple(costs(self.matrix, sample.scores(features), lately, self.disliked) for sample in samples)


def upcoming(
    model: ListenerModel,
    sample: PreferenceSample,
    context: Context,
    since_seconds: Mapping[int, float],
    *,
    count: int,
    opening: str = "",
) -> tuple[Choice, ...]:
    """The `count` best next tracks, best first: the queue as it stands while the mood stays as it is.

    `sample` is the one to choose by. `since_seconds` are those of `ListenerModel.costs`. `opening` begins the sentence
    (see `player.music.choice.policy.opening`).
    """
    matrix = model.matrix
    drawn, thought = model.costs(context, since_seconds, sample, model.expected)
    picks = ranked(matrix, drawn, since_seconds, count)
    safest = ranked(matrix, thought, since_seconds, count)
    return tuple(
        _explained(model, track, cost, context, since_seconds, opening, thought[matrix.rows[track.id]] - safe)
        for (track, cost), (_, safe) in zip(picks, safest, strict=True)
    )


def _explained(
    model: ListenerModel,
    track: Track,
    cost: float,
    context: Context,
    since_seconds: Mapping[int, float],
    opening: str,
    sacrifice: float,
) -> Choice:
    """A choice with its reasons; `sacrifice` is how far its expected score is below the best one."""
    part = DayPart.of_hour(context.hour) if context.hour is not None else None
    said = model.verdicts.get(track.id)
    inputs = ReasonInputs(
        age_seconds=since_seconds.get(track.id),
        verdict=said.kind if said is not None else None,
        usual=model.habits.usual(track.id, None),
        usual_now=model.habits.usual(track.id, part) if part is not None else None,
        part=part,
        effect=model.effects.get(track.id),
        trying=sacrifice > TRYING_MARGIN,
    )
    why = reasons(track, inputs)
    return Choice(track, why, sentence(opening, why), cost, track.sound_start_seconds)
