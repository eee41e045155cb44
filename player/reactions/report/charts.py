"""A study's charts as files for slides and papers: SVG and PNG, with axes and words, drawn by matplotlib."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from player.errors import StudyError
from player.reactions.aggregate import SUMMARY, shares, summary, trace_band
from player.reactions.claims import Claims
from player.reactions.comparisons import COMPARED
from player.reactions.gather import Reactions
from player.reactions.intervals import Band
from player.reactions.measures import bin_times
from player.reactions.moments import Marker
from player.reactions.readings import Floats
from player.reactions.report import svg
from player.reactions.report.film import (
    DARKER,
    GROUP_PAINTS,
    GROUP_ROWS,
    LEAST_SHARE,
    TRACE_ROWS,
    band_of,
    second_middles,
)
from player.reactions.report.words import SHARES, title
from recognizer.affect import EMOTIONS, Emotion
from recognizer.palette import EMOTION_RGB
from recognizer.words import counted

ENDINGS = ("svg", "png")
DOTS_PER_INCH = 200
_SIZE_INCHES = (8.0, 3.2)
_SALT = "sonrisa"
"""The same study gives the same file."""


def charts(
    films: Sequence[Reactions], found: Claims, markers: Sequence[Marker] = ()
) -> Iterator[tuple[str, bytes]]:
    """Each chart's file name and content; raises StudyError where matplotlib is missing."""
    if find_spec("matplotlib") is None:
        raise StudyError("charts need the package matplotlib: pip install matplotlib==3.11.2")
    for film in films:
        own = [marker for marker in markers if marker.film == film.film.film]
        for name, figure in _of_film(film, found, own):
            yield from _files(f"{film.film.film} - {name}", figure)
    for name in COMPARED:
        yield from _files(f"films - {name}", _side_by_side(films, name))


def _of_film(film: Reactions, found: Claims, markers: Sequence[Marker]) -> Iterator[tuple[str, Any]]:
    if not film.used:
        return
    yield "emotions", _shares(film, markers)
    for name in TRACE_ROWS:
        figure, axes = _axes(film, title(name), TRACE_ROWS[name][0], markers)
        _band(axes, trace_band(film, name), svg.colour(TRACE_ROWS[name][1], DARKER), title(name))
        for each in found.moments:
            if (each.film, each.trace, each.groups) == (film.film.film, name, ()) and each.beyond_chance:
                axes.plot(
                    [each.start_seconds, each.end_seconds],
                    [TRACE_ROWS[name][0][0]] * 2,
                    color="black" if each.higher else "grey",
                    linewidth=4,
                    solid_capstyle="butt",
                )
        yield name, figure
    for split in film.splits:
        groups = film.groups_by(split)
        for name in GROUP_ROWS if len(groups) > 1 else ():
            figure, axes = _axes(film, f"{title(name)} by {split}", TRACE_ROWS[name][0], markers)
            for place, group in enumerate(groups):
                paint = GROUP_PAINTS[place % len(GROUP_PAINTS)]
                part = film.only(group, split)
                label = f"{group} ({counted(len(part.used), 'viewer')})"
                _band(axes, trace_band(part, name), paint, label)
            axes.legend(frameon=False, fontsize=8)
            yield f"{name} by {split}", figure


def _shares(film: Reactions, markers: Sequence[Marker]) -> Any:
    figure, axes = _axes(film, "Viewers showing each emotion, %", (0, 100), markers)
    band = shares(film)
    for index, emotion in enumerate(EMOTIONS):
        if emotion is Emotion.NEUTRAL or not np.nanmax(band.mean[:, index], initial=0) >= LEAST_SHARE:
            continue
        one = band_of(band, index)
        scaled = Band(100 * one.mean, 100 * one.low, 100 * one.high, one.viewers)
        paint = svg.colour(EMOTION_RGB[emotion], DARKER)
        _band(axes, scaled, paint, str(emotion), second_middles(film))
    if axes.lines:
        axes.legend(frameon=False, fontsize=8, ncols=6)
    return figure


def _side_by_side(films: Sequence[Reactions], name: str) -> Any:
    """A figure of every film with its interval."""
    figure, axes = _empty()
    scale = 100 if name in SHARES else 1
    for place, film in enumerate(films):
        value = summary(film)[name]
        axes.errorbar(
            [place],
            [scale * value.mean],
            yerr=[[scale * max(0.0, end)] for end in (value.mean - value.low, value.high - value.mean)],
            fmt="o",
            color="#23262b",
            capsize=4,
        )
    axes.set_xticks(
        range(len(films)),
        [f"{film.film.film}\n{counted(len(film.used), 'viewer')}" for film in films],
    )
    axes.set_xlim(-0.6, max(0.6, len(films) - 0.4))
    axes.set_ylabel(f"{title(name)}{', %' if scale == 100 else ''}")
    axes.set_title(f"{SUMMARY[name].says}; means with 95 % intervals", loc="left", fontsize=9)
    return figure


def _axes(film: Reactions, label: str, limits: tuple[float, float], markers: Sequence[Marker]) -> Any:
    figure, axes = _empty()
    axes.set_xlim(0, film.duration_seconds)
    axes.set_ylim(*limits)
    axes.set_xlabel("seconds")
    axes.set_ylabel(label, wrap=True)
    axes.set_title(
        f"{film.film.film}: means over {counted(len(film.used), 'viewer')} with pointwise 95 % intervals",
        loc="left",
        fontsize=9,
    )
    for marker in markers:
        axes.axvspan(marker.start_seconds, marker.end_seconds, color="#a35c00", alpha=0.13, linewidth=0)
        axes.text(marker.start_seconds, limits[1], f" {marker.name[:40]}", fontsize=7, va="top")
    return figure, axes


def _empty() -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dfe2e6", linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _band(axes: Any, band: Band, paint: str, label: str, times: Floats | None = None) -> None:
    times = bin_times(len(band.mean)) if times is None else times
    axes.plot(times, band.mean, color=paint, linewidth=1.8, label=label)
    axes.fill_between(times, band.low, band.high, color=paint, alpha=0.2, linewidth=0)


def _files(name: str, figure: Any) -> Iterator[tuple[str, bytes]]:
    import matplotlib as mpl

    for ending in ENDINGS:
        out = io.BytesIO()
        stamp = {"Date": None, "Creator": "Sonrisa"} if ending == "svg" else {"Software": "Sonrisa"}
        with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "none"}):
            figure.savefig(out, format=ending, dpi=DOTS_PER_INCH, metadata=stamp)
        yield f"{name}.{ending}", out.getvalue()
