"""Filter a synthetic data set: every filter judges what the ones before it left, and every face that goes has a reason.

The filters are pure; this is where they meet the pictures, the models and the set's tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.copies import COMPARED_PX
from training.data.faces import Split
from training.data.load import load_faces
from training.data.prepare import whole
from training.errors import DataError
from training.synthesis.filters.balance import judge_balance
from training.synthesis.filters.copies import judge_copies
from training.synthesis.filters.faces import MeantFace, read_faces
from training.synthesis.filters.filter_recipe import FilterRecipe
from training.synthesis.filters.labels import judge_label
from training.synthesis.filters.observations import Observations, Observer
from training.synthesis.filters.realism import (
    judge_realism,
    neighbour_distances,
    realism_scores,
    usual_distance,
)
from training.synthesis.filters.result import REJECTED, Count, FilterResult, write_result
from training.synthesis.filters.units import agreement_by_unit, judge_units
from training.synthesis.filters.verdict import Reject, Relabel, Verdict
from training.synthesis.workers import keeping_what_is_there


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """Real faces: pictures grey uint8 [m, 48, 48] for copies, features float32 [n, d] of some of them for realism."""

    pictures: NDArray[np.uint8]
    features: NDArray[np.float32]


class FilterPipeline:
    """The state between filters: which faces are left, and with which label."""

    def __init__(
        self, recipe: FilterRecipe, faces: list[MeantFace], seen: Observations, real: Real | None
    ) -> None:
        self.recipe, self.faces, self.seen, self.real = recipe, faces, seen, real
        self.left = np.arange(len(faces))
        self.emotions = [face.emotion for face in faces]
        self.rejected: dict[int, tuple[str, Reject]] = {}
        self.relabelled: dict[int, Relabel] = {}
        self.counts: dict[str, Count] = {}
        self.measured: dict[str, Any] = {}

    def run(self) -> None:
        """Let every filter of the recipe judge in turn."""
        judges: dict[str, Callable[[], list[Verdict]]] = {
            "copies": self._copies,
            "units": self._units,
            "labels": self._labels,
            "realism": self._realism,
            "balance": self._balance,
        }
        for name in self.recipe.sections:
            if len(self.left):
                self._apply(name, judges[name]())

    def _apply(self, name: str, verdicts: Sequence[Verdict]) -> None:
        for row, verdict in zip(self.left, verdicts, strict=True):
            if isinstance(verdict, Reject):
                self.rejected[int(row)] = (name, verdict)
            elif isinstance(verdict, Relabel):
                self.relabelled[int(row)] = verdict
                self.emotions[row] = verdict.emotion
        kinds = Counter(type(verdict) for verdict in verdicts)
        self.counts[name] = Count(len(verdicts), kinds[Reject], kinds[Relabel])
        self.left = np.array([row for row in self.left if int(row) not in self.rejected], np.int64)

    def result(self) -> FilterResult:
        """What became of the faces so far."""
        emotions = [str(self.emotions[row] or "") for row in self.left]
        kept = dict(zip(self.left.tolist(), emotions, strict=True))
        return FilterResult(self.counts, kept, self.rejected, self.relabelled, self.measured)

    def _copies(self) -> list[Verdict]:
        assert self.recipe.copies is not None
        real = self.real.pictures if self.real and self.recipe.copies.of_real else None
        names = [self.faces[row].path for row in self.left]
        return judge_copies(self.seen.thumbnails[self.left], names, real, self.recipe.copies)

    def _units(self) -> list[Verdict]:
        assert self.recipe.units is not None
        faces, measured = [self.faces[row] for row in self.left], self.seen.units[self.left]
        self.measured["face_found"] = round(float(1 - np.isnan(measured).any(axis=1).mean()), 4)
        agreement = agreement_by_unit(faces, measured)
        self.measured["unit_agreement"] = {str(unit): round(value, 3) for unit, value in agreement.items()}
        return [judge_units(face, row, self.recipe.units) for face, row in zip(faces, measured, strict=True)]

    def _labels(self) -> list[Verdict]:
        assert self.recipe.labels is not None
        settings, probabilities = self.recipe.labels, self.seen.probabilities[self.left]
        read = probabilities.mean(axis=1).argmax(axis=1)
        as_meant = [self.emotions[row] == EMOTIONS[best] for row, best in zip(self.left, read, strict=True)]
        self.measured["read_as_meant"] = round(float(np.mean(as_meant)), 4)
        pairs = zip(self.left, probabilities, strict=True)
        return [judge_label(self.emotions[row], each, settings) for row, each in pairs]

    def _realism(self) -> list[Verdict]:
        assert self.recipe.realism is not None
        assert self.real is not None
        settings, features, real = self.recipe.realism, self.seen.features[self.left], self.real.features
        if min(len(features), len(real)) < settings.folds:
            raise DataError(
                f"realism: {len(features)} synthetic and {len(real)} real faces are too few to tell apart"
            )
        scores, told_apart = realism_scores(real, features, settings.folds, self.recipe.seed)
        self.measured["told_from_real"] = round(told_apart, 4)
        lowest = float(np.quantile(scores, settings.lowest_share))
        distances = neighbour_distances(features, real, settings.neighbours)
        usual = usual_distance(real, settings.neighbours)
        pairs = zip(scores, distances, strict=True)
        return [judge_realism(float(score), lowest, float(far), usual, settings) for score, far in pairs]

    def _balance(self) -> list[Verdict]:
        assert self.recipe.balance is not None
        faces = [self.faces[row] for row in self.left]
        emotions = [self.emotions[row] for row in self.left]
        return judge_balance(faces, emotions, self.recipe.balance, self.recipe.seed)


def filter_faces(
    folder: Path, recipe: FilterRecipe, show_progress: bool = True, each: bool = False
) -> FilterResult:
    """Judge all faces of the set in `folder` and write the tables; with `each`, also what each filter alone keeps.

    Raises:
        DataError: the set or the real faces cannot be read, a table cannot be written, or no face is left (the tables
            are there then, to see why).
    """
    faces = read_faces(folder)
    observer = Observer(recipe)
    try:
        real = _real(recipe, observer) if recipe.needs_real else None
        seen = observer.observe(folder, [face.path for face in faces], show_progress)
    finally:
        observer.close()
    result = _judged(recipe, faces, seen, real)
    alone = {
        name: _judged(recipe.only(name), faces, seen, real) for name in (recipe.sections if each else ())
    }
    with keeping_what_is_there(folder, "the set"):
        write_result(folder, recipe, faces, result, alone)
    if not result.kept:
        rejected = ", ".join(f"{name} rejected {count.rejected:,}" for name, count in result.counts.items())
        raise DataError(
            f"{folder}: no face is left ({rejected}); {REJECTED} has the reasons, loosen a filter"
        )
    return result


def _judged(
    recipe: FilterRecipe, faces: list[MeantFace], seen: Observations, real: Real | None
) -> FilterResult:
    pipeline = FilterPipeline(recipe, faces, seen, real)
    pipeline.run()
    return pipeline.result()


def _real(recipe: FilterRecipe, observer: Observer) -> Real:
    assert recipe.real is not None
    faces = load_faces(recipe.real).split(Split.TRAIN)
    if not len(faces):
        raise DataError(f"{recipe.real.faces}: no training face to hold the synthetic ones against")
    pictures = np.stack([whole(image, COMPARED_PX, 1) for image in faces.images])
    limit = recipe.realism.real_faces if recipe.realism else 0
    chosen = np.sort(np.random.default_rng(recipe.seed).permutation(len(faces))[:limit])
    return Real(pictures, observer.features_of(faces.images[chosen]))
