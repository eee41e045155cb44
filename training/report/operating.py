"""The figure of the operating point: what a model reaches as rare emotions are held to be more common."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from recognizer.card import Prior
from training.evaluation.operating_point import Point
from training.report.figures import LEFT, RIGHT, WIDTH
from training.report.svg import Scale, axes, figure, group, line, polyline, text

TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)
LINES = (("accuracy", "--a", ""), ("macro_f1", "--b", "7 2"), ("worst_recall", "--ink", "2 2"))
NAMES = {"accuracy": "accuracy", "macro_f1": "macro-F1", "worst_recall": "worst recall"}
TOP, BOTTOM = 30.0, 262.0


def operating(points: Sequence[Point], prior: Prior | None, name: str) -> Markup:
    """Accuracy, macro-F1 and the worst recall over tau; the card's own tau is marked."""
    x, y = Scale(0, points[-1].tau, LEFT, RIGHT), Scale(_floor(points), 1, BOTTOM, TOP)
    step = 0.1 if y.low >= 0.5 else 0.2
    y_ticks = [round(y.low + step * i, 1) for i in range(int((1 - y.low) / step + 1.001))]
    return figure(
        (WIDTH, 318),
        f"Operating point of {name}",
        "; ".join(
            f"tau {one.tau:g}: accuracy {one.accuracy:.3f}, macro-F1 {one.macro_f1:.3f}" for one in points
        ),
        axes(x, y, TICKS, y_ticks, ("tau", "share")),
        *(_line(points, *which, x, y, index) for index, which in enumerate(LINES)),
        *([_mark(prior.tau, x)] if prior and prior.tau <= points[-1].tau else ()),
    )


def _floor(points: Sequence[Point]) -> float:
    """A tenth below the lowest value."""
    lowest = min(min(one.macro_f1, one.worst_recall, one.accuracy) for one in points)
    return max(0.0, int(10 * lowest) / 10)


def _line(
    points: Sequence[Point], key: str, colour: str, dashes: str, x: Scale, y: Scale, index: int
) -> Markup:
    drawn = [(x(one.tau), y(getattr(one, key))) for one in points]
    style = f"stroke-dasharray: {dashes}" if dashes else None
    left = LEFT + 110 * index
    return group(
        polyline(drawn, "series", NAMES[key], style),
        line((left, 308), (left + 24, 308), "series", style),
        text(left + 30, 312, NAMES[key], anchor="start"),
        style=f"--c: var({colour})",
    )


def _mark(tau: float, x: Scale) -> Markup:
    return group(
        line((x(tau), TOP), (x(tau), BOTTOM), "ideal"), text(x(tau), TOP - 8, f"card: {tau:g}", "name")
    )
