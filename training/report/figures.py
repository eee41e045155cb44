"""The figures of a report, from numbers to SVG: confusion, curves, reliability, robustness, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from recognizer.affect import EMOTIONS
from training.evaluation.metrics import Scores
from training.evaluation.weighted import Values
from training.report.calibration import Bin
from training.report.colours import DASHES
from training.report.curves import MACRO
from training.report.paired import Difference, Paired
from training.report.robustness import CorruptedAccuracy
from training.report.svg import Scale, axes, element, figure, group, line, polyline, text

WIDTH = 430
LEFT, RIGHT = 50.0, WIDTH - 12.0
QUARTERS = (0, 0.25, 0.5, 0.75, 1)
FIFTHS = (0, 0.2, 0.4, 0.6, 0.8, 1)
CELL = 49.0, 43.0
TEXT_TONES = ((0.74, " on-strong"), (0.6, " on-middle"))
"""From these shares on a cell stands so far from the paper that its text needs another colour."""
LINE_HEIGHT = 12.0
ABSENT = "no such faces"


def confusion(scores: Scores, name: str) -> Markup:
    """The matrix: a row per label, a column per answer, shares of the row in percent over counts."""
    left, top = 72.0, 44.0
    heads = [text(left + CELL[0] * (i + 0.5), top - 8, emotion) for i, emotion in enumerate(EMOTIONS)]
    rows = [
        _confusion_row(counts, str(EMOTIONS[i]), left, top + CELL[1] * i)
        for i, counts in enumerate(scores.confusion)
    ]
    return figure(
        (WIDTH, top + 7 * CELL[1] + 6),
        f"Confusion matrix of {name}",
        "Rows are labels, columns are answers; each cell has the share of its row in percent and the count.",
        text(left + 3.5 * CELL[0], 14, "the model's answer", "name"),
        text(left - 8, top - 8, "label", "name", "end"),
        *heads,
        *rows,
    )


def _confusion_row(counts: Sequence[int], label: str, left: float, top: float) -> Markup:
    total = sum(counts)
    head = text(left - 8, top + CELL[1] / 2 + 4, label, "tick", "end")
    if not total:
        return group(head, text(left + 3.5 * CELL[0], top + CELL[1] / 2 + 4, ABSENT, "small"))
    cells = [
        _cell(count, count / total, (left + CELL[0] * i, top), f"{label} answered as {EMOTIONS[i]}")
        for i, count in enumerate(counts)
    ]
    return group(head, *cells)


def _cell(count: int, share: float, corner: tuple[float, float], hint: str) -> Markup:
    x, y = corner
    box = {"x": x, "y": y, "width": CELL[0], "height": CELL[1]}
    tone = next((tone for least, tone in TEXT_TONES if share >= least), "")
    return group(
        element("title", f"{hint}: {count:,} faces, {share:.1%} of the label's"),
        element("rect", class_="cell-base", **box),
        element("rect", class_="cell", fill_opacity=round(share, 3), **box),
        text(x + CELL[0] / 2, y + 20, f"{100 * share:.0f}", f"strong{tone}"),
        text(x + CELL[0] / 2, y + 34, f"{count:,}", f"count{tone}"),
    )


def precision_recall(
    grid: Values, curves: Mapping[str, Values], areas: Mapping[str, float], name: str
) -> Markup:
    """Precision over recall, a curve per emotion and their mean."""
    return _curves(grid, curves, areas, f"Precision-recall curves of {name}", ("recall", "precision"))


def roc(grid: Values, curves: Mapping[str, Values], areas: Mapping[str, float], name: str) -> Markup:
    """True positive rate over false positive rate, a curve per emotion and their mean."""
    names = "false positive rate", "true positive rate"
    ideal = line((LEFT, 286), (RIGHT, 12), "ideal")
    return _curves(grid, curves, areas, f"ROC curves of {name}", names, ideal)


def _curves(
    grid: Values,
    curves: Mapping[str, Values],
    areas: Mapping[str, float],
    name: str,
    names: tuple[str, str],
    ideal: Markup | str = "",
) -> Markup:
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, 1, 286, 12)
    drawn = [_curve(x, y, grid, heights, emotion, areas[emotion]) for emotion, heights in curves.items()]
    legend = [_legend(i, emotion, areas[emotion]) for i, emotion in enumerate(curves)]
    told = ", ".join(f"{emotion} {area:.3f}" for emotion, area in areas.items())
    return figure(
        (WIDTH, 412),
        name,
        f"Areas: {told or ABSENT}.",
        axes(x, y, FIFTHS, FIFTHS, names),
        ideal,
        *drawn,
        *legend,
    )


def _curve(x: Scale, y: Scale, grid: Values, heights: Values, emotion: str, area: float) -> Markup:
    points = ((x(place), y(height)) for place, height in zip(grid.tolist(), heights.tolist(), strict=True))
    return polyline(points, _line_class(emotion), f"{emotion}: area {area:.3f}", _line_style(emotion))


def _legend(index: int, emotion: str, area: float) -> Markup:
    left, y = LEFT + 190 * (index // 4), 340 + 18 * (index % 4)
    sample = line((left, y - 4), (left + 28, y - 4), _line_class(emotion), _line_style(emotion))
    name = "mean" if emotion == MACRO else emotion
    return group(
        sample, text(left + 36, y, name, anchor="start"), text(left + 140, y, f"{area:.3f}", anchor="end")
    )


def _line_class(emotion: str) -> str:
    return "mean" if emotion == MACRO else "curve"


def _line_style(emotion: str) -> str | None:
    if emotion == MACRO:
        return None
    dashes = DASHES[[str(known) for known in EMOTIONS].index(emotion)]
    return f"--c: var(--{emotion});" + (f" stroke-dasharray: {dashes}" if dashes else "")


def reliability(bins: Sequence[Bin], name: str) -> Markup:
    """Accuracy over confidence, with intervals; below, how many answers have which confidence."""
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, 1, 262, 12)
    counts = Scale(0, max(one.faces for one in bins), 392, 334)
    accuracy = [_reliability_bin(one, x, y) for one in bins]
    crowd = [_bar(x(one.low) + 1, x(one.high) - 1, counts(one.faces), 392, "solid") for one in bins]
    return figure(
        (WIDTH, 412),
        f"Reliability diagram of {name}",
        "; ".join(
            f"confidence {one.confidence:.2f}: {one.accuracy:.2f} right of {one.faces:,}" for one in bins
        ),
        axes(x, y, FIFTHS, FIFTHS, ("confidence of the answer", "share that is right")),
        line((x(0), y(0)), (x(1), y(1)), "ideal"),
        group(*accuracy, *crowd, style="--c: var(--a)"),
        line((LEFT, 392), (RIGHT, 392), "grid"),
        text(
            LEFT, 328, f"answers with this confidence (tallest: {int(counts.high):,} faces)", "small", "start"
        ),
    )


def _reliability_bin(one: Bin, x: Scale, y: Scale) -> Markup:
    hint = f"confidence {one.low:.2f} to {one.high:.2f}: {one.accuracy:.1%} right of {one.faces:,} faces"
    return group(
        element("title", hint),
        _bar(x(one.low) + 1, x(one.high) - 1, y(one.accuracy), y(0), "bar"),
        _whisker(x(one.confidence), y(one.interval_95[0]), y(one.interval_95[1])),
        element("circle", cx=x(one.confidence), cy=y(one.accuracy), r=3.5, class_="dot"),
    )


def robustness(kind: str, unit: str, runs: Sequence[tuple[str, Sequence[CorruptedAccuracy]]]) -> Markup:
    """Accuracy over the strengths of one disturbance, one line per model (letter, measurements from 0 on)."""
    strengths = [one.strength for one in runs[0][1]]
    x, y = Scale(0, len(strengths) - 1, 40, 250), Scale(0, 1, 150, 26)
    grid = [line((30, y(tick)), (260, y(tick)), "grid") for tick in QUARTERS]
    scale = [text(26, y(tick) + 4, f"{100 * tick:g}", anchor="end") for tick in QUARTERS]
    ticks = [text(x(i), 166, f"{strength:g}") for i, strength in enumerate(strengths)]
    told = "; ".join(
        f"{letter} at {one.strength:g}: {one.accuracy:.1%}".strip() for letter, run in runs for one in run
    )
    return figure(
        (268, 190),
        f"Accuracy under {kind}",
        f"Strength is {unit}. {told}",
        text(0, 12, kind, "strong", "start"),
        text(260, 12, "accuracy in %", "small", "end"),
        *grid,
        *scale,
        *ticks,
        text(145, 183, unit, "name"),
        *(_run(x, y, letter, run) for letter, run in runs),
        *_names_at_ends(y, runs),
    )


def _names_at_ends(y: Scale, runs: Sequence[tuple[str, Sequence[CorruptedAccuracy]]]) -> list[Markup]:
    """The models' letters beside the last measurement, the higher line's above the other's."""
    ends = sorted((y(run[-1].accuracy) + 4, letter) for letter, run in runs if letter)
    if len(ends) == 2 and ends[1][0] - ends[0][0] < LINE_HEIGHT:
        middle = (ends[0][0] + ends[1][0]) / 2
        ends = [(middle - LINE_HEIGHT / 2, ends[0][1]), (middle + LINE_HEIGHT / 2, ends[1][1])]
    return [text(257, height, letter, "tick", "start") for height, letter in ends]


