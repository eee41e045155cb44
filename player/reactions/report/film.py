"""Everything the page shows of one film, computed; the template only places it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from player.errors import NormError
from player.reactions.aggregate import BINS_A_SECOND, Peak, by_second, shares, summary, trace_band
from player.reactions.claims import Claims, Moment, Together
from player.reactions.comparisons import Comparison
from player.reactions.contagion import Contagion, contagion, film_smile
from player.reactions.gather import Reactions, Viewed
from player.reactions.intervals import Band, Value
from player.reactions.measures import BIN_SECONDS, bin_count
from player.reactions.moments import Lift, Marker
from player.reactions.norms import Norm, Standing, standings
from player.reactions.readings import Floats, Readings
from player.reactions.report import svg
from player.reactions.report.pictures import film_strip, heat_row
from player.reactions.report.words import number, title
from player.reactions.selection import MOST_GROUPS
from recognizer.affect import EMOTIONS, Emotion
from recognizer.palette import EMOTION_RGB, Rgb
from recognizer.words import clock

DARKER = 0.22
"""The palette is made for a dark window; on paper it needs more ink."""
LEAST_SHARE = 0.05
"""An emotion that fewer viewers show at any second has no line of its own."""
MOST_TICKS = 8

TRACE_ROWS: dict[str, tuple[tuple[float, float], Rgb]] = {
    "valence": ((-1, 1), (70, 120, 170)),
    "arousal": ((-1, 1), (140, 100, 160)),
    "smile": ((0, 1), EMOTION_RGB[Emotion.HAPPY]),
    "brow_furrow": ((0, 1), EMOTION_RGB[Emotion.ANGRY]),
    "expressiveness": ((0, 1), (90, 110, 120)),
    "attention": ((0, 1), EMOTION_RGB[Emotion.SURPRISE]),
}
"""The traces that are drawn: their limits and colours."""
HEAT_MAPS = ("valence", "smile", "attention")
"""The heat maps; in each 0 is pale, and what lies below 0 is blue."""
GROUP_ROWS = ("valence", "smile", "attention")
"""The traces that are drawn group by group."""
GROUP_PAINTS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#5a5f66", "#7b3294")
"""Told apart with any kind of colour vision (Okabe and Ito 2008, darker yellow)."""


NOTHING_CLAIMED = Claims((), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Row:
    """One chart with its label and what is said beside it."""

    name: str
    label: str
    says: str
    chart: str
    levels: tuple[tuple[float, str], ...]
    """Heights (percent from below) with what they mean."""
    values: dict[str, tuple[float | str | None, ...]]
    """What the time slider reads out bin by bin, by its name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart with several."""

    label: str
    colour: str
    highest: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One viewer in a heat map."""

    viewer: str
    group: str
    picture: str
    is_: str
    """The viewer's attributes, for the page's filter."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """One measure of every viewer, with the ends of its scale."""

    name: str
    low: str
    high: str
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """The viewers of a film by one attribute."""

    name: str
    figures: dict[str, dict[str, Value]]
    viewers: dict[str, int]
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FilmView:
    """One film on the page."""

    place: int
    reactions: Reactions
    duration: str
    ticks: tuple[tuple[float, str], ...]
    strip: tuple[str, ...]
    shares: Row
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    heat: tuple[HeatMap, ...]
    filters: tuple[str, ...]
    """What viewers can be filtered by on the page: NAME: VALUE."""
    figures: dict[str, Value]
    splits: tuple[Split, ...]
    peaks: tuple[Peak, ...]
    lifts: tuple[Lift, ...]
    contagion: Contagion | None
    film_smile: Row | None
    together: dict[str, Together]
    moments: tuple[Moment, ...]
    between: tuple[Comparison, ...]
    standings: tuple[Standing, ...]
    norm_remark: str
    """Why there are no standings although a norm was given."""

    @property
    def left_out(self) -> tuple[Viewed, ...]:
        """The viewings that no figure counts."""
        return self.reactions.excluded


def film_view(
    place: int,
    reactions: Reactions,
    faces: Readings | None,
    markers: Sequence[Marker] = (),
    norms: Sequence[Norm] = (),
    found: Claims = NOTHING_CLAIMED,
) -> FilmView:
    """Compute everything that is shown of a film; `found` are the claims of the whole study."""
    name = reactions.film.film
    own = [marker for marker in markers if marker.film == name]
    moments = tuple(each for each in found.moments if each.film == name and each.beyond_chance)
    norm = next((norm for norm in norms if norm.category == reactions.film.category), None)
    shares_row, lines = _shares(reactions, own)
    places, remark = _standings(reactions, norm)
    return FilmView(
        place=place,
        reactions=reactions,
        duration=clock(round(reactions.duration_seconds)),
        ticks=ticks(reactions.duration_seconds),
        strip=film_strip(reactions.film.file, reactions.duration_seconds),
        shares=shares_row,
        lines=lines,
        rows=tuple(_row(reactions, trace, own, moments) for trace in TRACE_ROWS),
        heat=tuple(_heat(reactions, trace) for trace in HEAT_MAPS),
        filters=_filters(reactions),
        figures=summary(reactions),
        splits=tuple(_split(reactions, name, own) for name in reactions.splits),
        peaks=tuple(peak for film, peak in found.peaks if film == name),
        lifts=tuple(lift for lift in found.lifts if lift.marker.film == name),
        contagion=contagion(reactions, faces) if faces is not None else None,
        film_smile=_film_smile(reactions, faces) if faces is not None else None,
        together={each.trace: each for each in found.synchrony if each.film == name},
        moments=moments,
        between=tuple(each for each in found.comparisons if each.film == name),
        standings=places,
        norm_remark=remark,
    )


def ticks(duration_seconds: float) -> tuple[tuple[float, str], ...]:
    """Round times along the film as (percent of its length, label)."""
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
    step = next((step for step in steps if duration_seconds / step <= MOST_TICKS), steps[-1])
    times = np.arange(0, duration_seconds - 0.4 * step, step)
    return tuple((round(100 * float(time) / duration_seconds, 2), clock(float(time))) for time in times)


def _standings(reactions: Reactions, norm: Norm | None) -> tuple[tuple[Standing, ...], str]:
    """Percentiles in the norm of the film's category, or why there are none."""
    try:
        return (standings(reactions, norm), "") if norm is not None else ((), "")
    except NormError as error:
        return (), str(error)


