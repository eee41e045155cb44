"""What is wrong with a card? Try the usual other readings of the input and of the labels on faces that are labelled.

A wrong scale, swapped colours or labels in another order raise no error: the model just answers badly. Each usual way
to scale pixels is tried, each order of colours, and for each the order of labels that fits best; the card's own reading
should win. Differences of a point or two on a few hundred faces are chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from recognizer.affect import EMOTIONS
from recognizer.card import UNIT_SCALE, InputSpec, ModelCard
from recognizer.classify import Classifier, find_card
from training.data.faces import FaceSet, Split
from training.errors import DataError
from training.evaluation.evaluate import BATCH

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Trial:
    """One reading of the pixels: the accuracy with the card's labels, and with those that fit best."""

    name: str
    card: ModelCard
    accuracy: float
    best_labels: tuple[str, ...]
    best_accuracy: float


def probe(card_or_model: Path, faces: FaceSet, count: int = 700) -> list[Trial]:
    """Every reading on at most `count` faces, the card's own first, the others from best to worst.

    Faces are taken from the validation split where there is one, else from all. Raises DataError without faces.
    """
    card, path = find_card(card_or_model)
    valid = faces.split(Split.VALID)
    chosen = valid if len(valid) else faces
    if not len(chosen):
        raise DataError(f"{card_or_model}: no labelled faces to try it on")
    rows = np.linspace(0, len(chosen) - 1, min(count, len(chosen))).astype(int)
    images, labels = chosen.images[rows], chosen.labels[rows]
    tried = [
        _trial(name, replace(card, input=spec), path, images, labels) for name, spec in readings(card.input)
    ]
    return [tried[0], *sorted(tried[1:], key=lambda trial: -trial.best_accuracy)]


def readings(spec: InputSpec) -> Iterator[tuple[str, InputSpec]]:
    """The card's input, then the usual others that the same tensor allows, each with a name."""
    yield "as the card says", spec
    ones = (1.0,) * spec.channels
    scales = {
        "0 to 1": (UNIT_SCALE, (0.0,) * spec.channels, ones),
        "-1 to 1": (UNIT_SCALE, (0.5,) * spec.channels, (0.5,) * spec.channels),
        "0 to 255": (1.0, (0.0,) * spec.channels, ones),
    }
    if spec.channels == len(IMAGENET[0]):
        scales["ImageNet's mean and std"] = (UNIT_SCALE, *IMAGENET)
    for colour in ("grey",) if spec.channels == 1 else ("rgb", "bgr"):
        for name, (scale, mean, std) in scales.items():
            other = replace(spec, colour=colour, scale=scale, mean=mean, std=std)
            if other != spec:
                yield f"{colour}, {name}", other


def describe(trials: list[Trial]) -> str:
    """The trials as a table, and in words what they say about the card."""
    lines = [f"{'pixels':<32}{'accuracy':>10}{'with the best order of labels':>32}"]
    lines += [f"{each.name:<32}{each.accuracy:>10.1%}{each.best_accuracy:>32.1%}" for each in trials[:SHOWN]]
    best = max(trials, key=lambda trial: trial.best_accuracy)
    lines.append(f"best: {best.name}")
    if best.best_labels != best.card.labels:
        lines.append(f"labels that fit best: [{', '.join(best.best_labels)}]")
    return "\n".join(lines)


def _trial(
    name: str, card: ModelCard, path: Path, images: NDArray[np.uint8], labels: NDArray[np.int64]
) -> Trial:
    classifier = Classifier(card, path)
    parts = [classifier.logits(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    answers = np.concatenate(parts).argmax(1)
    counts = np.zeros((len(EMOTIONS), len(card.labels)))
    np.add.at(counts, (labels, answers), 1)
    means = np.array([-1 if each is None else EMOTIONS.index(each) for each in card.emotions])
    emotion_of, column_of = linear_sum_assignment(counts, maximize=True)
    best = list(card.labels)
    free = iter(set(range(len(card.labels))) - set(column_of))
    for emotion, column in zip(emotion_of, column_of, strict=True):
        best[column] = str(EMOTIONS[emotion])
    for column in free:
        best[column] = "other"
    return Trial(
        name=name,
        card=card,
        accuracy=float((means[answers] == labels).mean()),
        best_labels=tuple(best) if _differs(best, card) else card.labels,
        best_accuracy=float(counts[emotion_of, column_of].sum() / len(labels)),
    )


def _differs(labels: list[str], card: ModelCard) -> bool:
    return replace(card, labels=tuple(labels)).emotions != card.emotions
