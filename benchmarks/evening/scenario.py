"""Scenario of an evening: who comes and goes, which faces they make, what they ask for, and what breaks.

Drawn at random from a seed, so that the same seed gives the same evening.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from player.messages.intents import (
    CaptureNeutral,
    ChoosePolicy,
    Dislike,
    Intent,
    Like,
    Pause,
    Previous,
    Resume,
    Search,
    Seek,
    SetGoal,
    ShowView,
    Skip,
    ToggleCamera,
    VolumeStep,
)
from player.messages.view_state import ViewName
from recognizer.affect import Affect, Emotion

HOUR_SECONDS = 3600.0
Cast = Mapping[str, Sequence[Emotion]]
"""Who can come, and the expressions that each can show beside a face at rest; the first is the listener."""


@dataclass(frozen=True, slots=True)
class PersonArrives:
    """Somebody sits down before the camera."""

    person: str


@dataclass(frozen=True, slots=True)
class PersonLeaves:
    """Somebody gets up."""

    person: str


@dataclass(frozen=True, slots=True)
class ExpressionShown:
    """Somebody's face changes; None is the face at rest."""

    person: str
    emotion: Emotion | None


@dataclass(frozen=True, slots=True)
class CameraAway:
    """The camera is pulled out, or put in again."""

    away: bool


@dataclass(frozen=True, slots=True)
class FolderAway:
    """The network folder with a part of the music is not to be reached, or is there again."""

    away: bool


@dataclass(frozen=True, slots=True)
class FileBroken:
    """A file of the music is overwritten with something that is no music; `draw` in [0, 1) says which."""

    draw: float


@dataclass(frozen=True, slots=True)
class IntentGiven:
    """The listener asks for something."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class TrackPicked:
    """The listener takes the track at this place of the queue, or gives the playing one these stars."""

    place: int = 0
    stars: int = 0


EventKind = (
    PersonArrives
    | PersonLeaves
    | ExpressionShown
    | CameraAway
    | FolderAway
    | FileBroken
    | IntentGiven
    | TrackPicked
)


@dataclass(frozen=True, slots=True, order=True)
class ScenarioEvent:
    """One thing that happens, `at_seconds` after the evening began."""

    at_seconds: float
    what: EventKind = field(compare=False)


@dataclass(frozen=True, slots=True)
class EventRates:
    """How often things happen, in seconds from one to the next on average."""

    rest_seconds: float = 90.0
    expression_seconds: float = 8.0
    flicker_seconds: float = 45.0
    flicker_length_seconds: float = 0.4
    skip_seconds: float = 900.0
    like_seconds: float = 1200.0
    dislike_seconds: float = 3000.0
    pick_seconds: float = 1500.0
    volume_seconds: float = 1200.0
    pause_seconds: float = 2400.0
    policy_seconds: float = 2400.0
    browse_seconds: float = 1500.0
    absence_seconds: float = 3000.0
    visit_seconds: float = 3600.0
    camera_seconds: float = 4000.0
    blind_seconds: float = 5400.0
    folder_seconds: float = 5400.0
    file_seconds: float = 4000.0


DEFAULT_RATES = EventRates()
_POLICIES = ("lift", "calm", "iso", "hold", "match")


def scenario(
    hours: float, seed: int, cast: Cast, rates: EventRates = DEFAULT_RATES
) -> tuple[ScenarioEvent, ...]:
    """The evening's happenings in the order of time."""
    dice, until = random.Random(seed), hours * HOUR_SECONDS
    listener, *guests = cast
    parts: list[Iterator[ScenarioEvent]] = [
        iter([ScenarioEvent(1.0, PersonArrives(listener))]),
        _spells(dice, until, rates.absence_seconds, 240.0, PersonLeaves(listener), PersonArrives(listener)),
        _spells(dice, until, rates.camera_seconds, 60.0, CameraAway(True), CameraAway(False)),
        _spells(dice, until, rates.folder_seconds, 420.0, FolderAway(True), FolderAway(False)),
        _spells(
            dice, until, rates.blind_seconds, 180.0, IntentGiven(ToggleCamera()), IntentGiven(ToggleCamera())
        ),
        _spells(dice, until, rates.pause_seconds, 60.0, IntentGiven(Pause()), IntentGiven(Resume())),
        _at_random(dice, until, rates.file_seconds, lambda: FileBroken(dice.random())),
        _at_random(dice, until, rates.skip_seconds, lambda: IntentGiven(Skip())),
        _at_random(dice, until, rates.like_seconds, lambda: IntentGiven(Like())),
        _at_random(dice, until, rates.dislike_seconds, lambda: IntentGiven(Dislike())),
        _at_random(dice, until, rates.pick_seconds, lambda: TrackPicked(place=dice.randint(0, 4))),
        _at_random(dice, until, rates.pick_seconds, lambda: TrackPicked(stars=dice.randint(1, 5))),
        _at_random(
            dice, until, rates.volume_seconds, lambda: IntentGiven(VolumeStep(dice.choice((-0.1, 0.1))))
        ),
        _at_random(dice, until, rates.browse_seconds, lambda: IntentGiven(_browsing(dice))),
        _at_random(
            dice, until, rates.policy_seconds, lambda: IntentGiven(ChoosePolicy(dice.choice(_POLICIES)))
        ),
    ]
    parts.extend(
        _spells(dice, until, rates.visit_seconds, 900.0, PersonArrives(each), PersonLeaves(each))
        for each in guests
    )
    parts.extend(_faces(dice, until, person, cast[person], rates) for person in cast)
    return tuple(sorted(each for part in parts for each in part if each.at_seconds < until))


