"""The rows of every table, from a study's aggregates and claims. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from player import __version__
from player.errors import NormError
from player.reactions.aggregate import SUMMARY, Peak, shares, summary, trace_band
from player.reactions.claims import SHOWN_TRACES, Moment, Together, claims
from player.reactions.comparisons import Comparison
from player.reactions.contagion import contagion, film_smile
from player.reactions.gather import Reactions, Viewed
from player.reactions.intervals import FEWEST, LEVEL, Band, Value
from player.reactions.measures import DEFINITIONS, TRACES, bin_times
from player.reactions.moments import Lift, Marker
from player.reactions.norms import Norm, standings, versions_of
from player.reactions.quality import ASPECTS, WORST_USED
from player.reactions.readings import Readings
from player.reactions.selection import GROUP, Selection
from player.reactions.study import Study
from player.reactions.tables.columns import COLUMNS, dictionary
from recognizer.affect import EMOTIONS

Part = tuple[str, str, Reactions]
"""The split and the group of some viewers (both empty: all), and what they did."""


def tables_of(
    study: Study,
    films: Sequence[Reactions],
    worst_used: int = WORST_USED,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    selection: Selection = Selection(),  # noqa: B008 - frozen
) -> dict[str, pa.Table]:
    """All tables of COLUMNS, and "dictionary", which explains them, of the films as they were gathered."""
    found = claims(films, markers)
    everybody = _everybody(films)
    faces = {film.film.film: study.film_faces(film.film.film) for film in films}
    parts = [part for film in films for part in _parts(film)]
    return {
        "traces": _table("traces", [_traces(reactions, each) for reactions, each in everybody]),
        "viewings": _table("viewings", [_viewing(reactions, each) for reactions, each in everybody]),
        "attributes": _rows("attributes", list(_attributes(study, everybody))),
        "decisions": _rows("decisions", [row for _, each in everybody for row in _decisions(each)]),
        "about": _rows("about", _about(study, films, worst_used, selection)),
        "shares": _table("shares", [_shares(part) for part in parts]),
        "bands": _table("bands", [block for part in parts for block in _bands(part, faces)]),
        "figures": _table("figures", [_figures(part) for part in parts]),
        "comparisons": _rows("comparisons", [_comparison(each) for each in found.comparisons]),
        "synchrony": _rows("synchrony", [_together(each) for each in found.synchrony]),
        "peaks": _rows("peaks", [_peak(film, peak) for film, peak in found.peaks]),
        "stretches": _rows("stretches", [_stretch(each) for each in found.moments]),
        "lifts": _rows("lifts", [_lift(lift, name) for lift in found.lifts for name in lift.lifts]),
        "contagion": _rows("contagion", list(_contagion(films, faces))),
        "standings": _rows("standings", list(_standings(films, norms))),
        "dictionary": dictionary(),
    }


def _parts(film: Reactions) -> Iterator[Part]:
    """All viewers of a film, and then each group of each split."""
    yield "", "", film
    for split in film.splits:
        for group in film.groups_by(split):
            yield split, group, film.only(group, split)


_STRETCH = (
    *("film", "trace", "split", "start_seconds", "end_seconds", "higher"),
    *("p", "adjusted", "beyond_chance"),
)
_FACTS = (
    *("source", "started", "offset_seconds", "offset_known", "jitter_seconds", "order", "seed"),
    *("frames_per_second", "dropped_frames", "shown_pictures", "consent"),
)
_VERSIONS = ("sonrisa", "emotion_model", "emotion_model_sha256", "face_model_sha256", "definitions")


def _everybody(films: Sequence[Reactions]) -> list[tuple[Reactions, Viewed]]:
    return [
        (reactions, each)
        for reactions in films
        for each in sorted((*reactions.used, *reactions.excluded), key=lambda each: each.facts.viewer)
    ]


def _traces(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    traces = each.measured.traces
    return {
        **_who(reactions, each),
        "seconds": np.repeat(np.round(bin_times(len(traces)), 3), len(TRACES)),
        "measure": list(TRACES) * len(traces),
        "value": _known(traces.ravel()),
    }


def _viewing(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    alone = Reactions(reactions.film, reactions.duration_seconds, (each,), ())
    # Synchrony is one viewer's only among the others.
    place, whole = (reactions.used.index(each), reactions) if each in reactions.used else (0, alone)
    measures = {
        **{name: each.grade.values[name] for name in ASPECTS},
        **{f"grade_{name}": float(each.grade.grades[name]) for name in ASPECTS},
        **{
            name: float(figure.of(alone)[0] if figure.independent else figure.of(whole)[place])
            for name, figure in SUMMARY.items()
        },
    }
    facts = each.facts
    return {
        **_who(reactions, each),
        "status": facts.status,
        "excluded_because": each.grade.excluded_because,
        "grade": each.grade.overall,
        "baseline": each.measured.baseline.origin,
        "weight": each.weight,
        **{name: getattr(facts, name) for name in _FACTS},
        **{name: getattr(facts.versions, name) for name in _VERSIONS},
        "remarks": "; ".join([*each.grade.remarks, *filter(None, [facts.remark])]),
        "measure": list(measures),
        "value": _known(np.array(list(measures.values()))),
    }


def _attributes(study: Study, everybody: Sequence[tuple[Reactions, Viewed]]) -> Iterator[dict[str, Any]]:
    """What is known of every viewer who is shown, and what each said about a film; a viewing's group is about both."""
    told = set()
    for _, each in everybody:
        viewer, film = each.facts.viewer, each.facts.film
        about = study.about(viewer)
        stated = [("", name, value) for name, value in about.attributes.items()]
        stated += [(film, name, value) for name, value in about.films.get(film, {}).items()]
        if each.facts.group and GROUP not in about.attributes:
            stated.append((film, GROUP, each.facts.group))
        for row in stated:
            if (viewer, *row) not in told:
                told.add((viewer, *row))
                yield dict(zip(("viewer", "film", "attribute", "value"), (viewer, *row), strict=True))


