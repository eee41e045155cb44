"""Pictures that carry their own record: a PNG with a text chunk, written whole or not at all.

Because a picture and what is known about it are one file, a run that was killed goes on from the pictures alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from recognizer.whole_file import replacing
from training.synthesis.request import FaceRequest, Provenance, SyntheticFace

CHUNK = "sonrisa"
"""The keyword of the PNG text chunk that holds the record as JSON."""

Record = dict[str, Any]
"""One line of provenance.jsonl: path, label, request, action_units and the fields of Provenance."""


def picture_path(index: int) -> str:
    """The path of face `index`, relative to the data set's folder."""
    return f"images/{index:06d}.png"


def request_fields(request: FaceRequest) -> dict[str, Any]:
    """A request as values that JSON knows; action units get their numbers as text."""
    fields = asdict(request) | {"action_units": _units(request.action_units)}
    return {name: str(value) if isinstance(value, str) else value for name, value in fields.items()}


def record_of(face: SyntheticFace, path: str) -> Record:
    """All that is known about a face."""
    return {
        "path": path,
        "label": str(face.request.emotion or ""),
        "action_units": _units(face.action_units),
        "request": request_fields(face.request),
        **asdict(face.provenance),
    }


def _units(units: Any) -> dict[str, float]:
    return {str(number): round(float(units[number]), 4) for number in sorted(units)}


def write_picture(folder: Path, path: str, face: SyntheticFace) -> None:
    """Write `folder/path` with its record inside; raises OSError as files do, and then leaves nothing behind."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text(CHUNK, json.dumps(record_of(face, path), separators=(",", ":")))
    with replacing(folder / path) as file:
        Image.fromarray(np.ascontiguousarray(face.image[:, :, ::-1])).save(file, format="PNG", pnginfo=notes)


def read_record(path: Path) -> Record | None:
    """The record inside a picture; None where the file is missing, broken or not ours."""
    try:
        with Image.open(path) as image:
            text = image.info[CHUNK]
            image.verify()
        record: Record = json.loads(text)
    except (OSError, SyntaxError, KeyError, ValueError):  # Pillow calls a broken PNG a SyntaxError
        return None
    return record


def read_picture(path: Path) -> NDArray[np.uint8]:
    """The pixels, uint8 RGB [h, w, 3]."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.uint8)


def matches_request(record: Record | None, request: FaceRequest, origin: Provenance) -> bool:
    """Whether a picture's record shows that it is what this generator would draw for this request now."""
    if record is None or record.get("request") != request_fields(request):
        return False
    return all(record.get(name) == getattr(origin, name) for name in ("generator", "version", "weights"))
