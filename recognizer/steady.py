"""From flickering readings to one steady mood per person: pure functions of time and probabilities, no pixels.

A reading passes four stages, each of which may take its time but never counts frames, since cameras jitter:

1. The personal neutral baseline: a resting face that looks a little angry is measured and that bias taken away. It is
   learned along the way, cautiously; or captured when somebody was asked to rest, and then believed and only drifting.
2. Exponential smoothing with the measured time between readings, slower where the image is poor.
3. Hysteresis and dwell: another emotion must lead clearly, and for long enough, before the mood changes.
4. "Not sure" (emotion None) where nothing has been convincing for a while, or nobody has been seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recognizer.affect import EMOTIONS, Emotion, Mood, Reading
from recognizer.circumplex import affect_of

_NEUTRAL = EMOTIONS.index(Emotion.NEUTRAL)
_FLOOR = 1e-4
_EVEN = (1 / len(EMOTIONS),) * len(EMOTIONS)
_NO_BIAS = (0.0,) * len(EMOTIONS)

Vector = tuple[float, ...]


class SteadySettings(BaseModel):
    """Settings of the steadying, frozen: how patient it is. Times are seconds of the source's own clock.

    They are stated here alone; the player's configuration has them as its section `steadying`. Raises ValueError
    (pydantic's ValidationError) for an unknown name, a value out of its range, or thresholds that leave no room for
    hysteresis.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    smoothing_seconds: float = Field(default=0.15, ge=0, le=10)
    """Time constant of the smoothing; 0 takes every reading as it is."""
    dwell_seconds: float = Field(default=0.2, ge=0, le=30)
    """How long an emotion must lead with certainty before the mood changes; a narrower lead takes longer."""
    enter_probability: float = Field(default=0.5, ge=0, lt=1)
    """An emotion must reach this smoothed probability to become the mood..."""
    leave_probability: float = Field(default=0.35, ge=0, lt=1)
    """...and the mood is doubted once it falls below this one."""
    unsure_seconds: float = Field(default=1.0, ge=0, le=60)
    """How long doubt lasts before the mood becomes "not sure"."""
    hold_seconds: float = Field(default=1.5, ge=0, le=60)
    """How long the mood outlives the sight of the face."""
    forget_seconds: float = Field(default=60.0, ge=0, le=3600)
    """After how long an unseen person's baseline is dropped."""
    longest_step_seconds: float = Field(default=0.15, gt=0, le=5)
    """The most that one reading may count for, so that no single picture decides after a pause."""
    poorest_quality: float = Field(default=0.1, ge=0, le=1)
    """Readings of lower quality are not believed at all."""
    baseline_seconds: float = Field(default=30.0, ge=0, le=3600)
    """Memory of the personal neutral baseline; 0 switches the baseline off."""
    baseline_caution_seconds: float = Field(default=3.0, gt=0, le=600)
    """How much neutral face must be seen before half of the measured bias is taken away."""
    baseline_limit_logits: float = Field(default=1.5, ge=0, le=10)
    """The most that is ever taken away from one emotion, so that a lasting real one survives."""
    baseline_tolerance_logits: float = Field(default=2.0, ge=0, le=10)
    """An emotion this far below neutral in a resting face is no bias."""
    captured_limit_logits: float = Field(default=4.0, ge=0, le=10)
    """The most that a captured baseline takes away from one emotion."""
    drift_seconds: float = Field(default=600.0, ge=0, le=86400)
    """Time constant, in seconds of neutral face, with which a captured baseline follows the face; 0 keeps it."""
    drift_limit_logits: float = Field(default=1.0, ge=0, le=10)
    """The farthest that a captured baseline ever drifts from what was captured."""

    @model_validator(mode="after")
    def _leaves_room_for_hysteresis(self) -> Self:
        if self.leave_probability > self.enter_probability:
            raise ValueError(
                f"leave_probability = {self.leave_probability} is not allowed; allowed is 0 to"
                f" enter_probability ({self.enter_probability})"
            )
        return self


STILLS = SteadySettings(
    smoothing_seconds=0.0,
    dwell_seconds=0.0,
    unsure_seconds=0.0,
    hold_seconds=0.0,
    forget_seconds=0.0,
    baseline_seconds=0.0,
)
"""For a folder of pictures: each is judged by itself."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What one person's face shows at rest.

    `rest_logits` is the mean log odds of each emotion against neutral over `seen_seconds` of neutral face.
    `captured_logits` is the same at the time when the person was asked to rest; None where that never happened.
    """

    rest_logits: Vector = _NO_BIAS
    seen_seconds: float = 0.0
    captured_logits: Vector | None = None


@dataclass(frozen=True, slots=True)
class SteadyState:
    """Everything remembered of one person between two readings."""

    seen_seconds: float | None = None
    """Time of the last believed reading; None before the first one."""
    smoothed: Vector = _EVEN
    emotion: Emotion | None = None
    challenger: Emotion | None = None
    evidence_seconds: float = 0.0
    """For how long, weighted by its lead, the challenger has been ahead."""
    doubt_seconds: float = 0.0
    baseline: Baseline = field(default_factory=Baseline)


def step(state: SteadyState, reading: Reading, settings: SteadySettings) -> tuple[SteadyState, Mood]:
    """Take in one reading of a person; return what to remember and the steadied mood.

    Readings come in the order of their time; one that is not later than the last counts as simultaneous with it.
    """
    if reading.quality < settings.poorest_quality:
        return lost(state, reading.face_id, reading.time_seconds, settings)
    now = reading.time_seconds
    elapsed = 0.0 if state.seen_seconds is None else max(0.0, now - state.seen_seconds)
    if state.seen_seconds is None or elapsed > settings.hold_seconds:
        state = SteadyState(baseline=state.baseline)
    corrected = without_bias(reading.probabilities, state.baseline, settings)
    believed_seconds = min(elapsed, settings.longest_step_seconds) * reading.quality
    state = replace(
        state,
        seen_seconds=now if state.seen_seconds is None else max(now, state.seen_seconds),
        smoothed=_smooth(state, corrected, elapsed * reading.quality, settings),
        baseline=learn(state.baseline, reading.probabilities, corrected, believed_seconds, settings),
    )
    state = _decide(state, min(elapsed, settings.longest_step_seconds), settings)
    return state, _mood(state, reading.face_id, now)


def lost(state: SteadyState, face_id: int, now: float, settings: SteadySettings) -> tuple[SteadyState, Mood]:
    """The person is not to be seen at `now`: the mood is held for a while, then becomes "not sure"."""
    if state.seen_seconds is None or now - state.seen_seconds > settings.hold_seconds:
        state = SteadyState(seen_seconds=state.seen_seconds, baseline=state.baseline)
    return state, _mood(state, face_id, now)


def without_bias(probabilities: Vector, baseline: Baseline, settings: SteadySettings) -> Vector:
    """The probabilities as they would be if this person's resting face looked like anybody's."""
    if baseline.captured_logits is not None:
        trust, limit = 1.0, settings.captured_limit_logits
    elif baseline.seen_seconds and settings.baseline_seconds:
        trust = baseline.seen_seconds / (baseline.seen_seconds + settings.baseline_caution_seconds)
        limit = settings.baseline_limit_logits
    else:
        return probabilities
    weights = []
    for index, (probability, rest) in enumerate(zip(probabilities, baseline.rest_logits, strict=True)):
        bias = 0.0 if index == _NEUTRAL else max(0.0, rest + settings.baseline_tolerance_logits)
        weights.append(probability * math.exp(-trust * min(bias, limit)))
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def learn(
    baseline: Baseline,
    probabilities: Vector,
    corrected: Vector,
    seen_seconds: float,
    settings: SteadySettings,
) -> Baseline:
    """Let one reading weigh in as far as it shows a neutral face.

    Weighing by the corrected probability of neutral makes the start robust: somebody who smiles at first teaches
    nothing, while a gloomy resting face is learned the faster the more of it is understood.
    """
    captured = baseline.captured_logits
    memory_seconds = settings.baseline_seconds if captured is None else settings.drift_seconds
    weight = seen_seconds * corrected[_NEUTRAL]
    total = (baseline.seen_seconds if captured is None else memory_seconds) + weight
    if not memory_seconds or total <= 0:
        return baseline
    odds = log_odds(probabilities)
    rest = tuple(
        old + (new - old) * weight / total for old, new in zip(baseline.rest_logits, odds, strict=True)
    )
    if captured is not None:
        rest = _near(rest, captured, settings.drift_limit_logits)
        return replace(baseline, rest_logits=rest, seen_seconds=baseline.seen_seconds + weight)
    return Baseline(rest_logits=rest, seen_seconds=min(total, settings.baseline_seconds))


def log_odds(probabilities: Vector) -> Vector:
    """The log odds of each emotion against neutral; nothing counts as less likely than 1 in 10,000."""
    neutral = math.log(max(probabilities[_NEUTRAL], _FLOOR))
    return tuple(math.log(max(probability, _FLOOR)) - neutral for probability in probabilities)


def _near(values: Vector, centre: Vector, limit: float) -> Vector:
    return tuple(
        min(middle + limit, max(middle - limit, value)) for value, middle in zip(values, centre, strict=True)
    )


def _smooth(
    state: SteadyState, corrected: Vector, elapsed_seconds: float, settings: SteadySettings
) -> Vector:
    """A first-order filter whose pull follows the measured time; the first reading is taken as it is."""
    if state.seen_seconds is None or settings.smoothing_seconds == 0:
        return corrected
    pull = -math.expm1(-elapsed_seconds / settings.smoothing_seconds)
    return tuple(old + (new - old) * pull for old, new in zip(state.smoothed, corrected, strict=True))


def _decide(state: SteadyState, elapsed_seconds: float, settings: SteadySettings) -> SteadyState:
    """Hysteresis and dwell: let a challenger gather evidence, or the mood gather doubt."""
    own = 0.0 if state.emotion is None else state.smoothed[EMOTIONS.index(state.emotion)]
    best, leader = max(zip(state.smoothed, EMOTIONS, strict=True))
    if leader is not state.emotion and best >= settings.enter_probability:
        gained = state.evidence_seconds if leader is state.challenger else 0.0
        gained += elapsed_seconds * (best - own)
        if gained >= settings.dwell_seconds:
            return replace(state, emotion=leader, challenger=None, evidence_seconds=0.0, doubt_seconds=0.0)
        state = replace(state, challenger=leader, evidence_seconds=gained)
    else:
        kept = max(0.0, state.evidence_seconds - elapsed_seconds)
        state = replace(state, challenger=state.challenger if kept else None, evidence_seconds=kept)
    return _doubt(state, own, elapsed_seconds, settings)


def _doubt(state: SteadyState, own: float, elapsed_seconds: float, settings: SteadySettings) -> SteadyState:
    """Give the mood up once it has been unconvincing for long enough."""
    if state.emotion is None or own >= settings.leave_probability:
        return replace(state, doubt_seconds=0.0)
    doubt = state.doubt_seconds + elapsed_seconds
    if doubt >= settings.unsure_seconds:
        return replace(state, emotion=None, doubt_seconds=0.0)
    return replace(state, doubt_seconds=doubt)


def _mood(state: SteadyState, face_id: int, now: float) -> Mood:
    """What the rest of the program is told."""
    best = max(state.smoothed)
    own = best if state.emotion is None else state.smoothed[EMOTIONS.index(state.emotion)]
    return Mood(now, face_id, state.emotion, own, affect_of(state.smoothed), state.smoothed)


class Steadier:
    """Keeps one SteadyState per face id."""

    def __init__(self, settings: SteadySettings | None = None) -> None:
        self.settings = settings or SteadySettings()
        self._states: dict[int, SteadyState] = {}
        self._adopted: SimpleQueue[tuple[int, Baseline]] = SimpleQueue()

    @property
    def baselines(self) -> dict[int, Baseline]:
        """The resting faces of everybody still remembered, by face id."""
        return {face_id: state.baseline for face_id, state in self._states.items()}

    def adopt(self, face_id: int, baseline: Baseline) -> None:
        """Take a known resting face for this person from the next update on; any thread may call this."""
        self._adopted.put((face_id, baseline))

    def update(self, readings: Iterable[Reading], now: float) -> tuple[Mood, ...]:
        """The moods of everybody still remembered at `now`, in the order of their face ids."""
        seen = {reading.face_id: reading for reading in readings}
        self._take_adopted()
        self._forget(now)
        moods = []
        for face_id in sorted(seen.keys() | self._states.keys()):
            state = self._states.get(face_id, SteadyState())
            if face_id in seen:
                state, mood = step(state, seen[face_id], self.settings)
            else:
                state, mood = lost(state, face_id, now, self.settings)
            self._states[face_id] = state
            moods.append(mood)
        return tuple(moods)

    def _take_adopted(self) -> None:
        while not self._adopted.empty():
            face_id, baseline = self._adopted.get()
            if face_id in self._states:
                self._states[face_id] = replace(self._states[face_id], baseline=baseline)

    def _forget(self, now: float) -> None:
        """Drop the people who have been away for long."""
        for face_id, state in list(self._states.items()):
            if state.seen_seconds is None or now - state.seen_seconds > self.settings.forget_seconds:
                del self._states[face_id]
