"""Contagion: do viewers smile because somebody in the film smiles?

The face in front in the film is measured like a viewer's. Its smile is correlated with the viewers' mean smile at lags
from 0 to 3 s: mimicry of a smile that is seen follows within about a second (Dimberg, Thunberg and Elmehed 2000, in
muscle activity; visible smiles take longer). A high correlation at such a lag says that viewers may be smiling with the
face on the screen; it does not prove it, since a good joke makes both smile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from player.reactions.actions import ACTIONS, mean_of
from player.reactions.baseline import believed
from player.reactions.gather import Reactions
from player.reactions.measures import BIN_SECONDS, bin_count, binned
from player.reactions.readings import Floats, Readings
from player.reactions.synchrony import correlation

LONGEST_LAG_SECONDS = 3.0
LEAST_FACE_SHARE = 0.1
"""A film with a face in less of its time than this is not asked."""


@dataclass(frozen=True, slots=True)
class Contagion:
    """How the viewers' smile follows the film's.

    `correlation` is the highest one over all lags, at `lag_seconds` after the film; NaN where either never varies.
    `face_share` is the share of the film in which a face is to be seen.
    """

    face_share: float
    correlation: float
    lag_seconds: float


def film_smile(faces: Readings, duration_seconds: float) -> Floats:
    """The smile of the face in front in the film [bins], NaN where there is no face.

    It is not corrected: an actor was never asked to be at rest, and another one may appear at any time.
    """
    smile = mean_of(faces.blendshapes, ACTIONS["smile"].shapes)
    smile[~believed(faces)] = np.nan
    return binned(faces.film_seconds, smile[:, None], bin_count(duration_seconds))[:, 0]


def contagion(reactions: Reactions, faces: Readings) -> Contagion:
    """How far the viewers' mean smile follows the smile in the film."""
    shown = film_smile(faces, reactions.duration_seconds)
    share = float((~np.isnan(shown)).mean())
    viewers = _mean(reactions.trace("smile"))
    if share < LEAST_FACE_SHARE or np.isnan(viewers).all():
        return Contagion(share, float("nan"), float("nan"))
    lags = range(round(LONGEST_LAG_SECONDS / BIN_SECONDS) + 1)
    found = [correlation(shown[: len(shown) - lag], viewers[lag:]) for lag in lags]
    if np.isnan(found).all():
        return Contagion(share, float("nan"), float("nan"))
    best = int(np.nanargmax(found))
    return Contagion(share, found[best], best * BIN_SECONDS)


def _mean(traces: Floats) -> Floats:
    known = ~np.isnan(traces)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, traces, 0.0).sum(axis=0) / known.sum(axis=0))
