"""Who was trained on and who is tested, as a run keeps it: a set that changed after the fit must not draw anew.

A face that was trained on could else be drawn for the test, and flatter the model. splits.csv in the run's folder has a
line for each face of the fit: its name, the digest of its picture, its label and its split.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from recognizer.affect import EMOTIONS
from recognizer.whole_file import replacing
from training.data.faces import FaceSet
from training.errors import DataError

FILE_NAME = "splits.csv"
COLUMNS = ["name", "picture", "label", "split"]
SHOWN = 3

Face = tuple[str, str]
"""A face's name and the digest of its picture."""


@dataclass(frozen=True, slots=True)
class StoredSplit:
    """The split and the label of each face of a fit."""

    splits: dict[Face, str]
    labels: dict[Face, str]

    @property
    def digest(self) -> str:
        """Of names, pictures, labels and splits: 32 hexadecimal digits."""
        lines = sorted(f"{face} {self.labels[face]} {split}" for face, split in self.splits.items())
        return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def split_of_faces(faces: FaceSet) -> StoredSplit:
    """What there is to store of a fit's faces."""
    keys = list(zip(faces.names.tolist(), faces.pictures.tolist(), strict=True))
    labels = [str(EMOTIONS[label]) for label in faces.labels.tolist()]
    return StoredSplit(
        dict(zip(keys, faces.splits.tolist(), strict=True)), dict(zip(keys, labels, strict=True))
    )


def store_split(faces: FaceSet, run: Path) -> None:
    """Write the run's splits.csv, whole or not at all; raises OSError as files do."""
    stored = split_of_faces(faces)
    with replacing(run / FILE_NAME) as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([*face, stored.labels[face], split] for face, split in stored.splits.items())


def stored_split(run: Path) -> StoredSplit | None:
    """That of a run's folder; None where it has none, as runs of earlier versions. Raises DataError."""
    path = run / FILE_NAME
    if not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["name"], row["picture"], row["label"], row["split"]) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read; it says which faces this run was fitted on") from error
    return StoredSplit(
        {(name, picture): split for name, picture, _, split in rows},
        {(name, picture): label for name, picture, label, _ in rows},
    )


def as_stored(faces: FaceSet, stored: StoredSplit) -> FaceSet:
    """The faces with their splits of the fit; those that were not in it, or are gone, are named in `skipped`.

    Raises DataError where none is left.
    """
    keys = list(zip(faces.names.tolist(), faces.pictures.tolist(), strict=True))
    splits = np.array([stored.splits.get(key, "") for key in keys], np.str_)
    known = splits != ""
    if not known.any():
        raise DataError("none of these faces is one of the fit's; give the set that the run was fitted on")
    there = set(keys)
    added = [f"{name}: was not in the set of the fit, or has changed since" for name in faces.names[~known]]
    gone = [f"{name}: was in the set of the fit and is gone" for name, _ in _gone(stored, there)]
    placed = replace(faces, splits=splits, skipped=(*faces.skipped, *added, *gone))
    return placed if known.all() else placed.where(known)


def demand_same_set(faces: FaceSet, stored: StoredSplit, run: Path) -> None:
    """Raise DataError, by name, where a fit that goes on would learn other faces than it began with."""
    now = split_of_faces(faces)
    if now.digest == stored.digest:
        return
    added = [name for name, _ in now.splits.keys() - stored.splits.keys()]
    gone = [name for name, _ in _gone(stored, set(now.splits))]
    other = [face[0] for face, label in now.labels.items() if stored.labels.get(face, label) != label]
    told = [
        f"{len(names):,} {what} ({_some(names)})"
        for what, names in (("new", added), ("gone", gone), ("with another label", other))
        if names
    ]
    raise DataError(
        f"{run}: its faces have changed since the fit began: {', '.join(told) or 'other splits'}; bring them back, or "
        "begin another --run"
    )


def _gone(stored: StoredSplit, there: set[Face]) -> list[Face]:
    return [face for face in stored.splits if face not in there]


def _some(names: Sequence[str]) -> str:
    shown = sorted(names)[:SHOWN]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "")