def _decisions(each: Viewed) -> Iterator[dict[str, Any]]:
    for decision in each.decisions:
        yield {"viewer": each.facts.viewer, "film": each.facts.film, **decision.model_dump()}


def _shares(part: Part) -> dict[str, Any]:
    band = shares(part[2])
    seconds = len(band.mean)
    return {
        **_part(part),
        "seconds": np.repeat(np.arange(seconds, dtype=np.float64), len(EMOTIONS)),
        "emotion": [str(each) for each in EMOTIONS] * seconds,
        **_band(band, "share"),
    }


def _bands(part: Part, faces: dict[str, Readings | None]) -> Iterator[dict[str, Any]]:
    split, _, film = part
    for name in SHOWN_TRACES:
        band = trace_band(film, name)
        yield {**_part(part), "seconds": _times(len(band.mean)), "trace": name, **_band(band, "mean")}
    seen = faces[film.film.film]
    if seen is not None and not split:
        smile = film_smile(seen, film.duration_seconds)
        nobody = np.full_like(smile, np.nan)
        band = Band(smile, nobody, nobody, np.zeros_like(smile))
        yield {
            **_part(part),
            "seconds": _times(len(smile)),
            "trace": "film_smile",
            **_band(band, "mean"),
        }


def _times(count: int) -> Any:
    return np.round(bin_times(count), 3)


def _part(part: Part) -> dict[str, Any]:
    split, group, film = part
    return {"film": film.film.film, "split": split, "group": group}


def _band(band: Band, name: str) -> dict[str, Any]:
    parts = {name: band.mean, "low": band.low, "high": band.high}
    return {
        **{each: _known(values.ravel()) for each, values in parts.items()},
        "viewers": pa.array(band.viewers.ravel().astype(np.int64)),
    }


def _contagion(films: Sequence[Reactions], faces: dict[str, Readings | None]) -> Iterator[dict[str, Any]]:
    for film in films:
        seen = faces[film.film.film]
        if seen is not None:
            found = contagion(film, seen)
            names = ("face_share", "correlation", "lag_seconds")
            yield {"film": film.film.film, **{name: getattr(found, name) for name in names}}


def _standings(films: Sequence[Reactions], norms: Sequence[Norm]) -> Iterator[dict[str, Any]]:
    """Percentiles in the norms; where a film cannot be held against one there are none, as the page says."""
    for film in films:
        norm = next((norm for norm in norms if norm.category == film.film.category), None)
        try:
            places = standings(film, norm) if norm is not None else ()
        except NormError:
            continue
        for place in places:
            names = ("figure", "percentile", "low", "high", "films")
            yield {
                "film": film.film.film,
                "category": film.film.category,
                **{name: getattr(place, name) for name in names},
            }


