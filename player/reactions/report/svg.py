"""Small charts as SVG text. Pure.

A chart is stretched to the width it is given, so it holds no text: labels are HTML beside it. x runs from 0 to WIDTH
over the film's length, y from HEIGHT (bottom) to 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

import numpy as np

from player.reactions.intervals import Band
from player.reactions.readings import Floats
from recognizer.palette import Rgb

WIDTH, HEIGHT = 1000, 100


def colour(rgb: Rgb, darker: float = 0.0) -> str:
    """A colour for CSS, mixed with as much black."""
    return "#" + "".join(f"{round(part * (1 - darker)):02x}" for part in rgb)


def chart(parts: Iterable[str], says: str) -> str:
    """A chart of drawn parts; `says` is what somebody hears who cannot see it."""
    return (
        f'<svg class="chart" role="img" aria-label="{escape(says)}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="none">{"".join(parts)}<line class="cursor" x1="-9" x2="-9" y1="0" y2="{HEIGHT}"/></svg>'
    )


def band_part(band: Band, limits: tuple[float, float], paint: str, across: Floats | None = None) -> str:
    """A trace with its band; where nobody tells there is a gap. `across` is x of each point; None: evenly."""
    across = places(len(band.mean)) if across is None else across
    mean, low, high = (heights(values, limits) for values in (band.mean, band.low, band.high))
    drawn = []
    for start, end in runs(band.low):  # fewer than five viewers have a line, but no band
        edge = [*zip(across[start:end], high[start:end], strict=True)]
        edge += [*zip(across[start:end], low[start:end], strict=True)][::-1]
        drawn.append(f'<polygon points="{_points(edge)}" fill="{paint}" opacity=".22"/>')
    for start, end in runs(band.mean):
        drawn.append(line_part(across[start:end], mean[start:end], paint))
    return "".join(drawn)


def line_part(across: Floats, heights_: Floats, paint: str) -> str:
    """A line through points."""
    points = _points([*zip(across, heights_, strict=True)])
    return f'<polyline points="{points}" fill="none" stroke="{paint}"/>'


def trace_part(values: Floats, limits: tuple[float, float], paint: str) -> str:
    """A trace without a band."""
    across, up = places(len(values)), heights(values, limits)
    return "".join(line_part(across[start:end], up[start:end], paint) for start, end in runs(values))


def level_part(value: float, limits: tuple[float, float]) -> str:
    """A thin line across at a value."""
    y = float(heights(np.array([value]), limits)[0])
    return f'<line class="level" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'


def span_part(start: float, end: float) -> str:
    """A shaded stretch between two shares of the film's length."""
    left, right = (WIDTH * min(1.0, max(0.0, share)) for share in (start, end))
    return f'<rect class="span" x="{left:.1f}" width="{max(1.0, right - left):.1f}" y="0" height="{HEIGHT}"/>'


def bar_part(start: float, end: float, paint: str, full: bool) -> str:
    """A bar at the bottom between two shares of the film's length; hollow unless `full`."""
    fill = f'fill="{paint}"' if full else f'fill="none" stroke="{paint}" vector-effect="non-scaling-stroke"'
    left, right = WIDTH * start, WIDTH * min(1.0, end)
    return f'<rect class="bar" x="{left:.1f}" width="{right - left:.1f}" y="{HEIGHT - 6}" height="5" {fill}/>'


def places(count: int) -> Floats:
    """x of the middle of each of `count` bins."""
    return np.asarray((np.arange(count) + 0.5) / max(1, count) * WIDTH, np.float64)


def heights(values: Floats, limits: tuple[float, float]) -> Floats:
    """y of values; what lies beyond the limits is drawn at the edge."""
    low, high = limits
    return np.asarray(HEIGHT * (1 - np.clip((values - low) / (high - low), 0, 1)))


def runs(values: Floats) -> list[tuple[int, int]]:
    """Start and end of each stretch without NaN."""
    found = []
    for known, group in groupby(range(len(values)), key=lambda index: not np.isnan(values[index])):
        indices = list(group)
        if known:
            found.append((indices[0], indices[-1] + 1))
    return found


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