def _run(x: Scale, y: Scale, letter: str, run: Sequence[CorruptedAccuracy]) -> Markup:
    second = letter == "B"
    shift = {"": 0.0, "A": -1.5, "B": 1.5}[letter]
    places = [(x(i) + shift, y(one.accuracy)) for i, one in enumerate(run)]
    whiskers = [
        group(
            element("title", f"{letter} {one.strength:g}: {one.accuracy:.1%}"),
            _whisker(place[0], y(one.interval_95[0]), y(one.interval_95[1])),
            element("circle", cx=place[0], cy=place[1], r=3.0, class_="dot"),
        )
        for one, place in zip(run, places, strict=True)
    ]
    dashes = "stroke-dasharray: 5 3" if second else None
    drawn = polyline(places, "series", letter, dashes)
    return group(drawn, *whiskers, style=f"--c: var(--{'b' if second else 'a'})")


def differences(paired: Paired) -> Markup:
    """First minus second in points, with intervals: accuracy, macro-F1, then the F1 of each emotion."""
    rows = [
        ("accuracy", "--ink", paired.differences["accuracy"]),
        ("macro-F1", "--ink", paired.differences["macro_f1"]),
    ]
    rows += [(f"F1 {emotion}", f"--{emotion}", one) for emotion, one in paired.f1.items()]
    reach = _reach([one for _, _, one in rows])
    x = Scale(-reach, reach, 96, RIGHT)
    bottom = 34 + 25 * len(rows)
    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    return figure(
        (WIDTH, bottom + 40),
        "Differences between A and B",
        "; ".join(f"{name} {100 * (one.value or 0):.1f} points" for name, _, one in rows),
        text(x(-reach / 2), 14, "B is better", "name"),
        text(x(reach / 2), 14, "A is better", "name"),
        *(line((x(t), 24), (x(t), bottom), "zero" if t == 0 else "grid") for t in ticks),
        *(text(x(t), bottom + 15, f"{t:+g}" if t else "0") for t in ticks),
        text(x(0), bottom + 32, "A minus B in points, with 95 % intervals", "name"),
        *(_difference(x, 42 + 25 * i, *row) for i, row in enumerate(rows)),
    )


