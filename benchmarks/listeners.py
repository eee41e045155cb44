"""Made-up listeners, whose taste is known: what a learner must find out from skips and finished tracks alone.

They are not of the learner's own kind: the distance from the wanted mood counts by a curve, each has styles of music
that no feature shows, single tracks they cannot bear, and hours for lively music; whether a track is kept is chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player.music.choice.features import Context
from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.policy import target
from player.music.choice.track_matrix import TrackMatrix
from player.music.track import Track
from recognizer.affect import EMOTIONS, Affect
from recognizer.circumplex import COORDINATES

STYLES = 8
FIT_WIDTH = 0.7
"""How far a track's mood may be from the wanted one, on the plane, before most of its fitting is lost."""
DECISIVENESS = 1.5
"""From how much a track pleases to the log-odds of keeping it."""
EVENT_SECONDS = 240.0
_POLICIES = ("match", "lift", "calm")
_EMOTION_SHARES = dict(zip(EMOTIONS, (0.1, 0.03, 0.04, 0.25, 0.15, 0.08, 0.35), strict=True))
_BEGIN_SECONDS = 1_700_000_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Liking:
    """What one listener likes: how much the mood must fit, how much lively music gains at `lively_hour`, and so on.

    styles: [STYLES] liking of each hidden style. own: [tracks] liking of single tracks.
    """

    need: float
    lively_gain: float
    lively_hour: float
    company: float
    styles: NDArray[np.float64]
    own: NDArray[np.float64]

    def pleasure(self, matrix: TrackMatrix, styles: NDArray[np.int64], row: int, context: Context) -> float:
        """How much a track pleases in a context; 0 is neither kept nor left more often."""
        valence, arousal = matrix.moods[row]
        away = math.hypot(valence - context.wanted.valence, arousal - context.wanted.arousal)
        fit = 2 * math.exp(-((away / FIT_WIDTH) ** 2)) - 1
        hours = math.cos(2 * math.pi * ((context.hour or 0) - self.lively_hour) / 24)
        listener = context.listener or context.wanted
        kinship = valence * listener.valence
        liking = self.styles[styles[row]] + self.own[row]
        return float(self.need * fit + self.lively_gain * hours * arousal + self.company * kinship + liking)


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """A moment at which one of `pool` (rows of the matrix) was to play: `logged` did, and `acts` came of it."""

    context: Context
    pool: NDArray[np.int64]
    logged: int
    acts: tuple[Feedback, ...]


def library(random: np.random.Generator, count: int) -> tuple[TrackMatrix, NDArray[np.int64]]:
    """Tracks with evenly spread moods, and the hidden style of each."""
    moods = random.uniform(-1, 1, (count, 2)).tolist()
    tracks = (_track(number, Affect(*mood)) for number, mood in enumerate(moods, start=1))
    return TrackMatrix.of(tracks), random.integers(0, STYLES, count)


def liking(random: np.random.Generator, tracks: int) -> Liking:
    """Somebody's taste."""
    return Liking(
        need=random.uniform(0.3, 1.2),
        lively_gain=random.uniform(0.0, 1.2),
        lively_hour=random.uniform(0, 24),
        company=random.normal(0, 0.5),
        styles=random.normal(0, 0.6, STYLES),
        own=random.normal(0, 0.6, tracks),
    )


def evenings(
    random: np.random.Generator,
    matrix: TrackMatrix,
    styles: NDArray[np.int64],
    taste: Liking,
    count: int,
    pool: int,
) -> Iterator[Event]:
    """A history in which each track was drawn from its pool evenly, as Li et al. need it for an unbiased replay."""
    for number in range(count):
        context = _moment(random)
        choices = random.choice(len(matrix), pool, replace=False)
        logged = int(random.choice(choices))
        odds = DECISIVENESS * taste.pleasure(matrix, styles, logged, context)
        kept = bool(random.random() < 1 / (1 + math.exp(-odds)))
        at_seconds = _BEGIN_SECONDS + EVENT_SECONDS * number
        yield Event(
            context, choices, logged, _acts(random, matrix.tracks[logged].id, context, kept, at_seconds)
        )


def _moment(random: np.random.Generator) -> Context:
    emotion = random.choice(list(_EMOTION_SHARES), p=list(_EMOTION_SHARES.values()))
    centre = COORDINATES[emotion]
    valence, arousal = np.clip(random.normal((centre.valence, centre.arousal), 0.15), -1, 1).tolist()
    listener = Affect(valence, arousal)
    hour = int(random.integers(7, 24))
    return Context(target(listener, str(random.choice(_POLICIES))), listener, hour)


def _acts(
    random: np.random.Generator, track_id: int, context: Context, kept: bool, at_seconds: float
) -> tuple[Feedback, ...]:
    """What somebody does who keeps a track or leaves it; a few say so outright."""
    said = random.random() < 0.05
    if kept:
        kinds = (FeedbackKind.LIKE, FeedbackKind.FINISH) if said else (FeedbackKind.FINISH,)
    else:
        kinds = (FeedbackKind.DISLIKE,) if said else (FeedbackKind.SKIP,)
    share = 1.0 if kept else float(random.beta(1, 4))
    return tuple(
        Feedback(
            track_id, kind, at_seconds, context.listener, context.wanted, context.hour, heard_share=share
        )
        for kind in (FeedbackKind.PLAY, *kinds)
    )


def _track(number: int, mood: Affect) -> Track:
    return Track(
        id=number,
        path=Path(f"{number}.ogg"),
        title=str(number),
        artist="",
        album="",
        duration_seconds=EVENT_SECONDS,
        valence=5.0,
        arousal=5.0,
        mood=mood,
        sound_start_seconds=0.0,
        gain_db=0.0,
    )
