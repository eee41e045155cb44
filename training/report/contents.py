"""What a report holds, and how it is measured: plain values, before anything is drawn or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.card import ModelCard
from recognizer.classify import Classifier
from training.data.faces import FaceSet, Split
from training.errors import DataError
from training.evaluation.bootstrap import units_of
from training.evaluation.evaluate import WITHOUT_COPIES, Part, parts_of, predictions, score_parts
from training.evaluation.metrics import Scores
from training.report.calibration import Bin, reliability
from training.report.curves import Curves, curves
from training.report.groups import GroupScore, group_scores
from training.report.mistakes import Mistake, most_wrong
from training.report.paired import Paired, compare
from training.report.robustness import CorruptedAccuracy, robustness, sample

LETTERS = "AB"
ROBUSTNESS_FACES = 1000
"""Enough for intervals of three points to either side."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: the split, the seed of all that is drawn, and on how many faces robustness is tried (0: not)."""

    split: str = Split.TEST.value
    seed: int = 0
    robustness_faces: int = ROBUSTNESS_FACES


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The faces in words and numbers. `near_copies` is None where there are no training images to compare with."""

    split: str
    faces: int
    by_split: Mapping[str, Mapping[str, int]]
    size_px: tuple[int, int]
    channels: int
    near_copies: int | None
    subjects: int
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelResult:
    """Everything measured on one model. `probabilities` float32 [n, 7] are NaN outside the scored parts.

    curves, bins, categories, subjects and mistakes are of the report's main part; `robustness` is empty where it was
    not asked for.
    """

    letter: str
    card: ModelCard
    parts: Mapping[str, Scores]
    curves: Curves
    bins: Sequence[Bin]
    categories: Sequence[GroupScore]
    subjects: Sequence[GroupScore]
    mistakes: Sequence[Mistake]
    robustness: Sequence[CorruptedAccuracy]
    probabilities: NDArray[np.float32]

    @property
    def title(self) -> str:
        """The model's name, after its letter where two are compared."""
        return f"{self.letter} ({self.card.name})" if self.letter else self.card.name

    @property
    def suffix(self) -> str:
        """What tells this model's figures from the other's: "-a", "-b", or nothing."""
        return f"-{self.letter.lower()}" if self.letter else ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole report, without where and when it was made. `main` names the part that the details are about.

    `paired` has the comparison of the two models on the main part and on the part without near copies.
    """

    main: str
    data: DataFacts
    models: tuple[ModelResult, ...]
    paired: Mapping[str, Paired]
    robustness_faces: int


def measure(classifiers: Sequence[Classifier], faces: Sequence[FaceSet], wanted: Wanted) -> Contents:
    """Measure one or two models, each on its own copy of the same faces (at its own size, if need be).

    Raises DataError where the split has no faces, or where two sets hold different faces.
    """
    _demand_same_faces(faces)
    parts = parts_of(faces[0], wanted.split)
    letters = LETTERS if len(classifiers) > 1 else ("",)
    models = tuple(
        _measured(letter, classifier, own, parts, wanted)
        for letter, classifier, own in zip(letters, classifiers, faces, strict=False)
    )
    return Contents(
        main=wanted.split,
        data=_facts(faces[0], parts, wanted.split),
        models=models,
        paired=_compared(models, faces[0], parts, wanted) if len(models) > 1 else {},
        robustness_faces=min(wanted.robustness_faces, len(_main(parts, wanted.split).rows)),
    )


def in_one_order(faces: Sequence[FaceSet]) -> list[FaceSet]:
    """Sets of the same faces with their rows in the same order; others stay as they are, and `measure` refuses them.

    A set on disk is sorted by split and one in memory is not: the one in memory is brought into the other's order.
    """
    leader = next((one for one in faces if isinstance(one.images, np.memmap)), faces[0])
    return [one if np.array_equal(one.names, leader.names) else _ordered_like(one, leader) for one in faces]


def _ordered_like(faces: FaceSet, leader: FaceSet) -> FaceSet:
    own, wanted = np.argsort(faces.names, kind="stable"), np.argsort(leader.names, kind="stable")
    if not np.array_equal(faces.names[own], leader.names[wanted]):
        return faces
    order = np.empty_like(own)
    order[wanted] = own
    return faces.take(order)


def _measured(
    letter: str, classifier: Classifier, faces: FaceSet, parts: Sequence[Part], wanted: Wanted
) -> ModelResult:
    probabilities = predictions(classifier, faces, parts)
    rows = _main(parts, wanted.split).rows
    shown, labels, subjects = probabilities[rows], faces.labels[rows], faces.subjects[rows]
    tried = rows[sample(len(rows), wanted.robustness_faces, wanted.seed)]
    return ModelResult(
        letter=letter,
        card=classifier.card,
        parts=score_parts(faces, parts, probabilities, wanted.seed),
        curves=curves(shown, labels),
        bins=reliability(shown, labels),
        categories=group_scores(shown, labels, faces.categories[rows], subjects, wanted.seed),
        subjects=group_scores(shown, labels, subjects, subjects, wanted.seed),
        mistakes=most_wrong(probabilities, faces.labels, rows),
        robustness=robustness(classifier, faces.images[tried], faces.labels[tried], wanted.seed)
        if len(tried)
        else (),
        probabilities=probabilities,
    )


def _compared(
    models: Sequence[ModelResult], faces: FaceSet, parts: Sequence[Part], wanted: Wanted
) -> dict[str, Paired]:
    a, b = (model.probabilities for model in models)
    return {
        part.name: compare(
            a[part.rows],
            b[part.rows],
            faces.labels[part.rows],
            wanted.seed,
            units_of(faces.subjects[part.rows]),
        )
        for part in parts
        if part.name.startswith(wanted.split)
    }


def _facts(faces: FaceSet, parts: Sequence[Part], split: str) -> DataFacts:
    rows = _main(parts, split).rows
    unseen = [part for part in parts if part.name == split + WITHOUT_COPIES]
    looked_for = split in (Split.VALID, Split.TEST) and bool((faces.splits == Split.TRAIN).any())
    height, width = faces.images.shape[1:3]
    return DataFacts(
        split=split,
        faces=len(rows),
        by_split={str(name): _by_emotion(faces.labels[faces.splits == name]) for name in _splits(faces)},
        size_px=(int(height), int(width)),
        channels=1 if faces.images.ndim == 3 else 3,
        near_copies=len(rows) - sum(len(part.rows) for part in unseen) if looked_for else None,
        subjects=len(set(faces.subjects[rows].tolist()) - {""}),
        skipped=faces.skipped,
    )


def _splits(faces: FaceSet) -> list[str]:
    there = set(faces.splits.tolist())
    return [split.value for split in Split if split.value in there]


def _by_emotion(labels: NDArray[np.int64]) -> dict[str, int]:
    counts = np.bincount(labels, minlength=len(EMOTIONS))
    return {str(emotion): int(count) for emotion, count in zip(EMOTIONS, counts, strict=True)}


def _main(parts: Sequence[Part], split: str) -> Part:
    return next(part for part in parts if part.name == split)


def _demand_same_faces(faces: Sequence[FaceSet]) -> None:
    first, last = faces[0], faces[-1]
    if not (np.array_equal(first.names, last.names) and np.array_equal(first.labels, last.labels)):
        raise DataError("the two models were given different faces; compare them on one recipe with --recipe")
