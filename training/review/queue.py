"""A set in the order in which its labels should be looked at."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.advice import BLURRED_SHARPNESS
from training.data.copies import NearCopies, near_copies
from training.data.crops import Cropper
from training.data.data_recipe import DataRecipe
from training.data.faces import FaceSet
from training.data.gather import Gathered, Progress, gather, unwatched
from training.data.pictures import measured
from training.data.rows import Row
from training.review.doubt import Doubt, doubts, held_out_probabilities
from training.synthesis.features import FeatureNet

log = logging.getLogger(__name__)

CARD = Path("models/emotion.yaml")
"""The model whose features tell expressions, unless another is named."""

BLURRED_SHARE = 0.02
"""The blurriest of a set are looked at, as far as they are blurred at all."""
MOST_LOOKED_AT = 3000
"""In a larger set of cropped faces no face is looked for: that would take minutes."""
MISSED_SHARE = 0.05
"""Where no face is found in more of a set, its crops are too tight or too small for the finder, and it says nothing."""
ONE_SPLIT = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """A set as it was found, before any answer, and its faces from the most to the least doubtful."""

    gathered: Gathered
    doubts: tuple[Doubt, ...]


def queue_of(recipe: DataRecipe, card: Path, watch: Progress = unwatched) -> Queue:
    """Read the recipe's set and put it in order; `card` names the model whose features tell expressions.

    Raises:
        DataError, ModelError: the set or the model cannot be read.
    """
    gathered = gather(recipe, watch, reviewed=False)
    return Queue(gathered, tuple(label_doubts(gathered.faces, card, _no_face(gathered, recipe))))


def label_doubts(faces: FaceSet, card: Path, no_face: NDArray[np.bool_] | None = None) -> list[Doubt]:
    """Faces from the most to the least doubtful; `no_face` bool [n]: in which none was found. Raises as `queue_of`."""
    near = near_copies(faces.compared, np.full(len(faces), ONE_SPLIT), [ONE_SPLIT])
    missing = np.zeros(len(faces), bool) if no_face is None else no_face
    return doubts(faces, _probabilities(faces, card, near), near, missing, _blurred(faces))


def _probabilities(faces: FaceSet, card: Path, near: NearCopies) -> NDArray[np.float64] | None:
    features = FeatureNet(card).see(faces.images).features
    found = held_out_probabilities(features, faces.labels, near)
    if found is None:
        log.warning("too few faces of two emotions: labels are not compared with a model of the others")
    return found


def _no_face(gathered: Gathered, recipe: DataRecipe) -> NDArray[np.bool_]:
    """In which of the faces (bool [n]) none can be found; where faces were cut out, one was found in each."""
    faces = gathered.faces
    if gathered.crop == "aligned" or len(faces) > MOST_LOOKED_AT:
        return np.zeros(len(faces), bool)
    with Cropper(recipe.model_copy(update={"crop": "aligned"})) as cropper:
        found = [item for item in cropper.crops(_rows(gathered)) if isinstance(item, tuple)]
    missed = np.array([crop.face is None for _, crop in found])
    return missed if missed.mean() <= MISSED_SHARE else np.zeros(len(faces), bool)


def _rows(gathered: Gathered) -> Iterator[Row]:
    faces = gathered.faces
    for row in range(len(faces)):
        file = gathered.files[row]
        yield Row(faces.images[row] if file is None else file, int(faces.labels[row]), str(faces.names[row]))


def _blurred(faces: FaceSet) -> NDArray[np.bool_]:
    sharpness = measured(faces.images)[:, 0]
    return np.asarray(sharpness < min(BLURRED_SHARPNESS, float(np.quantile(sharpness, BLURRED_SHARE))))
