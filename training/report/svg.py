"""The few pieces of SVG that the figures are made of: real text, colours by class, so that a page may turn dark.

All positions are in units of the figure's own width; the page scales a figure as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """Brings values from `low` to `high` to positions from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The position of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def element(tag: str, *content: object, **attributes: object) -> Markup:
    """One element; `class_` is class, `stroke_width` is stroke-width, attributes that are None are left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _short(value))
        for name, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(part) for part in content)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), written, inside)


def text(x: float, y: float, words: object, class_: str = "tick", anchor: str = "middle") -> Markup:
    """A line of text at a point of its baseline; `anchor` is start, middle or end."""
    return element("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def line(start: Point, end: Point, class_: str, style: str | None = None) -> Markup:
    """A straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=class_, style=style)


def polyline(points: Iterable[Point], class_: str, hint: str, style: str | None = None) -> Markup:
    """A line through points, with a hint that shows under the pointer."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("polyline", element("title", hint), points=places, class_=class_, style=style)


def group(*content: object, class_: str | None = None, style: str | None = None) -> Markup:
    """Elements that share a class or a style."""
    return element("g", *content, class_=class_, style=style)


def figure(size: Point, name: str, description: str, *content: object) -> Markup:
    """A whole figure; its name and description are read to those who cannot see it."""
    width, height = size
    head = element("title", name), element("desc", description)
    return element(
        "svg",
        *head,
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=f"{name}. {description}",
        class_="figure",
    )


def axes(
    x: Scale, y: Scale, x_ticks: Sequence[float], y_ticks: Sequence[float], names: tuple[str, str]
) -> Markup:
    """Grid, ticks as plain numbers, and the names of both axes; `y` may run upwards (start below end)."""
    low, high = max(y.start, y.end), min(y.start, y.end)
    columns = [
        line((x(tick), low), (x(tick), high), "grid") + text(x(tick), low + 14, f"{tick:g}")
        for tick in x_ticks
    ]
    rows = [
        line((x.start, y(tick)), (x.end, y(tick)), "grid")
        + text(x.start - 6, y(tick) + 4, f"{tick:g}", anchor="end")
        for tick in y_ticks
    ]
    middle = (low + high) / 2
    side = element(
        "text",
        names[1],
        x=0,
        y=0,
        class_="name",
        text_anchor="middle",
        transform=f"translate({x.start - 32:.1f} {middle:.1f}) rotate(-90)",
    )
    return group(*columns, *rows, text((x.start + x.end) / 2, low + 31, names[0], "name"), side)


def _short(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
