"""What an audience did: shares of viewers by the second, traces with bands, peaks, and figures for a whole film. Pure.

Definitions stand beside each figure, in SUMMARY, and in docs/ad-lab.md with their sources.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import find_peaks

from player.reactions.chance import filled, share_at_least, shifted_means
from player.reactions.gather import Reactions
from player.reactions.intervals import FEWEST, UNIT, Band, Bounds, Value, band, value, without_interval
from player.reactions.measures import BIN_SECONDS, BOUNDS, TRACE_NAMES, bin_times
from player.reactions.readings import Floats
from player.reactions.synchrony import leave_one_out
from recognizer.affect import EMOTIONS, Emotion

BINS_A_SECOND = round(1 / BIN_SECONDS)
SHOWN_FROM = 0.5
"""A viewer shows an emotion in a second whose mean probability of it reaches this, which only one emotion can."""
LOOKS_FROM = 0.5
"""A viewer looks in a second whose mean attention reaches this."""
ATTRACTION_SECONDS = 8.0
"""How long a film has to win its viewers."""
END_SECONDS = 3.0
"""How much of a film is its end."""
LEAST_PROMINENCE = 0.05
"""A peak rises at least so far above the valleys beside it."""
MOST_PEAKS = 5

EMOTIONAL = tuple(str(each) for each in EMOTIONS if each is not Emotion.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Peak:
    """A summit of an audience's mean trace, which is smoothed over a second.

    `height` is that of the same curve. `p`: how often the highest place of traces that have nothing to do with the film
    is as high above the viewers' average; NaN with too few viewers.
    """

    trace: str
    seconds: float
    height: Value
    p: float = math.nan
    adjusted: float = math.nan


def by_second(traces: Floats) -> Floats:
    """Means over whole seconds [viewers, seconds, ...] from bins [viewers, bins, ...].

    NaN for a second of which less than half is known.
    """
    viewers, bins = traces.shape[:2]
    seconds = -(-bins // BINS_A_SECOND)
    padded = np.full((viewers, seconds * BINS_A_SECOND, *traces.shape[2:]), np.nan)
    padded[:, :bins] = traces
    blocks = padded.reshape(viewers, seconds, BINS_A_SECOND, *traces.shape[2:])
    known = (~np.isnan(blocks)).sum(axis=2)
    lengths = np.minimum(BINS_A_SECOND, bins - BINS_A_SECOND * np.arange(seconds))
    enough = 2 * known >= lengths.reshape(seconds, *[1] * (traces.ndim - 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, np.nansum(blocks, axis=2) / known, np.nan)


def shown(reactions: Reactions) -> Floats:
    """1 where a viewer shows an emotion, 0 where not [viewers, seconds, 7]; NaN where the face was not seen."""
    seconds = by_second(reactions.traces[:, :, : len(EMOTIONS)])
    return np.where(np.isnan(seconds), np.nan, (seconds >= SHOWN_FROM).astype(np.float64))


def shares(reactions: Reactions) -> Band:
    """The share of viewers who show each emotion, second by second [seconds, 7], in the order of EMOTIONS."""
    return band(shown(reactions), weights=reactions.weights)


def trace_band(reactions: Reactions, name: str) -> Band:
    """A trace's mean over viewers, bin by bin [bins]."""
    return band(reactions.trace(name), BOUNDS[name], reactions.weights, along_time=True)


def smoothed(traces: Floats) -> Floats:
    """Each viewer's trace [viewers, bins] with every bin the mean over the second around it; NaN: not known."""
    known = (~np.isnan(traces)).astype(np.float64)
    sums, counts = (
        uniform_filter1d(part, BINS_A_SECOND, axis=1, mode="constant")
        for part in (np.nan_to_num(traces) * known, known)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 1e-9, sums / counts, np.nan)


