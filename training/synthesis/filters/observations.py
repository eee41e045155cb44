"""One pass over the pictures: everything that the filters of a recipe want to know of them, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec
from recognizer.classify import Classifier
from recognizer.crop import align, crop_for
from recognizer.faces import Face
from recognizer.frames import Image
from training.data.copies import COMPARED_PX
from training.data.pictures import read_picture
from training.data.prepare import whole
from training.data.rows import UnusableRow
from training.errors import DataError
from training.synthesis.facs import measured_units
from training.synthesis.features import FeatureNet
from training.synthesis.filters.filter_recipe import FilterRecipe
from training.synthesis.landmarks import PictureFaceFinder, shown_blendshapes

AT_ONCE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What was seen on n pictures; empty along the second axis where no filter asks for it.

    thumbnails: grey uint8 [n, 48, 48], in the recipe's crop. units: float32 [n, units] in the order of facs.UNITS, not
    numbers where no face was found. probabilities: float32 [n, models, 7]. features: float32 [n, d].
    """

    thumbnails: NDArray[np.uint8]
    units: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]


class Observer:
    """The models that a recipe's filters need. Close it after use."""

    def __init__(self, recipe: FilterRecipe) -> None:
        self._opened = ExitStack()
        self._aligned = recipe.crop == "aligned"
        self._finder: PictureFaceFinder | None = None
        if recipe.units or self._aligned:
            self._finder = self._opened.enter_context(PictureFaceFinder())
        cards = recipe.labels.cards if recipe.labels else ()
        self._classifiers = [Classifier.load(card) for card in cards]
        self._features = FeatureNet(recipe.realism.card) if recipe.realism else None

    def close(self) -> None:
        """Free the landmarker."""
        self._opened.close()

    def observe(self, folder: Path, paths: Sequence[str], show_progress: bool = True) -> Observations:
        """Look at the pictures `paths` below `folder`; raises DataError for one that cannot be read."""
        with tqdm(total=len(paths), unit=" faces", disable=not show_progress) as bar:
            parts = []
            for start in range(0, len(paths), AT_ONCE):
                some = paths[start : start + AT_ONCE]
                parts.append(self._observe([_read(folder / path) for path in some]))
                bar.update(len(some))
        return Observations(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in Observations.__slots__)
        )

    def features_of(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features float32 [n, d] of faces uint8 [n, h, w] or BGR [n, h, w, 3] as they are."""
        if self._features is None:
            return np.empty((len(faces), 0), np.float32)
        return self._features.see(faces).features

    def _observe(self, images: Sequence[Image]) -> Observations:
        faces = [self._finder.find(image) if self._finder else None for image in images]
        shown = np.stack([shown_blendshapes(face) for face in faces])
        cut_by = faces if self._aligned else [None] * len(images)
        probabilities = [
            classifier.probabilities(_crops(images, cut_by, classifier.card.input))
            for classifier in self._classifiers
        ]
        none_read = np.empty((len(images), 0, len(EMOTIONS)), np.float32)
        features = np.empty((len(images), 0), np.float32)
        if self._features is not None:
            features = self.features_of(_crops(images, cut_by, self._features.card.input))
        return Observations(
            thumbnails=np.stack([_thumbnail(*pair) for pair in zip(images, cut_by, strict=True)]),
            units=measured_units(shown) if self._finder else np.empty((len(images), 0), np.float32),
            probabilities=np.stack(probabilities, axis=1) if probabilities else none_read,
            features=features,
        )


def _crops(images: Sequence[Image], cut_by: Sequence[Face | None], spec: InputSpec) -> NDArray[np.uint8]:
    """Faces as a model with this input takes them: uint8 [n, s, s] or BGR [n, s, s, 3]; whole where none is given."""
    crops = [
        whole(image, max(spec.size_px), 1 if spec.colour == "grey" else 3)
        if face is None
        else crop_for(spec, image, face.landmarks_px)
        for image, face in zip(images, cut_by, strict=True)
    ]
    return np.stack(crops)


def _read(path: Path) -> Image:
    try:
        image = read_picture(path)
    except UnusableRow as error:
        raise DataError(f"{path}: {error}; draw the set again, it redraws what is broken") from error
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if image.ndim == 2 else image


def _thumbnail(image: Image, cut_by: Face | None) -> NDArray[np.uint8]:
    """As the models see it: a copy of a cut-out photograph is not found in a portrait."""
    return whole(image, COMPARED_PX, 1) if cut_by is None else align(image, cut_by.landmarks_px, COMPARED_PX)