def _figures(part: Part) -> dict[str, Any]:
    figures = summary(part[2])
    parts = {name: [getattr(value, name) for value in figures.values()] for name in ("mean", "low", "high")}
    return {
        **_part(part),
        "category": part[2].film.category,
        "figure": list(figures),
        **{name: _known(np.array(values)) for name, values in parts.items()},
        "viewers": [value.viewers for value in figures.values()],
        "low_base": [value.low_base for value in figures.values()],
    }


def _about(
    study: Study, films: Sequence[Reactions], worst_used: int, selection: Selection
) -> list[dict[str, Any]]:
    """What a reader of the tables must know to cite or repeat them."""
    stated = [
        ("study", study.facts.title),
        ("client", study.facts.client),
        ("viewers", selection.says or "all, each counting alike"),
        ("splits", ", ".join(selection.splits)),
        ("sonrisa", __version__),
        ("definitions", str(DEFINITIONS)),
        ("worst_grade_used", str(worst_used)),
        ("interval_level", str(LEVEL)),
        ("fewest_viewers_for_an_interval", str(FEWEST)),
        *(("measured_with", each.named) for each in versions_of(films)),
    ]
    return [{"name": name, "value": value} for name, value in stated]


def _interval(value: Value, name: str) -> dict[str, Any]:
    return {name: value.mean, "low": value.low, "high": value.high}


def _comparison(each: Comparison) -> dict[str, Any]:
    return {
        **{name: getattr(each, name) for name in ("film", "split", "first", "second", "figure", "design")},
        "viewers_first": each.viewers[0],
        "viewers_second": each.viewers[1],
        **_interval(each.difference, "difference"),
        **{name: getattr(each, name) for name in ("effect", "p", "adjusted", "beyond_chance")},
    }


def _together(each: Together) -> dict[str, Any]:
    found = {name: getattr(each.found, name) for name in ("mean", "chance", "p", "viewers")}
    return {"film": each.film, "trace": each.trace, **found, "adjusted": each.adjusted}


def _peak(film: str, peak: Peak) -> dict[str, Any]:
    return {
        "film": film,
        **{name: getattr(peak, name) for name in ("trace", "seconds", "p", "adjusted")},
        **_interval(peak.height, "height"),
        "viewers": peak.height.viewers,
    }


def _stretch(each: Moment) -> dict[str, Any]:
    first, second = each.groups or ("", "")
    found = {name: getattr(each, name) for name in _STRETCH}
    return found | {"first_group": first, "second_group": second}


def _lift(lift: Lift, name: str) -> dict[str, Any]:
    value, marker = lift.lifts[name], lift.marker
    return {
        "film": marker.film,
        "marker": marker.name,
        "start_seconds": marker.start_seconds,
        "end_seconds": marker.end_seconds,
        "trace": name,
        **_interval(value, "lift"),
        "p": lift.p[name],
        "adjusted": lift.adjusted[name],
        "viewers": value.viewers,
    }


def _who(reactions: Reactions, each: Viewed) -> dict[str, Any]:
    facts = each.facts
    used = not each.grade.excluded_because
    return {
        "viewer": facts.viewer,
        "group": each.attributes.get(GROUP, ""),
        "film": facts.film,
        "category": reactions.film.category,
        "used": used,
    }


def _known(values: Any) -> pa.Array:
    """Numbers with six digits; empty instead of NaN and of what has no limit."""
    numbers = np.array(values, np.float64)
    return pa.array(np.round(numbers, 6), pa.float64(), mask=~np.isfinite(numbers))


def _rows(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table from one dictionary a row; NaN becomes empty."""
    columns = []
    for each in COLUMNS[name]:
        values = [row[each.name] for row in rows]
        columns.append(_known(values) if each.kind == pa.float64() else pa.array(values, each.kind))
    return pa.Table.from_arrays(columns, names=[each.name for each in COLUMNS[name]])


def _table(name: str, blocks: list[dict[str, Any]]) -> pa.Table:
    """One table from blocks of rows, in which a single value stands for every row."""
    schema = pa.schema([(each.name, each.kind) for each in COLUMNS[name]])
    return pa.concat_tables([schema.empty_table(), *(_block(schema, block) for block in blocks)])


def _block(schema: pa.Schema, block: dict[str, Any]) -> pa.Table:
    count = max(len(column) for column in block.values() if isinstance(column, list | np.ndarray | pa.Array))
    columns = []
    for field in schema:
        column = block[field.name]
        many = isinstance(column, list | np.ndarray | pa.Array)
        columns.append(
            pa.array(column, field.type) if many else pa.repeat(pa.scalar(column, field.type), count)
        )
    return pa.Table.from_arrays(columns, schema=schema)