def _shares(reactions: Reactions, markers: Sequence[Marker]) -> tuple[Row, tuple[Line, ...]]:
    """The share of viewers who show each emotion, by the second, as one chart with a line for each."""
    band = shares(reactions)
    levels = tuple((float(percent), f"{percent} %") for percent in (0, 25, 50, 75, 100))
    across = svg.WIDTH * second_middles(reactions) / reactions.duration_seconds
    parts, lines = [*grid(levels), *_marked(reactions, markers)], []
    values: dict[str, tuple[float | str | None, ...]] = {}
    for index, emotion in enumerate(EMOTIONS):
        mean = band.mean[:, index]
        if (
            emotion is Emotion.NEUTRAL
            or not len(reactions.used)
            or not np.nanmax(mean, initial=0) >= LEAST_SHARE
        ):
            continue
        paint = svg.colour(EMOTION_RGB[emotion], DARKER)
        parts.append(svg.band_part(band_of(band, index), (0, 1), paint, across))
        lines.append(Line(str(emotion), paint, number(float(np.nanmax(mean)), "happy")))
        values[str(emotion)] = tuple(
            number(float(share), "happy") if math.isfinite(share) else None
            for share in np.repeat(mean, BINS_A_SECOND).tolist()
        )
    seen = ", ".join(f"{line.label} at most {line.highest}" for line in lines) or "no emotion but neutral"
    label = "Viewers showing each emotion"
    return Row("shares", label, seen, svg.chart(parts, f"{label}: {seen}"), levels, values), tuple(lines)


