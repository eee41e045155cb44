"""Every face of a set that was skipped, occurs more than once, or whose label is suspect: a list for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from recognizer.affect import EMOTIONS
from recognizer.whole_file import replacing
from training.data.copies import NearCopies, first_identical
from training.data.faces import FaceSet
from training.review.doubt import Doubt


@dataclass(frozen=True, slots=True)
class Listed:
    """One face. kind: skipped, duplicated or suspect. label: what the set says, "" where it was not read. other: the
    face that it repeats. about: the reason in words.
    """

    kind: str
    name: str
    label: str
    other: str
    about: str


def listed(faces: FaceSet, near: NearCopies | None, found: Sequence[Doubt]) -> list[Listed]:
    """Skipped ones, then duplicates (only identical ones where near copies were not looked for), then suspects."""
    return [*_skipped(faces), *_duplicated(faces, near), *_suspect(faces, found)]


def write_list(path: Path, rows: Sequence[Listed]) -> None:
    """A csv with a header, whole or not at all; raises OSError as files do."""
    with replacing(path) as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow([field.name for field in fields(Listed)])
        table.writerows(astuple(row) for row in rows)


def _skipped(faces: FaceSet) -> Iterator[Listed]:
    for line in faces.skipped:
        name, _, reason = line.partition(": ")
        yield Listed("skipped", name, "", "", reason)


def _duplicated(faces: FaceSet, near: NearCopies | None) -> Iterator[Listed]:
    first = first_identical(faces.compared)
    for row in range(len(faces)):
        others = (
            {int(first[row])} - {row} if near is None else {int(one) for one in near.row[row] if one >= 0}
        )
        for other in sorted(others):
            same = "identical" if first[row] == first[other] else "a near copy"
            yield Listed(
                "duplicated", str(faces.names[row]), _label(faces, row), str(faces.names[other]), same
            )


def _suspect(faces: FaceSet, found: Sequence[Doubt]) -> Iterator[Listed]:
    for doubt in found:
        if doubt.reasons:
            name, label = str(faces.names[doubt.row]), _label(faces, doubt.row)
            yield Listed("suspect", name, label, "", "; ".join(doubt.reasons))


def _label(faces: FaceSet, row: int) -> str:
    return str(EMOTIONS[faces.labels[row]])
