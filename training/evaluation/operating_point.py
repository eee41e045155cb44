"""How common a model holds the emotions to be: a choice, with its curve, instead of whatever the training set had.

Scores less tau times the log of the training shares (Menon et al. 2021, "Long-tail learning via logit adjustment").
Rare emotions gain recall as tau grows, common ones lose some; macro-F1 says when that is worth it. Chosen on a split
that neither trained nor judges the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from recognizer.card import ModelCard
from recognizer.classify import calibrated
from training.data.targets import CLASSES
from training.evaluation.weighted import PROBABILITY_FLOOR, Labels, Measures, Probabilities, recall

TAUS = tuple(round(0.05 * step, 2) for step in range(21))
MOST_LOSS = 0.005
"""The accuracy that may be given for a better macro-F1."""
NEARLY = 0.005
"""A macro-F1 this near the best counts as good: with some thirty faces of a rare emotion the best is partly luck."""
LEAST_FACES = 1000
"""With fewer faces the best of many taus is mostly luck, and none is taken."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a model reaches at one tau; shares in [0, 1]. `worst_recall` is that of the emotion that is read worst."""

    tau: float
    accuracy: float
    macro_f1: float
    worst_recall: float
    calibration_error: float


def curve(
    probabilities: Probabilities,
    labels: Labels,
    shares: Sequence[float],
    adjustment: NDArray[np.float64] | None = None,
    taus: Sequence[float] = TAUS,
) -> list[Point]:
    """What each tau would reach: from probabilities [n, 7], the training shares [7], and the labels int [n].

    `adjustment` [7] is what the scores behind the probabilities hold already (`classify.prior_adjustment`).
    """
    scores = np.log(np.maximum(probabilities.astype(np.float64), PROBABILITY_FLOOR))
    scores = scores if adjustment is None else scores - adjustment
    return [_point(tau, softmax(scores - tau * np.log(shares), axis=1), labels) for tau in taus]


def best_tau(points: Sequence[Point], faces: int) -> float:
    """The smallest tau whose macro-F1 is NEARLY the best of those that cost no more than MOST_LOSS of accuracy.

    Points come from the smallest tau on. The smallest of the good ones, since the next faces may be others.
    """
    if faces < LEAST_FACES:
        return 0.0
    cheap = [point for point in points if point.accuracy >= points[0].accuracy - MOST_LOSS]
    enough = max(point.macro_f1 for point in cheap) - NEARLY
    return next(point.tau for point in cheap if point.macro_f1 >= enough)


def with_best_tau(card: ModelCard, logits: NDArray[np.floating], labels: Labels) -> ModelCard:
    """The card with the tau that these faces ask for, where it has a prior; logits [n, labels] in the card's order."""
    shares = shares_by_emotion(card)
    if card.prior is None or shares is None:
        return card
    points = curve(calibrated(logits, card, np.zeros(CLASSES)), labels, shares)
    return replace(card, prior=replace(card.prior, tau=best_tau(points, len(labels))))


def shares_by_emotion(card: ModelCard) -> tuple[float, ...] | None:
    """The training shares in the order of EMOTIONS; None where the card has none."""
    return None if card.prior is None else tuple(card.prior.shares[column] for column in card.columns)


def _point(tau: float, probabilities: NDArray[np.float64], labels: Labels) -> Point:
    measures, once = Measures(probabilities, labels), np.ones((1, len(labels)))
    figures = measures.headlines(once)
    return Point(
        tau=tau,
        accuracy=float(figures["accuracy"][0]),
        macro_f1=float(figures["macro_f1"][0]),
        worst_recall=float(np.nanmin(recall(measures.confusion(once))[0])),
        calibration_error=float(figures["calibration_error"][0]),
    )
