"""Faces that were found and cut out once: kept by the digest of the picture and by how the face was cut.

One SQLite file for all sets in the user's cache folder (on Linux ~/.cache/sonrisa/crops.sqlite). Deleting it costs time
and nothing else. Where it cannot be used, the crops are made again, and one line says so.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recognizer.resources import cache_folder
from training.data.copies import COMPARED_PX
from training.data.prepare import Face

log = logging.getLogger(__name__)

WAIT_SECONDS = 30
"""For another process that is writing."""
WRITE_EVERY = 256
LARGEST_BYTES = 4 << 30
"""A larger file loses the older half of its crops."""

SCHEMA = """CREATE TABLE IF NOT EXISTS crops (
    picture TEXT, cut TEXT, height INTEGER, width INTEGER, shape TEXT, face BLOB, thumbnail BLOB, reason TEXT,
    PRIMARY KEY (picture, cut))"""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """What became of a picture.

    face: None where there is none, and then `reason` says why. picture: its digest. size_px: its height and width.
    """

    face: Face | None
    reason: str
    picture: str
    size_px: tuple[int, int]


def cache_path() -> Path:
    """Where the crops of all sets are kept."""
    return cache_folder() / "crops.sqlite"


class CropCache:
    """Crops that were cut in one way, `cut`. Threads may share it. Close it after use."""

    def __init__(self, cut: str, path: Path | None = None) -> None:
        self._cut = cut
        self._path = path or cache_path()
        self._lock = threading.Lock()
        self._new: list[tuple[object, ...]] = []
        self._database: sqlite3.Connection | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self._path, WAIT_SECONDS, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def get(self, picture: str) -> Crop | None:
        """The crop of the picture with this digest; None where it was not cut in this way yet."""
        query = (
            "SELECT height, width, shape, face, thumbnail, reason FROM crops WHERE picture = ? AND cut = ?"
        )
        with self._lock:
            if self._database is None:
                return None
            try:
                row = self._database.execute(query, (picture, self._cut)).fetchone()
            except sqlite3.Error as error:
                self._give_up(error)
                return None
        if row is None:
            return None
        height, width, shape, pixels, small, reason = row
        if pixels is None:
            return Crop(None, reason, picture, (height, width))
        thumbnail = None if small is None else _pixels(small, (COMPARED_PX, COMPARED_PX))
        face = Face(_pixels(pixels, tuple(int(number) for number in shape.split())), thumbnail)
        return Crop(face, reason, picture, (height, width))

    def put(self, crop: Crop) -> None:
        """Keep a crop."""
        shape, pixels, small = "", None, None
        if crop.face is not None:
            shape, pixels = " ".join(map(str, crop.face.pixels.shape)), crop.face.pixels.tobytes()
            small = None if crop.face.thumbnail is None else crop.face.thumbnail.tobytes()
        with self._lock:
            self._new.append((crop.picture, self._cut, *crop.size_px, shape, pixels, small, crop.reason))
            if len(self._new) >= WRITE_EVERY:
                self._write()

    def close(self) -> None:
        """Write what is new; more than once is fine."""
        with self._lock:
            self._write()
            if self._database is not None:
                self._database.close()
                self._database = None

    def __enter__(self) -> Self:
        """The cache itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _write(self) -> None:
        if self._database is None or not self._new:
            return
        try:
            with self._database:
                self._database.executemany(
                    "INSERT OR REPLACE INTO crops VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._new
                )
            self._new.clear()
            if self._path.stat().st_size > LARGEST_BYTES:
                self._forget_older_half(self._database)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _forget_older_half(self, database: sqlite3.Connection) -> None:
        with database:
            database.execute("DELETE FROM crops WHERE rowid < (SELECT avg(rowid) FROM crops)")
        database.execute("VACUUM")

    def _give_up(self, error: Exception) -> None:
        log.warning("%s: cannot be used (%s); faces are cut out anew each time", self._path, error)
        self._database = None


def _pixels(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8).reshape(shape)
