"""What an ONNX file keeps outside itself, and opening the whole of it.

Models beyond 2 GB must, and torch's exporter does by default, leave the weights in a second file that the graph names
(ONNX, "External data"). The names are read from the protobuf itself: the `onnx` package is only for training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recognizer.digest import file_sha256
from recognizer.errors import ModelError
from recognizer.runtime import open_session

# Field numbers of onnx.proto that lead to tensors: message, then field, then the message there.
_WAY_TO_TENSORS: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_EXTERNAL_DATA, _KEY, _VALUE = 13, 1, 2
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True, slots=True, eq=False)
class OnnxFiles:
    """A model that was read but not opened yet: the sha256 of its file and, by name, of those with its weights."""

    path: Path
    content: bytes
    sha256: str
    weights_sha256: Mapping[str, str]

    def session(self, threads: int = 1) -> Any:
        """ONNX Runtime's session; raises ModelError where the model cannot be run."""
        # What lies in one file is loaded from the very bytes that were hashed.
        source = str(self.path) if self.weights_sha256 else self.content
        try:
            return open_session(source, threads)
        except Exception as error:  # ONNX Runtime's exceptions share no base class of their own
            raise ModelError(f"{self.path}: not an ONNX model that can be run ({one_line(error)})") from error


def read_model(path: Path) -> OnnxFiles:
    """A model's file with all that belongs to it; raises ModelError where a part cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: the emotion model cannot be read; is it there?") from error
    weights = {name: _sha256(path, name) for name in external_files(content)}
    return OnnxFiles(path, content, hashlib.sha256(content).hexdigest(), weights)


def external_files(content: bytes) -> tuple[str, ...]:
    """The files beside an ONNX file that its tensors name, sorted; none for what is no such file."""
    found: set[str] = set()
    waiting = [("model", memoryview(content))]
    while waiting:
        kind, message = waiting.pop()
        for number, part in _fields(message):
            if kind == "tensor":
                if number == _EXTERNAL_DATA:
                    found.update(_location(part))
            elif number in _WAY_TO_TENSORS[kind]:
                waiting.append((_WAY_TO_TENSORS[kind][number], part))
    return tuple(sorted(found))


def one_line(error: Exception) -> str:
    """An exception of ONNX Runtime, which are long."""
    return " ".join(str(error).split())[:200]


def _location(entry: memoryview) -> Iterator[str]:
    pair = dict(_fields(entry))
    if bytes(pair.get(_KEY, b"")) == b"location":
        yield bytes(pair.get(_VALUE, b"")).decode("utf-8", "replace")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of each field that has a length; ends where it is no protobuf."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == _VARINT:
            _, place = _varint(message, place)
        elif kind == _LENGTH:
            length, place = _varint(message, place)
            if place + length > len(message):
                return
            yield tag >> 3, message[place : place + length]
            place += length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            place += 8 if kind == _EIGHT_BYTES else 4
        else:
            return


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number in base 128, and the place behind it."""
    number = shift = 0
    for byte in message[place : place + 10]:
        number |= (byte & 0x7F) << shift
        shift += 7
        place += 1
        if byte < 0x80:
            break
    return number, place


def _sha256(model: Path, name: str) -> str:
    """The hash of a file that a model names; it has to lie in the model's folder or below it."""
    path = model.parent / name
    if not path.resolve().is_relative_to(model.parent.resolve()):
        raise ModelError(f"{model}: wants weights from outside its folder ({name})")
    try:
        return file_sha256(path)
    except OSError as error:
        raise ModelError(
            f"{model}: its weights lie in {name}, which cannot be read ({error.strerror}); keep the two together"
        ) from error
