"""From a picture to a row of a viewing: the models, the face in front, the light on it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player import __version__
from player.reactions.facts import Versions
from player.reactions.readings import row_of
from recognizer.affect import Reading
from recognizer.card import load_card
from recognizer.classify import Classifier
from recognizer.crop import align
from recognizer.face_model import FACE_MODEL_PATH, FACE_MODEL_SHA256
from recognizer.faces import Face, FaceFinder
from recognizer.frames import Image
from recognizer.pipeline import Analyser, Analysis, main_face
from recognizer.quality import light_score
from recognizer.resources import shipped

EMOTION_MODEL = shipped("models", "emotion.yaml")
MOST_FACES = 4


@dataclass(frozen=True, slots=True)
class Models:
    """Which models read the faces."""

    card: Path = EMOTION_MODEL
    face_model: Path = FACE_MODEL_PATH

    def versions(self) -> Versions:
        """What is written down beside everything that they measure; raises ModelError for a bad card."""
        card = load_card(self.card)
        return Versions(
            sonrisa=__version__,
            emotion_model=card.name,
            emotion_model_sha256=card.sha256,
            face_model_sha256=FACE_MODEL_SHA256,
        )

    def analyser(self) -> Analyser:
        """Fresh eyes for one source; raises ModelError or FaceModelError. Close it after use."""
        classifier = Classifier.load(self.card)
        return Analyser(FaceFinder(self.face_model, MOST_FACES), classifier)


def observed_row(analysis: Analysis, film_seconds: float) -> dict[str, Any]:
    """The row of one analysed picture, which must still have its pixels."""
    front = main_face(analysis)
    light = None if front is None else face_light(analysis.frame.image, analysis.faces, front)
    frame = analysis.frame
    return row_of(film_seconds, frame.time_seconds, frame.index, analysis.readings, front, light)


def face_light(image: Image, faces: Sequence[Face], front: Reading) -> float:
    """How well the face in front is lit, 0 to 1; see `recognizer.quality.light_score`."""
    face = next(face for face in faces if face.face_id == front.face_id)
    return light_score(align(image, face.landmarks_px))


def file_sha256(path: Path) -> str:
    """The hash of a file's content; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
