"""How far a set of drawn faces lies from a set of real ones, in the features of a fixed network.

Both distances are as good as the network's features, and comparable only for the same network and (FID) the same
number of faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KERNEL_BLOCK = 100
"""Faces in each independent estimate of KID."""
CONFIDENCE = 0.95


def frechet_distance(features: NDArray[np.floating], others: NDArray[np.floating]) -> float:
    """FID (Heusel et al. 2017): the squared Frechet distance of two normal distributions fitted to features [n, d].

    At least 0, 0 for equal means and covariances; too high for few faces. Raises ValueError for fewer than two.
    """
    if min(len(features), len(others)) < 2:
        raise ValueError("a covariance needs at least two faces")
    a, b = np.asarray(features, np.float64), np.asarray(others, np.float64)
    difference = a.mean(axis=0) - b.mean(axis=0)
    covariance_a, covariance_b = np.atleast_2d(np.cov(a.T)), np.atleast_2d(np.cov(b.T))
    root = _root(covariance_a)
    # The trace of (AB)^1/2 is that of (A^1/2 B A^1/2)^1/2, which is symmetric: eigenvalues stay real.
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ covariance_b @ root), 0)).sum()
    distance = difference @ difference + np.trace(covariance_a) + np.trace(covariance_b) - 2 * shared
    return max(0.0, float(distance))


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


@dataclass(frozen=True, slots=True)
class KernelDistance:
    """KID with its 95 % interval. It is unbiased, so it may fall below 0 where the sets hardly differ."""

    value: float
    low: float
    high: float


def kernel_distance(
    features: NDArray[np.floating], others: NDArray[np.floating], block: int = KERNEL_BLOCK
) -> KernelDistance:
    """KID (Binkowski et al. 2018): the squared maximum mean discrepancy with the kernel (x.y / d + 1)^3.

    features [n, d] and others [m, d] in random order. They are cut into blocks that share no face, so that the blocks'
    estimates are independent and a t-interval of their mean is honest.
    Raises ValueError for fewer than two blocks.
    """
    from scipy.stats import t

    count = min(len(features), len(others)) // block
    if count < 2 or block < 2:
        raise ValueError(f"KID needs at least two blocks of {block} faces of both kinds")
    estimates = [
        mean_discrepancy(features[i * block : (i + 1) * block], others[i * block : (i + 1) * block])
        for i in range(count)
    ]
    mean = float(np.mean(estimates))
    error = float(np.std(estimates, ddof=1) / np.sqrt(count))
    half = float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * error
    return KernelDistance(mean, mean - half, mean + half)


def mean_discrepancy(features: NDArray[np.floating], others: NDArray[np.floating]) -> float:
    """The unbiased estimate of the squared maximum mean discrepancy (Gretton et al. 2012, equation 3)."""
    a, b = np.asarray(features, np.float64), np.asarray(others, np.float64)
    return (
        _mean_beside_diagonal(_kernel(a, a))
        + _mean_beside_diagonal(_kernel(b, b))
        - 2 * float(_kernel(a, b).mean())
    )


def _kernel(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((a @ b.T / a.shape[1] + 1) ** 3)


def _mean_beside_diagonal(kernel: NDArray[np.float64]) -> float:
    count = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))
