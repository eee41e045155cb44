"""What happens in an evening: who comes and goes, which faces they make, what they ask for, and what breaks.

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
class Comes:
    """Somebody sits down before the camera."""

    person: str


@dataclass(frozen=True, slots=True)
class Goes:
    """Somebody gets up."""

    person: str


@dataclass(frozen=True, slots=True)
class Shows:
    """Somebody's face changes; None is the face at rest."""

    person: str
    emotion: Emotion | None


@dataclass(frozen=True, slots=True)
class CameraBreaks:
    """The camera is pulled out, or put in again."""

    away: bool


@dataclass(frozen=True, slots=True)
class FolderVanishes:
    """The network folder with a part of the music is not to be reached, or is there again."""

    away: bool


@dataclass(frozen=True, slots=True)
class FileBreaks:
    """A file of the music is overwritten with something that is no music; `draw` in [0, 1) says which."""

    draw: float


@dataclass(frozen=True, slots=True)
class Wishes:
    """The listener asks for something."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class Picks:
    """The listener takes the track at this place of the queue, or gives the playing one these stars."""

    place: int = 0
    stars: int = 0


What = Comes | Goes | Shows | CameraBreaks | FolderVanishes | FileBreaks | Wishes | Picks


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """One thing that happens, `at_seconds` after the evening began."""

    at_seconds: float
    what: What = field(compare=False)


@dataclass(frozen=True, slots=True)
class Habits:
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


HABITS = Habits()
_POLICIES = ("lift", "calm", "iso", "hold", "match")


def story(hours: float, seed: int, cast: Cast, habits: Habits = HABITS) -> tuple[Happening, ...]:
    """The evening's happenings in the order of time."""
    dice, until = random.Random(seed), hours * HOUR_SECONDS
    listener, *guests = cast
    parts: list[Iterator[Happening]] = [
        iter([Happening(1.0, Comes(listener))]),
        _spells(dice, until, habits.absence_seconds, 240.0, Goes(listener), Comes(listener)),
        _spells(dice, until, habits.camera_seconds, 60.0, CameraBreaks(True), CameraBreaks(False)),
        _spells(dice, until, habits.folder_seconds, 420.0, FolderVanishes(True), FolderVanishes(False)),
        _spells(dice, until, habits.blind_seconds, 180.0, Wishes(ToggleCamera()), Wishes(ToggleCamera())),
        _spells(dice, until, habits.pause_seconds, 60.0, Wishes(Pause()), Wishes(Resume())),
        _now_and_then(dice, until, habits.file_seconds, lambda: FileBreaks(dice.random())),
        _now_and_then(dice, until, habits.skip_seconds, lambda: Wishes(Skip())),
        _now_and_then(dice, until, habits.like_seconds, lambda: Wishes(Like())),
        _now_and_then(dice, until, habits.dislike_seconds, lambda: Wishes(Dislike())),
        _now_and_then(dice, until, habits.pick_seconds, lambda: Picks(place=dice.randint(0, 4))),
        _now_and_then(dice, until, habits.pick_seconds, lambda: Picks(stars=dice.randint(1, 5))),
        _now_and_then(
            dice, until, habits.volume_seconds, lambda: Wishes(VolumeStep(dice.choice((-0.1, 0.1))))
        ),
        _now_and_then(dice, until, habits.browse_seconds, lambda: Wishes(_curiosity(dice))),
        _now_and_then(
            dice, until, habits.policy_seconds, lambda: Wishes(ChoosePolicy(dice.choice(_POLICIES)))
        ),
    ]
    parts.extend(
        _spells(dice, until, habits.visit_seconds, 900.0, Comes(each), Goes(each)) for each in guests
    )
    parts.extend(_faces(dice, until, person, cast[person], habits) for person in cast)
    return tuple(sorted(each for part in parts for each in part if each.at_seconds < until))


def _curiosity(dice: random.Random) -> Intent:
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


def _now_and_then(
    dice: random.Random, until: float, pause_seconds: float, make: Callable[[], What]
) -> Iterator[Happening]:
    """Something at random moments, after a first minute in peace."""
    at = 60.0 + dice.expovariate(1 / pause_seconds)
    while at < until:
        yield Happening(at, make())
        at += dice.expovariate(1 / pause_seconds)


def _spells(
    dice: random.Random, until: float, pause_seconds: float, length_seconds: float, begins: What, ends: What
) -> Iterator[Happening]:
    """Something that begins at random moments and ends after a while, one after the other."""
    at = 60.0 + dice.expovariate(1 / pause_seconds)
    while at < until:
        yield Happening(at, begins)
        at += _around(dice, length_seconds)
        yield Happening(at, ends)
        at += dice.expovariate(1 / pause_seconds)


def _faces(
    dice: random.Random, until: float, person: str, emotions: Sequence[Emotion], habits: Habits
) -> Iterator[Happening]:
    """A face at rest, expressions for a while, and twitches that mean nothing."""
    at = 0.0
    while at < until:
        twitch = dice.random() < habits.rest_seconds / (habits.rest_seconds + habits.flicker_seconds)
        at += dice.expovariate(1 / min(habits.rest_seconds, habits.flicker_seconds))
        yield Happening(at, Shows(person, dice.choice(emotions)))
        at += habits.flicker_length_seconds if twitch else _around(dice, habits.expression_seconds)
        yield Happening(at, Shows(person, None))


def _around(dice: random.Random, seconds: float) -> float:
    """A length that is mostly near this one, sometimes a few times longer."""
    return seconds * math.exp(dice.gauss(0.0, 0.6))
