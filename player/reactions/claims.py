"""Every statement that a study makes beyond describing its viewers, each with what chance would give. Pure.

Each kind of question is one family, over all films at once: comparisons of films and groups, lifts at marked moments,
and synchrony are adjusted by Holm; peaks and stretches, which are looked for everywhere along six traces of every film,
by the false discovery rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from player.reactions.aggregate import Peak, peaks
from player.reactions.chance import Stretch, apart, time_locked
from player.reactions.comparisons import BEYOND_CHANCE, Comparison, compare, false_discovery_rate, holm
from player.reactions.gather import Reactions
from player.reactions.measures import BIN_SECONDS
from player.reactions.moments import LIFTED, Lift, Marker, lifts
from player.reactions.synchrony import Synchrony, synchrony

SHOWN_TRACES = ("valence", "arousal", "smile", "brow_furrow", "expressiveness", "attention")
"""The traces that are shown over time."""
PEAKED = ("smile", "valence", "brow_furrow", "expressiveness")
MOST_PEAKS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Together:
    """The synchrony of one trace in one film."""

    film: str
    trace: str
    found: Synchrony
    adjusted: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a film in which a trace stands out.

    `groups` is empty where the viewers' mean leaves their own average, else names the two groups that differ, and
    `split` the attribute by which they are groups.
    """

    film: str
    trace: str
    split: str
    groups: tuple[str, ...]
    start_seconds: float
    end_seconds: float
    higher: bool
    p: float
    adjusted: float

    @property
    def beyond_chance(self) -> bool:
        """Whether it may be claimed, and is drawn."""
        return self.adjusted <= BEYOND_CHANCE


@dataclass(frozen=True, slots=True)
class Claims:
    """All of them."""

    comparisons: tuple[Comparison, ...]
    lifts: tuple[Lift, ...]
    synchrony: tuple[Together, ...]
    peaks: tuple[tuple[str, Peak], ...]
    moments: tuple[Moment, ...]


def claims(films: Sequence[Reactions], markers: Sequence[Marker] = ()) -> Claims:
    """Everything that is asked of the films together, adjusted over all that is asked."""
    return Claims(
        compare(films),
        _adjusted_lifts([lift for film in films for lift in lifts(film, markers)]),
        _synchrony(films),
        _peaks(films),
        _moments(films),
    )


def _adjusted_lifts(found: list[Lift]) -> tuple[Lift, ...]:
    adjusted = iter(holm([lift.p[name] for lift in found for name in LIFTED]))
    return tuple(replace(lift, adjusted={name: next(adjusted) for name in LIFTED}) for lift in found)


def _synchrony(films: Sequence[Reactions]) -> tuple[Together, ...]:
    found = [(film.film.film, name, synchrony(film.trace(name))) for film in films for name in SHOWN_TRACES]
    adjusted = holm([each.p for _, _, each in found])
    return tuple(Together(*each, p) for each, p in zip(found, adjusted, strict=True))


def _peaks(films: Sequence[Reactions]) -> tuple[tuple[str, Peak], ...]:
    found = [
        (film.film.film, peak)
        for film in films
        for name in PEAKED
        for peak in peaks(film, name, MOST_PEAKS_SHOWN)
    ]
    adjusted = false_discovery_rate([peak.p for _, peak in found])
    return tuple((film, replace(peak, adjusted=p)) for (film, peak), p in zip(found, adjusted, strict=True))


def _moments(films: Sequence[Reactions]) -> tuple[Moment, ...]:
    found: list[tuple[str, str, str, tuple[str, ...], Stretch]] = []
    for film in films:
        title = film.film.film
        for name in SHOWN_TRACES:
            found += [(title, name, "", (), each) for each in time_locked(film.trace(name))]
            for split in film.splits:
                parts = {group: film.only(group, split).trace(name) for group in film.groups_by(split)}
                for one, other in combinations(parts, 2):
                    differing = apart(parts[one], parts[other])
                    found += [(title, name, split, (one, other), each) for each in differing]
    adjusted = false_discovery_rate([stretch.p for *_, stretch in found])
    return tuple(
        Moment(
            film,
            name,
            split,
            groups,
            stretch.start * BIN_SECONDS,
            stretch.end * BIN_SECONDS,
            stretch.higher,
            stretch.p,
            p,
        )
        for (film, name, split, groups, stretch), p in zip(found, adjusted, strict=True)
    )
