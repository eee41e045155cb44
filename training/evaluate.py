"""Evaluate an exported model as the recognizer runs it: the ONNX file and its card, one crop, no flipping."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.classify import Classifier
from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest
from training.data.faces import FaceSet, Split
from training.metrics import Scores, score

BATCH = 256


def predict(classifier: Classifier, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probabilities float32 [n, 7] for grey faces uint8 [n, h, w]."""
    parts = [classifier.probabilities(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, len(EMOTIONS)), np.float32)


def evaluate(classifier: Classifier, faces: FaceSet) -> dict[str, Scores]:
    """Scores on the validation split, the test split, and the test split without near copies of training images."""
    valid, test, train = (faces.split(split) for split in (Split.VALID, Split.TEST, Split.TRAIN))
    results: dict[str, Scores] = {}
    if len(valid):
        results["valid"] = score(predict(classifier, valid.images), valid.labels)
    if len(test):
        probabilities = predict(classifier, test.images)
        results["test"] = score(probabilities, test.labels)
        if len(train):
            unseen = correlation_to_nearest(test.images, train.images) <= NEAR_COPY_CORRELATION
            results["test_without_near_copies"] = score(probabilities[unseen], test.labels[unseen])
    return results


def write_json(results: dict[str, Scores], path: Path) -> None:
    """All scores, for other programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({name: asdict(scores) for name, scores in results.items()}, indent=1) + "\n")


def table(results: dict[str, Scores]) -> str:
    """The scores as text: one line a set, then precision, recall and F1 of each emotion on the last set."""
    lines = [f"{'set':<26}{'faces':>7}{'accuracy':>10}{'95 % interval':>17}{'macro-F1':>10}{'ECE':>8}"]
    for name, s in results.items():
        low, high = s.interval_95
        interval = f"{low:.1%} to {high:.1%}"
        lines.append(
            f"{name:<26}{s.faces:>7,}{s.accuracy:>10.2%}{interval:>17}{s.macro_f1:>10.3f}{s.calibration_error:>8.3f}"
        )
    for name, s in list(results.items())[-1:]:
        lines += ["", f"{name + ' by emotion':<33}{'precision':>10}{'recall':>10}{'F1':>10}{'faces':>8}"]
        lines += [
            f"{emotion:<33}{c.precision:>10.3f}{c.recall:>10.3f}{c.f1:>10.3f}{c.support:>8,}"
            for emotion, c in s.per_class.items()
        ]
    return "\n".join(lines)
