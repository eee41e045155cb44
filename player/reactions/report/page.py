"""The page: a study, its films side by side and one by one, what was left out, and how everything is computed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from player import __version__
from player.reactions import aggregate, bootstrap, moments, quality, synchrony
from player.reactions.actions import ACTIONS
from player.reactions.aggregate import SUMMARY, differences
from player.reactions.bootstrap import Value
from player.reactions.gather import Reactions, gather
from player.reactions.measures import BIN_SECONDS, TRACES
from player.reactions.moments import Marker
from player.reactions.norms import Norm
from player.reactions.report import words
from player.reactions.report.film import HEAT_MAPS, FilmView, film_view
from player.reactions.study import Study, now_text
from recognizer.errors import UsageError
from recognizer.resources import package_file
from recognizer.words import clock

TEMPLATE = package_file("player", "assets", "report.html.j2")
COMPARED = ("attraction", "any_emotion", "valence", "smile", "peak_end", "attention")
"""The figures by which films are compared two by two."""
MOST_PAIRS = 15


@dataclass(frozen=True, slots=True)
class Pair:
    """How two films differ over the viewers who saw both."""

    first: str
    second: str
    differences: dict[str, Value]


def write_page(
    study: Study,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    worst_used: int = quality.WORST_USED,
) -> str:
    """The whole report as HTML; the same study gives the same page, but for its date.

    Raises UsageError for a marker of a film that the study does not hold.
    """
    films = gather(study, worst_used)
    _check_markers(films, markers)
    views = [
        film_view(place, each, study.film_faces(each.film.film), markers, norms)
        for place, each in enumerate(films, start=1)
    ]
    return (
        _environment()
        .get_template(TEMPLATE.name)
        .render(
            study=study,
            made=now_text(),
            version=__version__,
            views=views,
            categories=_categories(views),
            columns=[view for films in _categories(views).values() for view in films],
            pairs=_pairs(films),
            viewers=len({each.facts.viewer for film in films for each in (*film.used, *film.excluded)}),
            versions=sorted({each.facts.versions.emotion_model for film in films for each in film.used}),
            worst_used=worst_used,
            heat_maps=tuple(HEAT_MAPS),
            summary=SUMMARY,
            compared=COMPARED,
            traces=TRACES,
            actions=ACTIONS,
            aspects=quality.ASPECTS,
            lifted=moments.LIFTED,
            rules={
                "aggregate": aggregate,
                "bootstrap": bootstrap,
                "moments": moments,
                "synchrony": synchrony,
            },
            slider={view.place: _slider(view) for view in views},
            bin_seconds=BIN_SECONDS,
        )
    )


def _environment() -> Environment:
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
        "clock": clock,
        "title": words.title,
    }
    return environment


def _categories(views: Sequence[FilmView]) -> dict[str, list[FilmView]]:
    """The films of each category, side by side."""
    names = sorted({view.reactions.film.category for view in views})
    return {name: [view for view in views if view.reactions.film.category == name] for name in names}


def _pairs(films: Sequence[Reactions]) -> list[Pair]:
    """Every two films that some viewers have both seen; none where there are too many for a reader."""
    pairs = []
    for first, second in combinations(films, 2):
        found = differences(first, second)
        if any(value.viewers > 1 for value in found.values()):
            pairs.append(Pair(first.film.film, second.film.film, {name: found[name] for name in COMPARED}))
    return pairs if len(pairs) <= MOST_PAIRS else []


def _slider(view: FilmView) -> str:
    """What the time slider reads out, as JSON that is safe inside a page."""
    rows = [view.film_smile, *view.rows] if view.film_smile else view.rows
    values = {row.label: row.values for row in rows if row}
    return json.dumps(values, separators=(",", ":")).replace("<", "\\u003c")


def _check_markers(films: Sequence[Reactions], markers: Sequence[Marker]) -> None:
    known = {each.film.film for each in films}
    unknown = sorted({marker.film for marker in markers} - known)
    if unknown:
        raise UsageError(
            f"the markers name the film {unknown[0]}; the study holds {', '.join(sorted(known)) or 'none'}"
        )
