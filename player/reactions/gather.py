"""From a study on disk to what can be compared: every viewing measured and graded, film by film.

Nothing is kept between two calls: who is deleted from the study is gone from all that is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from player.reactions.facts import Decision, Decisions, FilmFacts, ViewingFacts
from player.reactions.handwork import blanked, masks, with_decisions, without_masked
from player.reactions.measures import TRACE_NAMES, Measured, bin_count, measure
from player.reactions.quality import WORST_USED, Grade, grade
from player.reactions.readings import Floats, Readings
from player.reactions.selection import GROUP, Selection, check_known
from player.reactions.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Viewed:
    """One viewing with its measures and its grade.

    `attributes` are the viewer's and the answers about this film; `weight` is how much the viewer counts; `decisions`
    are all that the researcher ever made about it, those that were taken back too.
    """

    facts: ViewingFacts
    measured: Measured
    grade: Grade
    attributes: Mapping[str, str] = field(default_factory=dict)
    weight: float = 1.0
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Reactions:
    """All viewings of one film: those that are used, and those that are left out."""

    film: FilmFacts
    duration_seconds: float
    used: tuple[Viewed, ...]
    excluded: tuple[Viewed, ...]
    splits: tuple[str, ...] = (GROUP,)
    """The attributes by which the viewers are compared in groups."""

    @property
    def weights(self) -> Floats:
        """How much each viewer counts [viewers], in the order of `traces`."""
        return np.array([each.weight for each in self.used], np.float64)

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
        """The groups of its viewers by the first split; empty where nobody is in one."""
        return self.groups_by(self.splits[0])

    def groups_by(self, split: str) -> tuple[str, ...]:
        """The values that its viewers have of an attribute; empty where nobody has any."""
        return tuple(sorted({each.attributes[split] for each in self.used if each.attributes.get(split)}))

    def only(self, group: str, split: str = "") -> Reactions:
        """The same with the viewers of one group only, by the first split unless told."""
        by = split or self.splits[0]
        return replace(self, used=tuple(each for each in self.used if each.attributes.get(by) == group))


def gather(
    study: Study,
    worst_used: int = WORST_USED,
    chosen: Callable[[FilmFacts], bool] = lambda film: True,
    selection: Selection = Selection(),  # noqa: B008 - frozen
) -> tuple[Reactions, ...]:
    """All films of a study (or the chosen ones) with the viewings that are selected, measured and graded.

    Raises UsageError for a selection by what is not known of the viewers.
    """
    known = {viewer: study.about(viewer) for viewer in study.viewers()}
    films = {film.film: study.measured(film.film) for film in filter(chosen, study.films())}

    def attributes(facts: ViewingFacts) -> dict[str, str]:
        about = known.get(facts.viewer) or study.about(facts.viewer)
        group = {GROUP: facts.group} if facts.group else {}
        return group | about.attributes | about.films.get(facts.film, {})

    check_known(selection, [attributes(facts) for viewings in films.values() for facts, _ in viewings])
    found = []
    for film in filter(chosen, study.films()):
        viewings = [each for each in films[film.film] if selection.takes(attributes(each[0]))]
        duration = film.duration_seconds or usual_length([readings for _, readings in films[film.film]])
        viewed = [
            replace(
                _viewed(
                    facts, readings, film, duration, worst_used, study.decisions(facts.viewer, film.film)
                ),
                attributes=attributes(facts),
                weight=selection.weight(facts.viewer, attributes(facts)),
            )
            for facts, readings in viewings
        ]
        used = tuple(each for each in viewed if not each.grade.excluded_because)
        excluded = tuple(each for each in viewed if each.grade.excluded_because)
        found.append(Reactions(film, duration, used, excluded, selection.splits))
    return tuple(found)


def _viewed(
    facts: ViewingFacts,
    readings: Readings,
    film: FilmFacts,
    duration: float,
    worst_used: int,
    decisions: Decisions,
) -> Viewed:
    stretches = masks(decisions.in_force)
    measured = blanked(measure(without_masked(readings, stretches), duration), stretches)
    graded = grade(facts, readings, measured.baseline, duration, worst_used, film.frames_per_second)
    return Viewed(
        facts, measured, with_decisions(graded, decisions.in_force), decisions=tuple(decisions.decisions)
    )


def usual_length(readings: Sequence[Readings]) -> float:
    """How long a film is whose file is not known and whose length nobody stated: the median of its viewings.

    One recording that ran on would otherwise make all others look cut off.
    """
    ends = [float(each.film_seconds[-1]) for each in readings if len(each) and each.film_seconds[-1] > 0]
    return float(np.median(ends)) if ends else 1.0
