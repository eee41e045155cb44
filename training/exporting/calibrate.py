"""Honest confidences: scale a model's logits so that of the answers given with 70 % about 70 % are right.

Two ways. Temperature scaling (Guo et al. 2017) is one number and changes no answer. Vector scaling (the same paper)
scales and moves each emotion's logit by numbers of its own: it also mends emotions that a model names too often or too
seldom, but can fit noise where faces are few. `fit_calibration` takes the second only where cross-validation says that
it is clearly better. Fit on a split that neither trained nor judges the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from recognizer.affect import EMOTIONS
from recognizer.card import ModelCard
from training.evaluation.weighted import Measures

TEMPERATURE_RANGE = (0.05, 10.0)
PULL = 1e-3
"""How strongly scales are drawn to 1 and biases to 0: nothing for a few thousand faces, much for a few dozen."""
FOLDS = 5
CLEARLY = 3.0
"""Standard errors by which the mean log loss must fall before more numbers than a temperature are kept."""

Logits = NDArray[np.float32] | NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is done to the logits: divided by `temperature`, times `scales`, plus `biases` (empty: nothing).

    Scales and biases have one number for each of EMOTIONS. `figures` is for the model's card: which way was taken, and
    cross-validated log loss (nats) and calibration error of each way.
    """

    temperature: float
    scales: tuple[float, ...] = ()
    biases: tuple[float, ...] = ()
    figures: dict[str, Any] | None = None

    def log_probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """Calibrated log probabilities [n, 7] for logits [n, 7], both in the order of EMOTIONS."""
        scores = logits.astype(np.float64) / self.temperature
        if self.scales:
            scores = scores * self.scales + self.biases
        return np.asarray(log_softmax(scores, axis=1))

    def apply_to(self, card: ModelCard) -> ModelCard:
        """The card with this calibration: scales and biases in the order of the card's labels."""
        return replace(
            card,
            temperature=round(self.temperature, 4),
            scales=_by_label(card, self.scales, 1.0),
            biases=_by_label(card, self.biases, 0.0),
            calibration=self.figures or {},
        )


def _by_label(card: ModelCard, values: tuple[float, ...], other: float) -> tuple[float, ...]:
    """Values in the order of EMOTIONS brought to the card's labels; `other` for labels that are none of the seven."""
    if not values:
        return ()
    known = {emotion: round(value, 4) for emotion, value in zip(EMOTIONS, values, strict=True)}
    return tuple(known[each] if each else other for each in card.emotions)


def fit_calibration(logits: Logits, labels: Labels, seed: int = 0) -> Calibration:
    """The better of both ways for logits float [n, 7] in the order of EMOTIONS and labels int [n]."""
    ways = {"temperature": _by_temperature, "vector": _by_vector}
    held_out = {name: _out_of_fold(fit, logits, labels, seed) for name, fit in ways.items()}
    held_out = {"none": np.asarray(log_softmax(logits.astype(np.float64), axis=1)), **held_out}
    method = (
        "vector" if _clearly_better(held_out["vector"], held_out["temperature"], labels) else "temperature"
    )
    measured = {name: headline_figures(np.exp(each), labels) for name, each in held_out.items()}
    figures = {
        "method": method,
        "split": "valid",
        "faces": len(labels),
        "log_loss": {name: each["log_loss"] for name, each in measured.items()},
        "calibration_error": {name: each["calibration_error"] for name, each in measured.items()},
    }
    return replace(ways[method](logits, labels), figures=figures)


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """The temperature that minimises the log loss of softmax(logits / temperature); shapes as in fit_calibration."""

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits.astype(np.float64) / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(labels)), labels].mean())

    low, high = np.log(TEMPERATURE_RANGE)
    result = minimize_scalar(loss, bounds=(low, high), method="bounded")
    return float(np.exp(result.x))


def headline_figures(
    probabilities: NDArray[np.float32] | NDArray[np.float64], labels: Labels
) -> dict[str, float]:
    """The headline measures without intervals, rounded to four digits; probabilities [n, 7], labels int [n]."""
    once = np.ones((1, len(labels)))
    return {
        name: round(float(values[0]), 4)
        for name, values in Measures(probabilities, labels).headlines(once).items()
    }


def _by_temperature(logits: Logits, labels: Labels) -> Calibration:
    return Calibration(fit_temperature(logits, labels))


def _by_vector(logits: Logits, labels: Labels) -> Calibration:
    """Scales and biases on top of the temperature."""
    temperature = fit_temperature(logits, labels)
    cooled = logits.astype(np.float64) / temperature
    wanted = np.eye(len(EMOTIONS))[labels]

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scales, biases = np.exp(values[: len(EMOTIONS)]), values[len(EMOTIONS) :]
        answer = log_softmax(cooled * scales + biases, axis=1)
        slope = (np.exp(answer) - wanted) / len(labels)
        gradient = np.concatenate([(slope * cooled).sum(0) * scales, slope.sum(0)])
        return float(
            -(wanted * answer).sum() / len(labels) + PULL * values @ values
        ), gradient + 2 * PULL * values

    found = minimize(loss, np.zeros(2 * len(EMOTIONS)), jac=True, method="L-BFGS-B").x
    scales, biases = np.exp(found[: len(EMOTIONS)]), found[len(EMOTIONS) :]
    return Calibration(temperature, tuple(map(float, scales)), tuple(map(float, biases)))


def _out_of_fold(
    fit: Callable[[Logits, Labels], Calibration], logits: Logits, labels: Labels, seed: int
) -> NDArray[np.float64]:
    """Log probabilities [n, 7], each row by a calibration that was fitted without it."""
    fold = np.random.default_rng(seed).permutation(len(labels)) % FOLDS
    result = np.empty(logits.shape)
    for number in range(FOLDS):
        inside = fold == number
        if inside.any():
            result[inside] = fit(logits[~inside], labels[~inside]).log_probabilities(logits[inside])
    return result


def _clearly_better(one: NDArray[np.float64], other: NDArray[np.float64], labels: Labels) -> bool:
    """Whether the mean log loss of `one` is lower by more than the chance of the draw of faces explains."""
    rows = np.arange(len(labels))
    gain = one[rows, labels] - other[rows, labels]
    return bool(gain.mean() > CLEARLY * gain.std() / np.sqrt(len(labels)))
