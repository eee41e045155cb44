"""Evaluate an exported model as the recognizer runs it: the ONNX file and its card, one crop a face.

Near copies of training images are always told apart: on them a model shows what it remembers. Where people voted on the
faces, what most of them saw comes first, then FER+'s own protocol (Barsoum et al. 2016), then the set's label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.classify import Classifier
from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest
from training.data.faces import UNDECIDED, FaceSet, Split
from training.data.targets import CLASSES, emotion_shares
from training.errors import DataError
from training.evaluation.bootstrap import units_of
from training.evaluation.metrics import Scores, score
from training.evaluation.weighted import PROBABILITY_FLOOR

BATCH = 256
ALL = "all"
WITHOUT_COPIES = "_without_near_copies"
VOTES, MAJORITY = "_votes", "_majority"
"""After a split's name: its faces judged by most people's vote, or by FER+'s official majority."""
CARD_FIGURES = (
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "calibration_error",
    "log_loss",
    "votes_log_loss",
    "pr_auc",
    "roc_auc",
    "accuracy_of_eight",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a set of faces that is scored by itself: its rows (int [n]) and what they are rightly called (int [n]).

    votes: float32 [n, 7], how people's votes for one of the seven are shared out; None where labels judge.
    beyond: faces that belong here but show none of the seven emotions.
    """

    name: str
    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    votes: NDArray[np.float32] | None = None
    beyond: int = 0


def predict(
    classifier: Classifier, images: NDArray[np.uint8], rows: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Probabilities float32 [n, 7] for faces uint8 [n, h, w] or BGR [n, h, w, 3]; only of `rows` where given.

    Images are taken batch by batch, so that a set on disk need not fit into memory.
    """
    wanted = np.arange(len(images)) if rows is None else rows
    batches = (wanted[i : i + BATCH] for i in range(0, len(wanted), BATCH))
    parts = [classifier.probabilities(images[batch]) for batch in batches]
    return np.concatenate(parts) if parts else np.zeros((0, len(EMOTIONS)), np.float32)


def parts_of(faces: FaceSet, split: str) -> list[Part]:
    """The split that is asked for, and the same without near copies of training images.

    `split` is a value of Split, or "all" for every face. For the test split the validation split comes first: a card's
    temperature was fitted there. Where the set has no training images nothing can be a copy of one. Where there are
    votes, the same faces come judged by them first.
    Raises DataError where the split has no faces.
    """
    pieces = _pieces(faces, split)
    by_label = [Part(name, rows, faces.labels[rows]) for name, rows in pieces]
    voted = [*_voted(faces, pieces, VOTES, faces.plurality), *_voted(faces, pieces, MAJORITY, faces.majority)]
    return [part for part in (*voted, *by_label) if len(part.rows)]


def main_part(parts: Sequence[Part], split: str) -> Part:
    """The part that a report's details are about: the whole split, judged by votes where there are any."""
    by_name = {part.name: part for part in parts}
    return by_name.get(split + VOTES) or by_name[split]


def _pieces(faces: FaceSet, split: str) -> list[tuple[str, NDArray[np.int64]]]:
    """Names and rows of the validation split (before a test), of the split itself, and of it without near copies."""
    rows = np.arange(len(faces)) if split == ALL else _rows(faces, split)
    if not len(rows):
        raise DataError(
            f"no faces in the split '{split}'; there are {_splits_there(faces)} (--split all: every face)"
        )
    pieces = [(split, rows)]
    train = _rows(faces, Split.TRAIN)
    if split in (Split.VALID, Split.TEST) and len(train):
        nearest = correlation_to_nearest(faces.compared, faces.compared, rows, train)
        pieces.append((f"{split}{WITHOUT_COPIES}", rows[nearest <= NEAR_COPY_CORRELATION]))
    valid = _rows(faces, Split.VALID)
    if split == Split.TEST and len(valid):
        pieces.insert(0, (Split.VALID.value, valid))
    return pieces


def _voted(
    faces: FaceSet,
    pieces: Sequence[tuple[str, NDArray[np.int64]]],
    judge: str,
    winners: NDArray[np.int64],
) -> list[Part]:
    """Each piece's faces on which people agreed in one of the seven emotions; `winners` int [n] are their classes."""
    parts = []
    for name, rows in pieces:
        agreed = rows[(winners[rows] != UNDECIDED) & (winners[rows] < CLASSES)]
        split, copies, _ = name.partition(WITHOUT_COPIES)
        beyond = int((winners[rows] >= CLASSES).sum())
        shares = emotion_shares(faces.votes[agreed])
        parts.append(Part(split + judge + copies, agreed, winners[agreed], shares, beyond))
    return parts


def evaluate(classifier: Classifier, faces: FaceSet) -> dict[str, Scores]:
    """Scores on the parts of the test split (of the validation split where there is no test), as `parts_of` has them.

    A set of training images alone gives no scores at all.
    """
    judged = [split for split in (Split.TEST, Split.VALID) if len(_rows(faces, split))]
    parts = parts_of(faces, judged[0]) if judged else []
    return score_parts(faces, parts, predictions(classifier, faces, parts))


def predictions(classifier: Classifier, faces: FaceSet, parts: Sequence[Part]) -> NDArray[np.float32]:
    """Probabilities float32 [len(faces), 7]; rows that are in none of the parts stay NaN."""
    answers = np.full((len(faces), len(EMOTIONS)), np.nan, np.float32)
    if parts:
        rows = np.unique(np.concatenate([part.rows for part in parts]))
        answers[rows] = predict(classifier, faces.images, rows)
    return answers


def score_parts(
    faces: FaceSet, parts: Sequence[Part], probabilities: NDArray[np.float32], seed: int = 0
) -> dict[str, Scores]:
    """Scores of each part from `predictions`; persons are drawn whole for the intervals where they are known."""
    return {part.name: _scored(part, faces, probabilities[part.rows], seed) for part in parts}


def _scored(part: Part, faces: FaceSet, probabilities: NDArray[np.float32], seed: int) -> Scores:
    scores = score(probabilities, part.truth, seed, units_of(faces.subjects[part.rows]))
    if part.votes is None:
        return scores
    loss = -(part.votes * np.log(np.maximum(probabilities, PROBABILITY_FLOOR))).sum(1).mean()
    of_eight = scores.accuracy * scores.faces / (scores.faces + part.beyond)
    return replace(scores, votes_log_loss=float(loss), accuracy_of_eight=of_eight)


def summary(results: Mapping[str, Scores]) -> dict[str, dict[str, Any]]:
    """What a model's card says of each part: the figures rounded to four digits, the accuracy with its interval."""
    return {name: _card_entry(scores) for name, scores in results.items()}


def table(results: Mapping[str, Scores]) -> str:
    """The scores as text: one line a part, then each emotion's on the strictest part by the first judge."""
    heads = f"{'macro-F1':>10}{'ECE':>8}{'PR-AUC':>8}{'ROC-AUC':>9}"
    width = max([26, *(len(name) + 2 for name in results)])
    lines = [f"{'set':<{width}}{'faces':>7}{'accuracy':>10}{'95 % interval':>17}{heads}"]
    for name, s in results.items():
        low, high = s.interval_95
        lines.append(
            f"{name:<{width}}{s.faces:>7,}{s.accuracy:>10.2%}{f'{low:.1%} to {high:.1%}':>17}{s.macro_f1:>10.3f}"
            f"{s.calibration_error:>8.3f}{figure(s.pr_auc):>8}{figure(s.roc_auc):>9}"
        )
    of_first_judge = [name for name in results if VOTES in name] or list(results)
    for name in of_first_judge[-1:]:
        s = results[name]
        heading = f"{name} by emotion"
        margin = max(33, len(heading) + 1)
        lines += ["", f"{heading:<{margin}}{'precision':>10}{'recall':>10}{'F1':>10}{'faces':>8}"]
        lines += [
            f"{emotion:<{margin}}{figure(c.precision):>10}{figure(c.recall):>10}{figure(c.f1):>10}{c.support:>8,}"
            for emotion, c in s.per_class.items()
        ]
    return "\n".join(lines)


def figure(value: float | None) -> str:
    """Three digits, or a dash for what these faces cannot tell."""
    return "-" if value is None else f"{value:.3f}"


def _card_entry(scores: Scores) -> dict[str, Any]:
    figures = {name: getattr(scores, name) for name in CARD_FIGURES}
    known = {name: round(value, 4) for name, value in figures.items() if value is not None}
    ends = [round(end, 4) for end in scores.interval_95]
    return {"faces": scores.faces, "accuracy": known.pop("accuracy"), "interval_95": ends, **known}


def _rows(faces: FaceSet, split: str) -> NDArray[np.int64]:
    return np.flatnonzero(faces.splits == str(split)).astype(np.int64)


def _splits_there(faces: FaceSet) -> str:
    return ", ".join(f"{split} ({(faces.splits == split).sum():,})" for split in np.unique(faces.splits))
