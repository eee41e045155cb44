"""The figures of a study's report: arms, differences, series and learning curves, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from training.evaluation.weighted import Values
from training.report.colours import DASHES
from training.report.figures import Layout, difference_chart, interval_mark, lines_of, row_label
from training.report.svg import Scale, axes, element, figure, group, line, polyline, text
from training.study.findings import ArmFindings, SeriesFindings
from training.study.learning_curve import LearningCurve, mean_learning_curve
from training.study.uncertainty import Estimate

WIDTH, RIGHT, LABELS, ROW = 720.0, 700.0, 310.0, 30.0
LEGEND = 18.0
SERIES_COLOURS = ("--a", "--b", "--soft", "--ink")
PANEL = (340.0, 250.0)
LONGEST_LABEL = 52
WIDE = Layout(WIDTH, LABELS, WIDTH - RIGHT, ROW, LONGEST_LABEL, "these faces cannot tell")


def arms(found: Sequence[ArmFindings]) -> Markup:
    """Accuracy of each arm: the mean with its interval, and a small mark for each seed."""
    low, high = _percent_range([one.accuracy for one in found])
    x = Scale(low, high, LABELS, RIGHT)
    bottom = 20 + ROW * len(found)
    ticks = [low + (high - low) * i / 4 for i in range(5)]
    return figure(
        (WIDTH, bottom + 44),
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
        row_label(y, one.recipe.title, WIDE),
        *seeds,
        interval_mark(x, y, one.recipe.title, one.accuracy, WIDE),
        style="--c: var(--a)",
    )


def differences(rows: Sequence[tuple[str, str, Estimate]], name: str, first: str, second: str) -> Markup:
    """Differences in points with intervals; rows are a label, a colour such as "--ink", and the difference."""
    better, caption = (f"{first} better", f"{second} better"), "difference in points, with 95 % intervals"
    return difference_chart(rows, name, better, caption, WIDE)


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
    return figure((WIDTH, top + 290), f"Accuracy over {found[0].recipe.quantity}", told, grid, *ticks, *drawn)


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
    legend = text(
        52,
        12 + 14 * number,
        lines_of(f"{'- -' if number else '—'} {name}", 1, LONGEST_LABEL)[0],
        "tick",
        "start",
    )
    return group(
        *thin,
        polyline(places, "series", name, dashes),
        legend,
        style=f"--c: var({'--b' if number else '--a'})",
    )


def _percent_range(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Multiples of 4 percent around all intervals and seeds, so that four steps between are whole."""
    values = [100 * v for e in estimates for v in (*(e.interval_95 or ()), *e.by_seed) if v is not None]
    low, high = math.floor(min(values, default=0) / 4) * 4, math.ceil(max(values, default=100) / 4) * 4
    return float(max(low, -4)), float(max(high, low + 4))
