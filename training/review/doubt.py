"""Which labels to look at first.

Confident learning (Northcutt, Jiang and Chuang, JAIR 2021): a model that has not seen a face says how probable each
emotion is. Each emotion has a threshold, the mean probability that its own faces get. A face whose probability for
another emotion reaches that emotion's threshold is counted as that emotion, and its label is suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from training.data.copies import NearCopies
from training.data.faces import FaceSet

FOLDS = 5
REGULARISATION = 0.001
"""Of the logistic regression (the smaller, the stronger): features are many, and some labels are wrong."""
MOST_ITERATIONS = 200

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One face's place in the queue.

    row: in the set. reasons: why it is doubtful, in words; empty where nothing is. read_as: the likeliest emotion by
    the model that has not seen the face, with its probability; None where no model could be fitted. margin: the label's
    probability less that of the likeliest other emotion, -1 (surely wrong) to 1.
    """

    row: int
    reasons: tuple[str, ...]
    read_as: Emotion | None
    probability: float
    margin: float


def doubts(
    faces: FaceSet,
    probabilities: Probabilities | None,
    near: NearCopies,
    no_face: NDArray[np.bool_],
    blurred: NDArray[np.bool_],
) -> list[Doubt]:
    """All faces, the most doubtful first: copies with another label and pictures without a face, then all by their
    margin, which finds more wrong labels than the suspect ones first (`python -m benchmarks.label_review`).

    probabilities: float64 [n, 7] of `held_out_probabilities`, or None. no_face, blurred: bool [n].
    """
    count = len(faces)
    likely = np.zeros((count, len(EMOTIONS))) if probabilities is None else probabilities
    margins = _margins(likely, faces.labels)
    suspected = suspects(likely, faces.labels) if probabilities is not None else np.full(count, -1)
    twins = _twins(near, faces.labels)
    found = []
    for row in range(count):
        certain = _copies(twins.get(row, []), faces) + ["no face found"] * bool(no_face[row])
        reasons = (
            certain + _suspicion(row, faces, likely, int(suspected[row])) + ["blurred"] * bool(blurred[row])
        )
        best = int(likely[row].argmax())
        read = None if probabilities is None else EMOTIONS[best]
        doubt = Doubt(row, tuple(reasons), read, float(likely[row, best]), float(margins[row]))
        found.append((not certain, doubt.margin, row, doubt))
    return [doubt for *_, doubt in sorted(found, key=lambda one: one[:3])]


def suspects(probabilities: Probabilities, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each face [n] the emotion that confident learning takes it for where that is not its label, else -1."""
    own = probabilities[np.arange(len(labels)), labels]
    thresholds = np.array(
        [own[labels == k].mean() if (labels == k).any() else np.inf for k in range(len(EMOTIONS))]
    )
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    likeliest = confident.argmax(1)
    return np.where((confident.max(1) > 0) & (likeliest != labels), likeliest, -1)


def held_out_probabilities(
    features: NDArray[np.float32], labels: NDArray[np.int64], near: NearCopies, seed: int = 0
) -> Probabilities | None:
    """Of each face the probabilities [n, 7] by a logistic regression on the features of the other folds.

    features: float32 [n, d]. Near copies are in one fold, else a wrong label would vouch for itself. None where fewer
    than two emotions have enough faces to be learned from others.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    folds = _folds(labels, near, seed)
    result = np.zeros((len(labels), len(EMOTIONS)))
    for fold in np.unique(folds):
        held_out = folds == fold
        if len(np.unique(labels[~held_out])) < 2:
            return None
        scaler = StandardScaler().fit(features[~held_out])
        model = LogisticRegression(C=REGULARISATION, max_iter=MOST_ITERATIONS)
        # Small products gain nothing from threads, which crawl as soon as anything else runs.
        with threadpool_limits(1):
            model.fit(scaler.transform(features[~held_out]), labels[~held_out])
        result[np.ix_(held_out, model.classes_)] = model.predict_proba(scaler.transform(features[held_out]))
    return result


def _folds(labels: NDArray[np.int64], near: NearCopies, seed: int) -> NDArray[np.int64]:
    """A fold for each face [n]: groups of near copies stay together, each emotion is shared out evenly."""
    groups = _groups(near, len(labels))
    firsts = np.unique(groups)
    order = np.random.default_rng(seed).permutation(firsts)
    order = order[np.argsort(labels[order], kind="stable")]
    fold_of = dict(zip(order.tolist(), (np.arange(len(order)) % FOLDS).tolist(), strict=True))
    return np.array([fold_of[group] for group in groups.tolist()], np.int64)


def _groups(near: NearCopies, count: int) -> NDArray[np.int64]:
    """The first row of each face's group of near copies."""
    first = np.arange(count)

    def root(row: int) -> int:
        while first[row] != row:
            first[row] = first[first[row]]
            row = int(first[row])
        return row

    for row, split in np.argwhere(near.row >= 0).tolist():
        one, other = sorted((root(row), root(int(near.row[row, split]))))
        first[other] = one
    return np.array([root(row) for row in range(count)], np.int64)


def _margins(probabilities: Probabilities, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    rows = np.arange(len(labels))
    others = probabilities.copy()
    others[rows, labels] = -1
    return np.asarray(probabilities[rows, labels] - np.maximum(others.max(1, initial=0), 0), np.float64)


def _suspicion(row: int, faces: FaceSet, likely: Probabilities, other: int) -> list[str]:
    if other < 0:
        return []
    label = int(faces.labels[row])
    return [
        f"looks {EMOTIONS[other]} ({likely[row, other]:.2f}) rather than {EMOTIONS[label]} "
        f"({likely[row, label]:.2f}) to a model of the other faces"
    ]


def _copies(twins: Sequence[int], faces: FaceSet) -> list[str]:
    return [
        f"almost the same picture as {faces.names[twin]}, {EMOTIONS[faces.labels[twin]]}" for twin in twins
    ]


def _twins(near: NearCopies, labels: NDArray[np.int64]) -> dict[int, list[int]]:
    """For each row the near copies with another label, as far as `near` names them."""
    found: dict[int, list[int]] = {}
    for row, split in np.argwhere(near.row >= 0).tolist():
        other = int(near.row[row, split])
        if labels[row] != labels[other]:
            found.setdefault(row, []).append(other)
            found.setdefault(other, []).append(row)
    return found


def count_doubtful(found: Sequence[Doubt]) -> int:
    """How many have a reason."""
    return sum(1 for doubt in found if doubt.reasons)
