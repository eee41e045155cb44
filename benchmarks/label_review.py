"""`python -m benchmarks.label_review fer2013.csv`: what an hour of looking at labels is worth.

15 % of the labels of a small set are broken on purpose: class folders drawn from faces that the shipped model was not
fitted on (FER2013's public and private test). A simulated person goes through the queue of `python -m training review`
at SECONDS_PER_FACE, puts right what was broken, and says "keep" to the rest. Another spends the same hour on faces in
any order. A net of one hidden layer on the shipped model's features, which can learn labels by heart, is then fitted to
each set of labels and judged on the other faces.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.report import emit, show
from recognizer.affect import EMOTIONS
from recognizer.errors import SonrisaError
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet, Split
from training.data.gather import gather
from training.data.load import load_faces
from training.review.answers import answers_path
from training.review.queue import queue_of
from training.review.session import Session
from training.synthesis.features import FeatureNet

CARD = Path("models/emotion.yaml")
BROKEN_SHARE = 0.15
SECONDS_PER_FACE = 8
LOOKED_AT = 3600 // SECONDS_PER_FACE
PER_CLASS = 300
HIDDEN, PASSES = 256, 60
WAYS = ("unbroken", "broken", "an hour, doubtful first", "an hour, any order")


@dataclass(frozen=True, slots=True)
class Trial:
    """One draw: faces, how many were broken, looked at and found in each order; accuracy for each of WAYS."""

    faces: int
    broken: int
    looked_at: int
    found: int
    found_by_chance: int
    accuracy: dict[str, float]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the trials; 1 where it cannot."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.label_review", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument("faces", type=Path, help="FER2013 as published: fer2013.csv")
    options.add_argument("--draws", type=int, default=3, help="how often all of it is repeated (default: 3)")
    chosen = options.parse_args(argv)
    try:
        faces = load_faces(DataRecipe(faces=chosen.faces))
        unseen = faces.where(faces.splits != Split.TRAIN.value)
        features = FeatureNet(CARD).see(unseen.images).features
        trials = [trial(unseen, features, seed) for seed in range(chosen.draws)]
    except SonrisaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    show("An hour of review", ("", "mean", "least", "most"), _rows(trials))
    emit({"trials": [asdict(one) for one in trials]})
    return 0


def trial(
    unseen: FaceSet,
    features: NDArray[np.float32],
    seed: int,
    per_class: int = PER_CLASS,
    looked_at: int = LOOKED_AT,
) -> Trial:
    """Break labels, review for as many faces, and fit. `unseen` faces (with `features`) that are not drawn are the
    test.
    """
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [rng.permutation(np.flatnonzero(unseen.labels == k))[:per_class] for k in range(len(EMOTIONS))]
    )
    truth = unseen.labels[drawn]
    broken = _broken(truth, rng)
    reviewed = _reviewed(unseen.take(drawn), broken, looked_at)
    by_chance = broken.copy()
    seen = rng.permutation(len(drawn))[:looked_at]
    by_chance[seen] = truth[seen]
    test = ~np.isin(np.arange(len(unseen)), drawn)
    ways = dict(zip(WAYS, (truth, broken, reviewed, by_chance), strict=True))
    return Trial(
        faces=len(drawn),
        broken=int((broken != truth).sum()),
        looked_at=min(looked_at, len(drawn)),
        found=int(((broken != truth) & (reviewed == truth)).sum()),
        found_by_chance=int(((broken != truth) & (by_chance == truth)).sum()),
        accuracy={
            name: _accuracy(features[drawn], labels, features[test], unseen.labels[test], seed)
            for name, labels in ways.items()
        },
    )


def _broken(truth: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Another emotion, each as likely, in BROKEN_SHARE of the labels."""
    wrong = rng.permutation(len(truth)) < round(BROKEN_SHARE * len(truth))
    return np.where(wrong, (truth + rng.integers(1, len(EMOTIONS), len(truth))) % len(EMOTIONS), truth)


def _reviewed(faces: FaceSet, broken: NDArray[np.int64], looked_at: int) -> NDArray[np.int64]:
    """The labels after a person's answers, which are asked, given and read as the page and the readers do it."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = DataRecipe(faces=Path(folder) / "set")
        _write(faces, broken, recipe.faces)
        session = Session(queue_of(recipe, CARD), answers_path(recipe.faces, None), "simulated")
        for place in range(min(looked_at, len(faces))):
            right = EMOTIONS[faces.labels[_row(session.key(place)[0])]]
            session.answer(place, "keep" if right == session.label(place) else str(right))
        after = gather(recipe).faces
    labels = broken.copy()
    labels[[_row(name) for name in after.names.tolist()]] = after.labels
    return labels


def _row(name: str) -> int:
    return int(Path(name).stem)


def _write(faces: FaceSet, labels: NDArray[np.int64], folder: Path) -> None:
    for row, (image, label) in enumerate(zip(faces.images, labels, strict=True)):
        place = folder / str(EMOTIONS[label])
        place.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place / f"{row:05}.png"), image)


def _accuracy(
    known: NDArray[np.float32],
    labels: NDArray[np.int64],
    unseen: NDArray[np.float32],
    truth: NDArray[np.int64],
    seed: int,
) -> float:
    """Of all PASSES of a net on features; on the test faces, whose labels nobody broke."""
    scaler = StandardScaler().fit(known)
    net = MLPClassifier(HIDDEN, max_iter=PASSES, n_iter_no_change=PASSES, random_state=seed)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(scaler.transform(known), labels)
    return float((net.predict(scaler.transform(unseen)) == truth).mean())


def _rows(trials: Sequence[Trial]) -> list[tuple[str, str, str, str]]:
    first = trials[0]
    shares = {
        f"of {first.broken:,} wrong labels among {first.faces:,}, found on {first.looked_at:,} faces: doubtful first": [
            one.found / one.broken for one in trials
        ],
        "the same, in any order": [one.found_by_chance / one.broken for one in trials],
        **{f"accuracy, {way}": [one.accuracy[way] for one in trials] for way in WAYS},
    }
    return [
        (name, f"{np.mean(values):.1%}", f"{min(values):.1%}", f"{max(values):.1%}")
        for name, values in shares.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