def second_middles(reactions: Reactions) -> Floats:
    """The film time in the middle of each second [seconds]; the last one may be cut short."""
    starts = np.arange(-(-bin_count(reactions.duration_seconds) // BINS_A_SECOND), dtype=np.float64)
    return np.asarray((starts + np.minimum(starts + 1, reactions.duration_seconds)) / 2)


def band_of(band: Band, index: int) -> Band:
    """One emotion's column of the shares."""
    return Band(band.mean[:, index], band.low[:, index], band.high[:, index], band.viewers[:, index])


def _row(reactions: Reactions, name: str, markers: Sequence[Marker], moments: Sequence[Moment]) -> Row:
    band, (limits, rgb) = trace_band(reactions, name), TRACE_ROWS[name]
    paint, length = svg.colour(rgb, DARKER), reactions.duration_seconds
    own = [each for each in moments if each.trace == name and not each.groups]
    levels = levels_of(limits)
    parts = [*grid(levels), *_marked(reactions, markers), svg.band_part(band, limits, paint)]
    parts += [
        svg.bar_part(each.start_seconds / length, each.end_seconds / length, paint, each.higher)
        for each in own
    ]
    says = "; ".join([_says(band.mean), *_stand_out(own)])
    chart = svg.chart(parts, f"{title(name)}: {says}")
    return Row(name, title(name), says, chart, levels, {title(name): _plain(band.mean)})


def _split(reactions: Reactions, name: str, markers: Sequence[Marker]) -> Split:
    """Each group's figures, and some traces with a line for each group."""
    parts = {group: reactions.only(group, name) for group in reactions.groups_by(name)}
    paints = dict(zip(parts, itertools.cycle(GROUP_PAINTS), strict=False))
    lines = tuple(Line(group, paints[group], "") for group in parts)
    rows = tuple(_group_row(parts, trace, paints, reactions, markers) for trace in GROUP_ROWS)
    return Split(
        name,
        {group: summary(part) for group, part in parts.items()},
        {group: len(part.used) for group, part in parts.items()},
        lines,
        rows if len(parts) > 1 else (),
    )


def _group_row(
    parts: Mapping[str, Reactions],
    trace: str,
    paints: Mapping[str, str],
    reactions: Reactions,
    markers: Sequence[Marker],
) -> Row:
    limits = TRACE_ROWS[trace][0]
    levels, bands = levels_of(limits), {group: trace_band(part, trace) for group, part in parts.items()}
    drawn = [*grid(levels), *_marked(reactions, markers)]
    drawn += [svg.band_part(band, limits, paints[group]) for group, band in bands.items()]
    says = "; ".join(f"{group}: {_says(band.mean)}" for group, band in bands.items())
    return Row(trace, title(trace), says, svg.chart(drawn, f"{title(trace)} by group: {says}"), levels, {})


def _filters(reactions: Reactions) -> tuple[str, ...]:
    """Every NAME: VALUE by which some, but not all, viewers can be looked at."""
    found: dict[str, set[str]] = {}
    for each in reactions.used:
        for name, value in each.attributes.items():
            found.setdefault(name, set()).add(value)
    return tuple(
        f"{name}: {value}"
        for name in sorted(found)
        if 1 < len(found[name]) <= MOST_GROUPS
        for value in sorted(found[name])
    )


def _film_smile(reactions: Reactions, faces: Readings) -> Row:
    smile = film_smile(faces, reactions.duration_seconds)
    says = _says(smile)
    levels, label = levels_of((0, 1)), "Smile of the face in the film"
    parts = [*grid(levels), svg.trace_part(smile, (0, 1), "#5a5f66")]
    chart = svg.chart(parts, f"Smile in the film: {says}")
    return Row("film_smile", label, says, chart, levels, {label: _plain(smile)})


def _heat(reactions: Reactions, name: str) -> HeatMap:
    seconds, first = by_second(reactions.trace(name)), reactions.splits[0]
    rows = tuple(
        HeatRow(
            each.facts.viewer,
            each.attributes.get(first, ""),
            heat_row(row, (-1, 1)),
            "|".join(f"{name}: {value}" for name, value in each.attributes.items()),
        )
        for each, row in zip(reactions.used, seconds, strict=True)
    )
    low, high = TRACE_ROWS[name][0]
    return HeatMap(name, _level(low), _level(high), rows)


def _marked(reactions: Reactions, markers: Sequence[Marker]) -> list[str]:
    length = reactions.duration_seconds
    return [svg.span_part(marker.start_seconds / length, marker.end_seconds / length) for marker in markers]


def _says(mean: Floats) -> str:
    if np.isnan(mean).all():
        return "not known"
    highest = int(np.nanargmax(mean))
    at = clock((highest + 0.5) * BIN_SECONDS)
    return f"mean {number(float(np.nanmean(mean)))}, highest {number(float(mean[highest]))} at {at}"


def _stand_out(moments: Sequence[Moment]) -> list[str]:
    """Where a trace stands out, above and below its usual height; shorter than a sentence each."""
    found = []
    for higher, word in ((True, "above"), (False, "below")):
        spans = [
            f"{clock(each.start_seconds)} to {clock(each.end_seconds)}"
            for each in moments
            if each.higher == higher
        ]
        found += [f"{word} usual {', '.join(spans)}"] if spans else []
    return found


def levels_of(limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    """Both ends of a scale and its middle."""
    middle = (limits[0] + limits[1]) / 2
    return ((0.0, _level(limits[0])), (50.0, _level(middle)), (100.0, _level(limits[1])))


def _level(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def grid(levels: Sequence[tuple[float, str]]) -> list[str]:
    """Thin lines at the levels between a chart's ends."""
    return [svg.level_part(percent, (0, 100)) for percent, _ in levels if 0 < percent < 100]


def _plain(values: Floats) -> tuple[float | None, ...]:
    return tuple(round(value, 3) if math.isfinite(value) else None for value in values.tolist())