def _browsing(dice: random.Random) -> Intent:
    """Something that the listener looks at, or tries."""
    return dice.choice(
        (
            ShowView(ViewName.LIBRARY),
            Search("ten"),
            Search(""),
            ShowView(ViewName.HOW_IT_WORKS),
            ShowView(ViewName.PLAYER),
            Seek(dice.uniform(0.0, 120.0)),
            Previous(),
            SetGoal(Affect(dice.uniform(-1, 1), dice.uniform(-1, 1))),
            CaptureNeutral(),
        )
    )


def _at_random(
    dice: random.Random, until: float, pause_seconds: float, make: Callable[[], EventKind]
) -> Iterator[ScenarioEvent]:
    """Something at random moments, after a first minute in peace."""
    at = 60.0 + dice.expovariate(1 / pause_seconds)
    while at < until:
        yield ScenarioEvent(at, make())
        at += dice.expovariate(1 / pause_seconds)


def _spells(
    dice: random.Random,
    until: float,
    pause_seconds: float,
    length_seconds: float,
    begins: EventKind,
    ends: EventKind,
) -> Iterator[ScenarioEvent]:
    """Something that begins at random moments and ends after a while, one after the other."""
    at = 60.0 + dice.expovariate(1 / pause_seconds)
    while at < until:
        yield ScenarioEvent(at, begins)
        at += _around(dice, length_seconds)
        yield ScenarioEvent(at, ends)
        at += dice.expovariate(1 / pause_seconds)


def _faces(
    dice: random.Random, until: float, person: str, emotions: Sequence[Emotion], rates: EventRates
) -> Iterator[ScenarioEvent]:
    """A face at rest, expressions for a while, and twitches that mean nothing."""
    at = 0.0
    while at < until:
        twitch = dice.random() < rates.rest_seconds / (rates.rest_seconds + rates.flicker_seconds)
        at += dice.expovariate(1 / min(rates.rest_seconds, rates.flicker_seconds))
        yield ScenarioEvent(at, ExpressionShown(person, dice.choice(emotions)))
        at += rates.flicker_length_seconds if twitch else _around(dice, rates.expression_seconds)
        yield ScenarioEvent(at, ExpressionShown(person, None))


def _around(dice: random.Random, seconds: float) -> float:
    """A length that is mostly near this one, sometimes a few times longer."""
    return seconds * math.exp(dice.gauss(0.0, 0.6))
