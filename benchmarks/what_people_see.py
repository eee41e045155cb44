"""What would people say that this face shows, also in a dim room: any models side by side, on the same faces.

`python -m benchmarks.what_people_see models/emotion.yaml other.yaml --faces fer2013.csv --votes fer2013new.csv`: the
test faces without near copies of training images, judged by most people's vote: accuracy, macro-F1, recalls, what each
corruption costs, calibration, FER+'s official majority and the set's own label. Every model gets the same pixels, and
scales them itself. JSON on standard output, a table on standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import emit, show
from recognizer.affect import EMOTIONS, Emotion
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError
from training.commands.shared import at_least_one, from_zero
from training.corruptions import CORRUPTIONS
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.errors import DataError
from training.evaluation.evaluate import MAJORITY, VOTES, WITHOUT_COPIES, Part, parts_of, predict, predictions
from training.evaluation.weighted import Labels, Measures, Probabilities, recall
from training.report.robustness import corrupted, sample

CONDITIONS: Mapping[str, tuple[str, float]] = {
    "noise of 16 levels": ("noise", 16),
    "blur of 4 %": ("blur", 4),
    "a third of the pixels": ("low resolution", 3),
    "JPEG 20": ("compression", 80),
    "a quarter of the light": ("darkness", 75),
    "a dim room": ("dim room", 90),
}
"""Corruption and strength by name: what the table states the loss of."""
SEVERE = "noise of 16 levels"
"""The condition whose calibration is stated too."""


def measure(classifier: Classifier, faces: FaceSet, parts: Mapping[str, Part], most: int) -> dict[str, Any]:
    """Everything that the table shows of one model; corruptions are tried on at most `most` faces."""
    voted = parts[VOTES]
    probabilities = predictions(classifier, faces, list(parts.values()))
    tried = sample(len(voted.rows), most)
    images, truth = faces.images[voted.rows[tried]], voted.truth[tried]
    clean = figures(probabilities[voted.rows[tried]], truth)["accuracy"]
    spoilt = {name: figures(predict(classifier, spoilt_by(name, images)), truth) for name in CONDITIONS}
    whole = figures(probabilities[voted.rows], voted.truth)
    return {
        "faces": len(voted.rows),
        **whole,
        "worst_recall": min(whole["recall"].values()),
        "faces_corrupted": len(tried),
        "loss": {name: clean - one["accuracy"] for name, one in spoilt.items()},
        "calibration_error_by_noise": spoilt[SEVERE]["calibration_error"],
        "majority_accuracy": accuracy(probabilities, parts[MAJORITY]),
        "label_accuracy": accuracy(probabilities, parts[""]),
    }


def spoilt_by(name: str, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The images under one of CONDITIONS."""
    wanted, strength = CONDITIONS[name]
    return corrupted(images, next(kind for kind in CORRUPTIONS if kind.name == wanted), strength)


def figures(probabilities: Probabilities, truth: Labels) -> dict[str, Any]:
    """Accuracy, macro-F1, calibration error and recalls of answers [n, 7] to faces rightly called `truth` [n]."""
    measures, once = Measures(probabilities, truth), np.ones((1, len(truth)))
    headlines = measures.headlines(once)
    recalls = recall(measures.confusion(once))[0]
    known = {str(e): float(share) for e, share in zip(EMOTIONS, recalls, strict=True) if np.isfinite(share)}
    wanted = ("accuracy", "macro_f1", "calibration_error")
    return {**{name: float(headlines[name][0]) for name in wanted}, "recall": known}


def accuracy(probabilities: Probabilities, part: Part) -> float:
    """The share of a part that is read rightly; faces of contempt count as read wrongly."""
    right = probabilities[part.rows].argmax(1) == part.truth
    return float(right.sum() / (len(part.rows) + part.beyond))


def strictest_parts(faces: FaceSet) -> dict[str, Part]:
    """The test faces without near copies, by judge: VOTES, MAJORITY, and "" for the set's label."""
    parts = {part.name: part for part in parts_of(faces, Split.TEST)}
    suffix = WITHOUT_COPIES if f"{Split.TEST}{WITHOUT_COPIES}" in parts else ""
    wanted = {judge: f"{Split.TEST}{judge}{suffix}" for judge in (VOTES, MAJORITY, "")}
    missing = [name for name in wanted.values() if name not in parts]
    if missing:
        raise DataError(f"no faces in {', '.join(missing)}; the set needs a test split with votes")
    return {judge: parts[name] for judge, name in wanted.items()}


def rows(results: Mapping[str, dict[str, Any]]) -> list[list[str]]:
    """The table: a figure a row, a model a column; shares in percent, losses in points."""
    models = list(results.values())
    percents = {
        "most people's vote": [one["accuracy"] for one in models],
        "macro-F1": [one["macro_f1"] for one in models],
        **{f"recall of {e}": [one["recall"].get(str(e), np.nan) for one in models] for e in _neutral_first()},
        "recall of the worst": [one["worst_recall"] for one in models],
        **{f"lost by {name}": [one["loss"][name] for one in models] for name in CONDITIONS},
    }
    shares = {
        "calibration error": [one["calibration_error"] for one in models],
        "calibration error, noise": [one["calibration_error_by_noise"] for one in models],
    }
    others = {
        "FER+'s majority": [one["majority_accuracy"] for one in models],
        "the set's own label": [one["label_accuracy"] for one in models],
    }
    return [
        *([name, *(f"{100 * value:.1f}" for value in values)] for name, values in percents.items()),
        *([name, *(f"{value:.3f}" for value in values)] for name, values in shares.items()),
        *([name, *(f"{100 * value:.1f}" for value in values)] for name, values in others.items()),
    ]


def _neutral_first() -> list[Emotion]:
    """Neutral is what a face is most of the time."""
    return sorted(EMOTIONS, key=lambda emotion: emotion is not Emotion.NEUTRAL)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 where it cannot."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.what_people_see", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument("cards", type=Path, nargs="+", metavar="CARD", help="the models to compare")
    options.add_argument(
        "--faces", type=Path, required=True, help="fer2013.csv, or another set with a test split"
    )
    options.add_argument("--votes", type=Path, required=True, help="what people saw in them: fer2013new.csv")
    options.add_argument(
        "--corrupted",
        type=from_zero,
        default=100_000,
        metavar="N",
        help="corrupt at most N faces (default: all)",
    )
    options.add_argument("--threads", type=at_least_one, default=1, help="of each model (default: 1)")
    chosen = options.parse_args(argv)
    try:
        classifiers = [Classifier.load(card, chosen.threads) for card in chosen.cards]
        faces = load_faces(DataRecipe(faces=chosen.faces, votes=chosen.votes))
        parts = strictest_parts(faces)
        results: dict[str, dict[str, Any]] = {}
        for path, classifier in zip(chosen.cards, classifiers, strict=True):
            results[str(path)] = measure(classifier, faces, parts, max(1, chosen.corrupted))
    except SonrisaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    count = len(parts[VOTES].rows)
    show(f"{count:,} faces without near copies", ("figure", *results), rows(results))
    emit({"models": results})
    return 0


if __name__ == "__main__":
    sys.exit(main())
