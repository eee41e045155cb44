"""Lift around marked moments: what changes in the viewers' faces when, say, the brand appears.

Markers come from a csv with the columns film, name, start_seconds and, where a moment has an end, end_seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from player.reactions.comparisons import paired
from player.reactions.gather import Reactions
from player.reactions.intervals import Value
from player.reactions.measures import BIN_SECONDS
from player.reactions.readings import Floats
from recognizer.errors import UsageError
from recognizer.text_table import TableRow, number_in, rows_of

BEFORE_SECONDS = 3.0
"""What a moment is compared with: so much before it."""
USUAL_SECONDS = 3.0
"""How long a moment lasts whose end is not stated."""
LIFTED = ("valence", "smile", "brow_furrow", "expressiveness", "attention")


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment of a film."""

    film: str
    name: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Lift:
    """By how much each of LIFTED is higher during a moment than before it, with p values (raw, adjusted) by measure."""

    marker: Marker
    lifts: dict[str, Value]
    p: dict[str, float]
    adjusted: dict[str, float] = field(default_factory=dict)


def read_markers(path: Path) -> tuple[Marker, ...]:
    """The markers of a csv; raises UsageError with one line that names the row."""
    try:
        rows = list(rows_of(path))
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{path}: the markers cannot be read ({error})") from error
    return tuple(_marker(row, f"{path}, row {row.number + 1}") for row in rows)


def lifts(reactions: Reactions, markers: Iterable[Marker]) -> tuple[Lift, ...]:
    """The lift around each marker of this film; NaN at a moment that has no time before it."""
    own = [marker for marker in markers if marker.film == reactions.film.film]
    found = []
    for marker in own:
        tests = {name: _lift(reactions, marker, name) for name in LIFTED}
        values = {name: difference for name, (difference, _, _) in tests.items()}
        found.append(Lift(marker, values, {name: p for name, (_, _, p) in tests.items()}))
    return tuple(found)


def _lift(reactions: Reactions, marker: Marker, name: str) -> tuple[Value, float, float]:
    trace = reactions.trace(name)
    start, end = (round(seconds / BIN_SECONDS) for seconds in (marker.start_seconds, marker.end_seconds))
    before = trace[:, max(0, start - round(BEFORE_SECONDS / BIN_SECONDS)) : start]
    during = trace[:, start : max(end, start + 1)]
    return paired(_means(during), _means(before), reactions.weights)


def _means(part: Floats) -> Floats:
    known = ~np.isnan(part)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, part, 0.0).sum(axis=1) / known.sum(axis=1))


def _marker(row: TableRow, where: str) -> Marker:
    if row.problem:
        raise UsageError(f"{where}: {row.problem}")
    try:
        start = number_in(row.cells["start_seconds"])
        end = number_in(row.cells.get("end_seconds") or str(start + USUAL_SECONDS))
        marker = Marker(row.cells["film"], row.cells["name"], start, end)
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"{where}: needs film, name, start_seconds and perhaps end_seconds as numbers ({error})"
        ) from error
    if not 0 <= start < end < float("inf"):
        raise UsageError(f"{where}: start_seconds must be 0 or more and end_seconds later")
    return marker
