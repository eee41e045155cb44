"""Looking at a drawn face as the recognizer would: where it is, and what it seems to feel."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from recognizer.classify import Classifier
from recognizer.crop import TEMPLATE, anchors_of, crop_for, similarity
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image


class FaceLocator(Protocol):
    """Says where a face is to be cut out of an image for a net of `size_px`: a 2x3 matrix, or None without a face."""

    def __call__(self, image_bgr: Image, size_px: int) -> NDArray[np.float64] | None: ...


class LandmarkFaceLocator:
    """The crop of `recognizer.crop`, of the biggest face that MediaPipe finds. Close it after use."""

    def __init__(self) -> None:
        self._finder = FaceFinder(max_faces=2, consecutive=False)

    def landmarks(self, image_bgr: Image) -> NDArray[np.float32] | None:
        """Landmarks [478, 2] in pixels of the biggest face; None without any."""
        faces = self._finder.find(Frame(image_bgr, 0, 0.0, 0.0))
        if not faces:
            return None
        return max(faces, key=lambda face: face.box.area_px).landmarks_px

    def __call__(self, image_bgr: Image, size_px: int) -> NDArray[np.float64] | None:
        """The matrix that brings eyes and mouth to where the recognizer's models expect them."""
        landmarks = self.landmarks(image_bgr)
        return None if landmarks is None else similarity(anchors_of(landmarks), TEMPLATE * size_px)

    def close(self) -> None:
        """Free the landmarker."""
        self._finder.close()


class EmotionScorer:
    """Scores how well a picture shows an emotion, by an exported model (He et al. 2024 steer with such a score)."""

    def __init__(self, card: Path, locator: LandmarkFaceLocator) -> None:
        self._classifier = Classifier.load(card)
        self._locator = locator

    def score(self, image_bgr: Image, emotion: Emotion) -> float | None:
        """The model's probability of `emotion` in [0, 1]; None where it sees no face."""
        landmarks = self._locator.landmarks(image_bgr)
        if landmarks is None:
            return None
        face = crop_for(self._classifier.card.input, image_bgr, landmarks)
        return float(self._classifier.probabilities(face[None])[0, EMOTIONS.index(emotion)])
