"""From a study on disk to what can be compared: every viewing measured and graded, film by film.

Nothing is kept between two calls: who is deleted from the study is gone from all that is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from player.reactions.facts import FilmFacts, ViewingFacts
from player.reactions.measures import TRACE_NAMES, Measured, bin_count, measure
from player.reactions.quality import WORST_USED, Grade, grade
from player.reactions.readings import Floats, Readings
from player.reactions.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Viewed:
    """One viewing with its measures and its grade."""

    facts: ViewingFacts
    measured: Measured
    grade: Grade


@dataclass(frozen=True, slots=True, eq=False)
class Reactions:
    """All viewings of one film: those that are used, and those that are left out."""

    film: FilmFacts
    duration_seconds: float
    used: tuple[Viewed, ...]
    excluded: tuple[Viewed, ...]

    @property
    def traces(self) -> Floats:
        """[viewers, bins, len(TRACES)] of the viewings that are used."""
        shape = (0, bin_count(self.duration_seconds), len(TRACE_NAMES))
        return np.stack([each.measured.traces for each in self.used]) if self.used else np.empty(shape)

    def trace(self, name: str) -> Floats:
        """One trace of all viewers [viewers, bins]."""
        return np.asarray(self.traces[:, :, TRACE_NAMES.index(name)])

    @property
    def viewers(self) -> list[str]:
        """Who is used, in the order of `traces`."""
        return [each.facts.viewer for each in self.used]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of its viewers; empty where nobody is in one."""
        return tuple(sorted({each.facts.group for each in self.used if each.facts.group}))

    def only(self, group: str) -> Reactions:
        """The same with the viewers of one group only."""
        return replace(self, used=tuple(each for each in self.used if each.facts.group == group))


def gather(
    study: Study, worst_used: int = WORST_USED, chosen: Callable[[FilmFacts], bool] = lambda film: True
) -> tuple[Reactions, ...]:
    """All films of a study (or the chosen ones) with their viewings, measured and graded."""
    found = []
    for film in filter(chosen, study.films()):
        viewings = study.measured(film.film)
        duration = film.duration_seconds or usual_length([readings for _, readings in viewings])
        viewed = [_viewed(*each, duration, worst_used, film.frames_per_second) for each in viewings]
        used = tuple(each for each in viewed if not each.grade.excluded_because)
        excluded = tuple(each for each in viewed if each.grade.excluded_because)
        found.append(Reactions(film, duration, used, excluded))
    return tuple(found)


def _viewed(
    facts: ViewingFacts, readings: Readings, duration: float, worst_used: int, rate: float | None
) -> Viewed:
    measured = measure(readings, duration)
    return Viewed(facts, measured, grade(facts, readings, measured.baseline, duration, worst_used, rate))


def usual_length(readings: Sequence[Readings]) -> float:
    """How long a film is whose file is not known and whose length nobody stated: the median of its viewings.

    One recording that ran on would otherwise make all others look cut off.
    """
    ends = [float(each.film_seconds[-1]) for each in readings if len(each) and each.film_seconds[-1] > 0]
    return float(np.median(ends)) if ends else 1.0