def _difference(x: Scale, y: float, name: str, colour: str, one: Difference) -> Markup:
    head = text(88, y + 4, name, "tick", "end")
    if one.value is None or one.interval_95 is None:
        return group(head, text(x(0) + 6, y + 4, ABSENT, "small", "start"))
    ends = [100 * end for end in one.interval_95]
    low, high = (x(end) for end in ends)
    hint = f"{name}: {100 * one.value:.1f} points, 95 % {ends[0]:.1f} to {ends[1]:.1f}"
    return group(
        element("title", hint),
        head,
        line((low, y), (high, y), "whisker"),
        element("circle", cx=x(100 * one.value), cy=y, r=4.5, class_="dot"),
        style=f"--c: var({colour})",
    )


def _reach(rows: Sequence[Difference]) -> float:
    """A round number of points that no interval goes beyond."""
    ends = [abs(100 * end) for one in rows for end in one.interval_95 or ()]
    most = max(ends, default=1.0)
    return float(next((step for step in (1, 2, 5, 10, 20, 40, 60) if step >= most), 100))


def _bar(left: float, right: float, top: float, bottom: float, class_: str) -> Markup:
    return element("rect", x=left, y=top, width=right - left, height=max(bottom - top, 0.0), class_=class_)


def _whisker(x: float, low: float, high: float) -> Markup:
    return line((x, low), (x, high), "whisker")