def peaks(reactions: Reactions, name: str, most: int = MOST_PEAKS) -> tuple[Peak, ...]:
    """The most prominent summits of a trace's mean, in the order of time, each against chance."""
    if not len(reactions.used):
        return ()
    traces = smoothed(reactions.trace(name))
    curve = band(traces, BOUNDS[name], reactions.weights, along_time=True)
    if np.isnan(curve.mean).all():
        return ()
    heights = np.nan_to_num(curve.mean, nan=float(np.nanmin(curve.mean)))
    # A film may end or begin at its summit: with its lowest value outside, the first and last bin can be one.
    walled = np.pad(heights, 1, constant_values=float(heights.min()))
    places, facts = find_peaks(walled, prominence=LEAST_PROMINENCE, distance=BINS_A_SECOND)
    best = sorted(int(places[i]) - 1 for i in np.argsort(-facts["prominences"])[:most])
    centred = filled(traces)
    highest = shifted_means(centred).max(axis=1) if best and len(centred) >= FEWEST else None
    times, above = bin_times(len(heights)), centred.mean(axis=0) if len(centred) else heights
    return tuple(
        Peak(
            name,
            float(times[i]),
            curve.at(i),
            math.nan if highest is None else share_at_least(highest, float(above[i])),
        )
        for i in best
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for a whole film: what it says, and how it is computed for each viewer [viewers]."""

    says: str
    of: Callable[[Reactions], Floats]
    bounds: Bounds | None = UNIT
    """What one viewer's value cannot leave."""
    independent: bool = True
    """False where viewers' values depend on each other: then it has no interval, but chance to be held against."""

    def value(self, reactions: Reactions) -> Value:
        """Its mean over viewers."""
        values = self.of(reactions)
        if self.independent:
            return value(values, self.bounds, reactions.weights)
        return without_interval(values, reactions.weights)


def summary(reactions: Reactions) -> dict[str, Value]:
    """All figures of SUMMARY for a film, each with its interval over viewers."""
    return {name: figure.value(reactions) for name, figure in SUMMARY.items()}


def viewer_mean(name: str) -> Callable[[Reactions], Floats]:
    """Each viewer's mean of a trace over the film [viewers]."""
    return lambda reactions: _nanmean(reactions.trace(name), 1)


def viewer_peak(name: str) -> Callable[[Reactions], Floats]:
    """Each viewer's highest second of a trace [viewers]."""
    return lambda reactions: _nanmax(by_second(reactions.trace(name)))


def time_shown(name: str) -> Callable[[Reactions], Floats]:
    """The share of the film during which each viewer shows an emotion [viewers]."""
    place = TRACE_NAMES.index(name)
    return lambda reactions: _nanmean(shown(reactions)[:, :, place], 1)


def shows_any(reactions: Reactions) -> Floats:
    """1 where a viewer shows any one of the six emotions, 0 where not [viewers, seconds]; NaN: not read."""
    return np.asarray(shown(reactions)[:, :, [TRACE_NAMES.index(name) for name in EMOTIONAL]].sum(axis=2))


def any_shown(reactions: Reactions) -> Floats:
    """The share of the film during which each viewer shows any emotion [viewers]."""
    return _nanmean(shows_any(reactions), 1)


def attraction(reactions: Reactions) -> Floats:
    """The share of the first 8 s in which each viewer looks and shows any emotion [viewers].

    Who does not look is not attracted, whether the face can be read or not.
    """
    seconds = round(ATTRACTION_SECONDS)
    attention = by_second(reactions.trace("attention"))[:, :seconds]
    moved = shows_any(reactions)[:, :seconds]
    return _nanmean(np.where(attention < LOOKS_FROM, 0.0, np.where(np.isnan(attention), np.nan, moved)), 1)


def peak_end(reactions: Reactions) -> Floats:
    """The mean of each viewer's strongest second of valence and of the last 3 s [viewers]."""
    seconds = by_second(reactions.trace("valence"))
    ends = _nanmean(reactions.trace("valence")[:, -round(END_SECONDS / BIN_SECONDS) :], 1)
    if not len(seconds):
        return ends
    strongest = np.argmax(np.nan_to_num(np.abs(seconds), nan=-1.0), axis=1)
    return np.asarray((seconds[np.arange(len(seconds)), strongest] + ends) / 2)


def blinks(reactions: Reactions) -> Floats:
    """Blinks per minute of each viewer [viewers]."""
    rates = [each.measured.blinks_per_minute for each in reactions.used]
    return np.array([np.nan if rate is None else rate for rate in rates], np.float64)


SUMMARY: dict[str, Figure] = {
    "attraction": Figure("share of the first 8 s looking and showing any emotion", attraction),
    "any_emotion": Figure("share of the film showing any emotion", any_shown),
    **{name: Figure(f"share of the film showing {name}", time_shown(name)) for name in EMOTIONAL},
    "valence": Figure("mean valence, -1 to 1", viewer_mean("valence"), (-1, 1)),
    "arousal": Figure("mean arousal, -1 to 1", viewer_mean("arousal"), (-1, 1)),
    "peak_end": Figure("valence: mean of the strongest second and the last 3 s", peak_end, (-1, 1)),
    "smile": Figure("mean smile, 0 to 1", viewer_mean("smile")),
    "smile_peak": Figure("highest second of smile, 0 to 1", viewer_peak("smile")),
    "brow_furrow": Figure("mean brow furrow, 0 to 1", viewer_mean("brow_furrow")),
    "expressiveness": Figure("mean of the strongest facial action, 0 to 1", viewer_mean("expressiveness")),
    "attention": Figure("mean attention, 0 to 1", viewer_mean("attention")),
    "blinks": Figure("blinks per minute", blinks, None),
    "synchrony_smile": Figure(
        "correlation of each viewer's smile with the others' mean",
        lambda r: leave_one_out(r.trace("smile")),
        (-1, 1),
        independent=False,
    ),
    "synchrony_valence": Figure(
        "correlation of each viewer's valence with the others' mean",
        lambda r: leave_one_out(r.trace("valence")),
        (-1, 1),
        independent=False,
    ),
}
"""The figures of a film, in the order in which they are shown."""


def _nanmean(values: Floats, axis: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a viewer without any face: NaN is the answer
        return np.asarray(np.nanmean(values, axis=axis))


def _nanmax(values: Floats) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmax(values, axis=1))
