"""The page: a study, its films side by side and one by one, what was left out, and how everything is computed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from player import __version__
from player.reactions import aggregate, chance, comparisons, intervals, moments, quality
from player.reactions.actions import ACTIONS
from player.reactions.aggregate import SUMMARY
from player.reactions.claims import Claims, claims
from player.reactions.comparisons import COMPARED, Comparison
from player.reactions.facts import Decision
from player.reactions.gather import Reactions, Viewed, gather
from player.reactions.measures import BIN_SECONDS, DEFINITIONS, TRACES
from player.reactions.moments import Marker
from player.reactions.norms import Norm, versions_of
from player.reactions.report import words
from player.reactions.report.film import HEAT_MAPS, FilmView, film_view
from player.reactions.report.methods import methods
from player.reactions.selection import Selection
from player.reactions.study import Study, now_text
from recognizer.errors import UsageError
from recognizer.resources import package_file
from recognizer.words import clock, counted

TEMPLATE = package_file("player", "assets", "report.html.j2")
MARK = '<meta name="generator" content="Sonrisa report">'
"""By which a report is known again, so that a newer one may take its place."""
MOST_PAIRS_OPEN = 15
"""More pairs than this are folded up; none is left away."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How two films, or two groups of viewers, differ, by each of COMPARED."""

    first: str
    second: str
    film: str
    figures: dict[str, Comparison]

    @property
    def who(self) -> str:
        """Over whom they are compared."""
        one = self.figures[COMPARED[0]]
        if one.design == "within":
            return f"the same {counted(one.viewers[0], 'viewer')}"
        return f"{one.viewers[0]} and {counted(one.viewers[1], 'other viewer')}"


def write_page(
    study: Study,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    worst_used: int = quality.WORST_USED,
    selection: Selection = Selection(),  # noqa: B008 - frozen
) -> str:
    """The whole report as HTML; the same study gives the same page, but for its date.

    Raises UsageError for a marker of a film that the study does not hold, and for an unfit selection.
    """
    films = gather(study, worst_used, selection=selection)
    _check_markers(films, markers)
    found = claims(films, markers)
    views = [
        film_view(place, each, study.film_faces(each.film.film), markers, norms, found)
        for place, each in enumerate(films, start=1)
    ]
    return (
        environment()
        .get_template(TEMPLATE.name)
        .render(
            mark=MARK,
            study=study,
            made=now_text(),
            version=__version__,
            views=views,
            categories=_categories(views),
            columns=[view for films in _categories(views).values() for view in films],
            **_compared(films, found),
            most_pairs_open=MOST_PAIRS_OPEN,
            viewers=len({each.facts.viewer for film in films for each in (*film.used, *film.excluded)}),
            versions=versions_of(films),
            mixed=len({each.comparable for each in versions_of(films)}) > 1,
            definitions=DEFINITIONS,
            worst_used=worst_used,
            heat_maps=HEAT_MAPS,
            selection=selection,
            methods=methods(study.facts, films, worst_used, selection),
            decisions=_decided(study, films),
            summary=SUMMARY,
            compared=COMPARED,
            traces=TRACES,
            actions=ACTIONS,
            aspects=quality.ASPECTS,
            lifted=moments.LIFTED,
            rules={
                "aggregate": aggregate,
                "chance": chance,
                "comparisons": comparisons,
                "intervals": intervals,
                "moments": moments,
            },
            slider={view.place: _slider(view) for view in views},
            bin_seconds=BIN_SECONDS,
        )
    )


def _compared(films: Sequence[Reactions], found: Claims) -> dict[str, Any]:
    """What the page says of films and groups that are compared."""
    return {
        "pairs": _pairs([each for each in found.comparisons if not each.film]),
        "group_pairs": {
            (film.film.film, split): _pairs(
                [each for each in found.comparisons if (each.film, each.split) == (film.film.film, split)]
            )
            for film in films
            for split in film.splits
        },
        "differing": [each for each in found.comparisons if each.beyond_chance],
        "asked": sum(not math.isnan(each.p) for each in found.comparisons),
    }


def _decided(study: Study, films: Sequence[Reactions]) -> list[tuple[Viewed, Decision, bool]]:
    """Every decision of the researcher, by film and viewer, and whether it is in force."""
    return [
        (each, decision, decision in study.decisions(each.facts.viewer, each.facts.film).in_force)
        for film in films
        for each in sorted((*film.used, *film.excluded), key=lambda each: each.facts.viewer)
        for decision in each.decisions
    ]


def is_report(head: bytes) -> bool:
    """Whether a file that begins so is a report, or empty."""
    return not head or MARK.encode() in head


def environment() -> Environment:
    """Of every page of the lab: the templates beside the report's, with the words that they share."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": words.number,
        "interval": words.interval,
        "base": words.base,
        "probability": words.probability,
        "signed": words.signed,
        "clock": clock,
        "title": words.title,
        "counted": counted,
    }
    return environment


def _categories(views: Sequence[FilmView]) -> dict[str, list[FilmView]]:
    """The films of each category, side by side."""
    names = sorted({view.reactions.film.category for view in views})
    return {name: [view for view in views if view.reactions.film.category == name] for name in names}


def _pairs(found: Sequence[Comparison]) -> list[Pair]:
    """Every two films, or groups, that share or have viewers; one that nobody tells anything about is left away."""
    pairs: dict[tuple[str, str, str], dict[str, Comparison]] = {}
    for each in found:
        pairs.setdefault((each.first, each.second, each.film), {})[each.figure] = each
    return [
        Pair(*names, figures)
        for names, figures in pairs.items()
        if any(math.isfinite(each.difference.mean) for each in figures.values())
    ]


def _slider(view: FilmView) -> str:
    """What the time slider reads out, as JSON that is safe inside a page."""
    rows = [view.film_smile, *view.rows] if view.film_smile else view.rows
    values = {name: each for row in (view.shares, *rows) if row for name, each in row.values.items()}
    return json.dumps(values, separators=(",", ":")).replace("<", "\\u003c")


def _check_markers(films: Sequence[Reactions], markers: Sequence[Marker]) -> None:
    known = {each.film.film for each in films}
    unknown = sorted({marker.film for marker in markers} - known)
    if unknown:
        raise UsageError(
            f"the markers name the film {unknown[0]}; the study holds {', '.join(sorted(known)) or 'none'}"
        )
