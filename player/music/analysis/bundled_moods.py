"""Moods of the bundled tracks, so that a first start need not measure them.

`python -m player.music.library.bundled_music --measure` writes the file. It holds what an analysis finds, and
counts only for the very mood model that found it; a track is recognised by its content, whatever its name and
place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from player.music.track import Measured, measured_from
from recognizer.resources import package_file, shipped

MOOD_MODEL = shipped("models", "music_mood.onnx")
SHIPPED = package_file("player", "assets", "sample_moods.json")


@dataclass(frozen=True, slots=True)
class BundledTrack:
    """The answer for one content. `name` is for readers; the size tells cheaply which files are worth a hash."""

    name: str
    size_bytes: int
    sha256: str
    measured: Measured


class BundledMoods:
    """Answers by content. The mood model is read only once a file's size fits one of them."""

    def __init__(self, path: Path = SHIPPED, model_path: Path = MOOD_MODEL) -> None:
        self._model_path = model_path
        self._model_sha256, tracks = _read(path)
        self._by_content = {track.sha256: track for track in tracks}
        self._sizes = frozenset(track.size_bytes for track in tracks)
        self._current: bool | None = None

    def of(self, path: Path, size_bytes: int) -> Measured | None:
        """What an analysis of this file would find; None where that is not known."""
        if size_bytes not in self._sizes or not self._fits_model():
            return None
        track = self._by_content.get(sha256_if_readable(path))
        return None if track is None else track.measured

    def _fits_model(self) -> bool:
        if self._current is None:
            self._current = sha256_if_readable(self._model_path) == self._model_sha256
        return self._current


def bundled_track(path: Path, name: str, measured: Measured) -> BundledTrack:
    """The answer to keep for a file that was analysed."""
    return BundledTrack(name, path.stat().st_size, sha256(path), measured)


def write_bundled_moods(path: Path, model_path: Path, tracks: list[BundledTrack]) -> None:
    """Write the file that BundledMoods reads, for the mood model that gave the answers."""
    content = {"mood_model_sha256": sha256(model_path), "tracks": [asdict(track) for track in tracks]}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """The hash of a file's content in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_if_readable(path: Path) -> str:
    """The hash of a file, "" where it cannot be read."""
    try:
        return sha256(path)
    except OSError:
        return ""


def _read(path: Path) -> tuple[str, list[BundledTrack]]:
    """The mood model's hash and the answers. A file that is missing or damaged costs only time: all is measured."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(content["mood_model_sha256"]), [_known_track(track) for track in content["tracks"]]
    except (OSError, ValueError, KeyError, TypeError):
        return "", []


def _known_track(track: Mapping[str, Any]) -> BundledTrack:
    measured = measured_from(track["measured"])
    return BundledTrack(str(track["name"]), int(track["size_bytes"]), str(track["sha256"]), measured)
