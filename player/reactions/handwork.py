"""What a researcher left out by hand, applied to one viewing. Pure.

A masked stretch is as if nobody had looked at the face: neither an emotion nor attention is known there. Grades stay
those of the whole viewing, since they say how the technique did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from player.reactions.facts import Decision
from player.reactions.measures import BIN_SECONDS, Measured, bin_times
from player.reactions.quality import Grade
from player.reactions.readings import Readings


def masks(decisions: Iterable[Decision]) -> list[tuple[float, float]]:
    """Start and end of each stretch of film time that is masked."""
    return [
        (each.start_seconds, each.end_seconds)
        for each in decisions
        if each.what == "mask" and each.start_seconds is not None and each.end_seconds is not None
    ]


def without_masked(readings: Readings, stretches: Sequence[tuple[float, float]]) -> Readings:
    """The readings outside of the stretches."""
    times, kept = readings.film_seconds, np.ones(len(readings), bool)
    for start, end in stretches:
        kept &= (times < start) | (times >= end)
    return readings.where(kept) if stretches else readings


def blanked(measured: Measured, stretches: Sequence[tuple[float, float]]) -> Measured:
    """The measures with nothing known in every bin that a stretch reaches into."""
    if not stretches:
        return measured
    traces = measured.traces.copy()
    half = BIN_SECONDS / 2 - 1e-6
    middles = bin_times(len(traces))
    for start, end in stretches:
        traces[(middles + half > start) & (middles - half < end)] = np.nan
    return replace(measured, traces=traces)


def with_decisions(grade: Grade, decisions: Iterable[Decision]) -> Grade:
    """The grade of a viewing with what was decided: left out by hand, or a remark for each stretch."""
    out = [f"left out by hand: {each.reason}" for each in decisions if each.what == "exclude"]
    remarks = [
        f"masked by hand from {each.start_seconds:g} to {each.end_seconds:g} s: {each.reason}"
        for each in decisions
        if each.what == "mask"
    ]
    because = "; ".join([*out, *filter(None, [grade.excluded_because])])
    return replace(grade, excluded_because=because, remarks=(*grade.remarks, *remarks))
