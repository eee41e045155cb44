"""Temperature scaling (Guo et al. 2017): one number that makes confidences honest and changes no answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

TEMPERATURE_RANGE = (0.05, 10.0)


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature that minimises the log loss of softmax(logits / temperature).

    logits: float [n, 7]; labels: int [n]. Fit it on a split that neither trained nor judges the model.
    """

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits.astype(np.float64) / np.exp(log_temperature), axis=1)
        return float(-scaled[np.arange(len(labels)), labels].mean())

    low, high = np.log(TEMPERATURE_RANGE)
    result = minimize_scalar(loss, bounds=(low, high), method="bounded")
    return float(np.exp(result.x))
