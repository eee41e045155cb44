"""The rows of a synthetic data set: what each face was meant to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from recognizer.affect import Emotion
from recognizer.card import emotion_named
from recognizer.errors import ModelError
from recognizer.text_table import format_of, rows_of
from training.data.pictures import digest_of_picture
from training.errors import DataError
from training.review.answers import answers_path, decided, read_answers, standing
from training.synthesis.request import ATTRIBUTES, Angle, Blur, Obstruction
from training.synthesis.tables import FACES

UNIT_COLUMN = re.compile(r"au(\d+)")


@dataclass(frozen=True, slots=True)
class MeantFace:
    """One row of faces.csv. `emotion` is None where only action units were asked for; `units` by number, in [0, 1]."""

    path: str
    emotion: Emotion | None
    units: Mapping[int, float]
    attributes: Mapping[str, str]
    cells: Mapping[str, str]

    @property
    def is_clear(self) -> bool:
        """Frontal, nothing before the face, not blurred: nobody could miss it."""
        clear = {"angle": Angle.FRONTAL, "obstruction": Obstruction.NONE, "blur": Blur.NONE}
        return all(self.attributes.get(name, value) == value for name, value in clear.items())


def read_faces(folder: Path) -> list[MeantFace]:
    """The rows of `folder`/faces.csv in their order, with the labels that people gave in a review, without what they
    removed.

    Raises:
        DataError: the file is missing, is no such table, holds no row, or names an emotion or number nobody knows.
    """
    path = folder / FACES
    try:
        missing = {"path", "label"} - set(format_of(path).names)
        if missing:
            raise DataError(
                f"{path}: column {', '.join(sorted(missing))} is missing; was it written by synthesize?"
            )
        faces = [_face(row.cells, f"{path} line {row.number + 1}") for row in rows_of(path)]
    except (OSError, UnicodeError) as error:
        raise DataError(f"{path}: cannot be read; give a folder that synthesize finished") from error
    if not faces:
        raise DataError(f"{path}: holds no face")
    return _reviewed(faces, folder)


def _reviewed(faces: list[MeantFace], folder: Path) -> list[MeantFace]:
    answers = standing(read_answers(answers_path(folder, folder / FACES)))
    if not answers:
        return faces
    kept = []
    for face in faces:
        given = answers.get((face.path, digest_of_picture(folder / face.path)))
        decision = decided(given.values()) if given else None
        if isinstance(decision, Emotion):
            kept.append(replace(face, emotion=decision, cells={**face.cells, "label": str(decision)}))
        elif decision is None:
            kept.append(face)
    if not kept:
        raise DataError(f"{folder / FACES}: no face is left: the review removed all {len(faces):,}")
    return kept


def _face(cells: dict[str, str], where: str) -> MeantFace:
    try:
        units = {
            int(match[1]): float(cells[name]) for name in cells if (match := UNIT_COLUMN.fullmatch(name))
        }
        emotion = emotion_named(cells["label"]) if cells["label"] else None
    except (ModelError, ValueError, TypeError) as error:
        raise DataError(f"{where}: {error}") from error
    attributes = {name: cells[name] for name in ATTRIBUTES if name in cells}
    return MeantFace(cells["path"], emotion, {n: v for n, v in units.items() if v > 0}, attributes, cells)
