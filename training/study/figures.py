"""The figures of a study's report: arms, differences, series and learning curves, as SVG."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from training.evaluation.weighted import Values
from training.report.colours import DASHES
from training.report.svg import Scale, axes, element, figure, group, line, polyline, text
from training.study.findings import ArmFindings, SeriesFindings
from training.study.learning_curve import LearningCurve, mean_learning_curve
from training.study.uncertainty import Estimate

WIDE = 720
LABELS = 310.0
RIGHT = WIDE - 20.0
ROW = 30.0
LEGEND = 18.0
ROUND_STEPS = (0.5, 1, 2, 5, 10, 20, 40, 60, 100)
"""In points."""
SERIES_COLOURS = ("--a", "--b", "--soft", "--ink")
PANEL = (340.0, 250.0)
LONGEST_LABEL = 52
LINE = 12.0


def arms(found: Sequence[ArmFindings]) -> Markup:
    """Accuracy of each arm: the mean with its interval, and a small mark for each seed."""
    low, high = _percent_range([one.accuracy for one in found])
    x = Scale(low, high, LABELS, RIGHT)
    bottom = 20 + ROW * len(found)
    ticks = [low + (high - low) * i / 4 for i in range(5)]
    return figure(
        (WIDE, bottom + 44),
        "Accuracy of each arm",
        "; ".join(f"{one.recipe.title} {100 * (one.accuracy.value or 0):.1f} %" for one in found),
        *(line((x(tick), 12), (x(tick), bottom), "grid") for tick in ticks),
        *(text(x(tick), bottom + 15, f"{tick:g}") for tick in ticks),
        text((LABELS + RIGHT) / 2, bottom + 34, "accuracy in %, with 95 % intervals", "name"),
        *(_arm(x, 20 + ROW * (i + 0.5), one) for i, one in enumerate(found)),
    )


def _arm(x: Scale, y: float, one: ArmFindings) -> Markup:
    seeds = [
        element("circle", cx=x(100 * value), cy=y + 8, r=2.2, class_="solid")
        for value in one.accuracy.by_seed
        if value is not None
    ]
    return group(
        _label(y, one.recipe.title),
        *seeds,
        _estimate(x, y, one.recipe.title, one.accuracy),
        style="--c: var(--a)",
    )


def differences(rows: Sequence[tuple[str, str, Estimate]], name: str, first: str, second: str) -> Markup:
    """Differences in points with intervals; rows are a label, a colour such as "--ink", and the difference."""
    reach = _reach([one for _, _, one in rows])
    x = Scale(-reach, reach, LABELS, RIGHT)
    bottom = 34 + ROW * len(rows)
    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    return figure(
        (WIDE, bottom + 40),
        name,
        "; ".join(f"{label} {100 * (one.value or 0):+.1f} points" for label, _, one in rows),
        text(x(-reach / 2), 14, f"{second} better", "name"),
        text(x(reach / 2), 14, f"{first} better", "name"),
        *(line((x(t), 24), (x(t), bottom), "zero" if t == 0 else "grid") for t in ticks),
        *(text(x(t), bottom + 15, f"{t:+g}" if t else "0") for t in ticks),
        text(x(0), bottom + 34, "difference in points, with 95 % intervals", "name"),
        *(_difference(x, 34 + ROW * (i + 0.5), *row) for i, row in enumerate(rows)),
    )


def _difference(x: Scale, y: float, label: str, colour: str, one: Estimate) -> Markup:
    return group(_label(y, label), _estimate(x, y, label, one), style=f"--c: var({colour})")


def _estimate(x: Scale, y: float, label: str, one: Estimate) -> Markup:
    if one.value is None or one.interval_95 is None:
        return text(x.start + 6, y + 4, "these faces cannot tell", "small", "start")
    ends = [100 * end for end in one.interval_95]
    return group(
        element("title", f"{label}: {100 * one.value:.1f}, 95 % {ends[0]:.1f} to {ends[1]:.1f}"),
        line((x(ends[0]), y), (x(ends[1]), y), "whisker"),
        element("circle", cx=x(100 * one.value), cy=y, r=4.5, class_="dot"),
    )


def series(found: Sequence[SeriesFindings]) -> Markup:
    """Accuracy over a quantity, a line for each series; values stand at equal distances."""
    values = sorted({value for one in found for value in one.accuracy})
    low, high = _percent_range([estimate for one in found for estimate in one.accuracy.values()])
    top = 24.0 + LEGEND * len(found)
    x, y = Scale(0, max(1, len(values) - 1), 60, RIGHT), Scale(low, high, top + 250, top)
    drawn = [_line_of(x, y, values, one, number) for number, one in enumerate(found)]
    grid = axes(
        x, y, (), [low + (high - low) * i / 4 for i in range(5)], (found[0].recipe.quantity, "accuracy in %")
    )
    ticks = [text(x(i), top + 264, f"{value:g}") for i, value in enumerate(values)]
    told = "; ".join(f"{one.recipe.title}: best at {one.best:g}" for one in found)
    return figure((WIDE, top + 290), f"Accuracy over {found[0].recipe.quantity}", told, grid, *ticks, *drawn)


def _line_of(x: Scale, y: Scale, values: Sequence[float], one: SeriesFindings, number: int) -> Markup:
    shift = 3.0 * (number - 1)
    known = [(value, e) for value, e in one.accuracy.items() if e.value is not None and e.interval_95]
    places = [(x(values.index(value)) + shift, y(100 * (e.value or 0))) for value, e in known]
    whiskers = [
        line((place[0], y(100 * ends[0])), (place[0], y(100 * ends[1])), "whisker")
        for place, (_, e) in zip(places, known, strict=True)
        if (ends := e.interval_95)
    ]
    dots = [
        element("circle", element("title", f"{value:g}"), cx=place[0], cy=place[1], r=4.0, class_="dot")
        for place, (value, _) in zip(places, known, strict=True)
    ]
    legend_y = 14 + LEGEND * number
    dashes = DASHES[number % len(DASHES)]
    style = f"stroke-dasharray: {dashes}" if dashes else None
    return group(
        polyline(places, "series", one.recipe.title, style),
        *whiskers,
        *dots,
        line((60, legend_y - 4), (88, legend_y - 4), "series", style),
        text(96, legend_y, one.recipe.title, "tick", "start"),
        style=f"--c: var({SERIES_COLOURS[number % len(SERIES_COLOURS)]})",
    )


def learning(title: str, fits: Mapping[str, Sequence[LearningCurve]]) -> Markup | None:
    """The validation split's accuracy over the steps, one or two arms by name; None without such a split."""
    means = {
        name: mean for name, courses in fits.items() if (mean := mean_learning_curve(courses)) is not None
    }
    if not means:
        return None
    every = [course for courses in fits.values() for course in courses if course.steps]
    width, height = PANEL
    highest = max(max(course.accuracy) for course in every)
    x = Scale(0, max(course.steps[-1] for course in every), 52, width - 16)
    y = Scale(0, math.ceil(10 * highest) / 10, height - 56, 40)
    ticks = [y.high * i / 2 for i in range(3)]
    return figure(
        (width, height),
        f"Learning curves: {title}",
        "; ".join(f"{name} ends at {100 * heights[-1]:.1f} %" for name, (_, heights) in means.items()),
        axes(
            x,
            y,
            [0, x.high // 2, x.high],
            [round(t, 3) for t in ticks],
            ("steps", "valid accuracy"),
        ),
        *(
            _learned(x, y, fits[name], mean, number, name)
            for number, (name, mean) in enumerate(means.items())
        ),
    )


def _learned(
    x: Scale, y: Scale, courses: Sequence[LearningCurve], mean: tuple[Values, Values], number: int, name: str
) -> Markup:
    grid, heights = mean
    dashes = "stroke-dasharray: 6 3" if number else None
    thin = [
        polyline(
            [(x(s), y(a)) for s, a in zip(c.steps, c.accuracy, strict=True)],
            "series",
            name,
            "stroke-width: .8; opacity: .45",
        )
        for c in courses
        if c.steps
    ]
    places = [(x(s), y(a)) for s, a in zip(grid.tolist(), heights.tolist(), strict=True)]
    legend = text(52, 12 + 14 * number, shortened(f"{'- -' if number else '—'} {name}"), "tick", "start")
    return group(
        *thin,
        polyline(places, "series", name, dashes),
        legend,
        style=f"--c: var({'--b' if number else '--a'})",
    )


def shortened(label: str) -> str:
    """A label that has room; the table has all of it."""
    return lines_of(label, 1)[0]


def lines_of(label: str, most: int) -> list[str]:
    """A label in as many lines as it needs, the last of `most` cut short."""
    return textwrap.wrap(label, LONGEST_LABEL, max_lines=most, placeholder="…") or [""]


def _label(y: float, label: str) -> Markup:
    """In front of a row, in one line or two around its middle."""
    lines = lines_of(label, 2)
    first = y + 4 - LINE / 2 * (len(lines) - 1)
    return group(*(text(LABELS - 14, first + LINE * i, part, "tick", "end") for i, part in enumerate(lines)))


def _percent_range(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Multiples of 4 percent around all intervals and seeds, so that four steps between are whole."""
    values = [100 * v for e in estimates for v in (*(e.interval_95 or ()), *e.by_seed) if v is not None]
    low, high = math.floor(min(values, default=0) / 4) * 4, math.ceil(max(values, default=100) / 4) * 4
    return float(max(low, -4)), float(max(high, low + 4))


def _reach(estimates: Sequence[Estimate]) -> float:
    """A round number of points that no interval goes beyond."""
    most = max((abs(100 * end) for one in estimates for end in one.interval_95 or ()), default=1.0)
    return float(next((step for step in ROUND_STEPS if step >= most), 100))
