"""The readings of one viewing: one row per frame, on disk and as arrays.

While a viewing goes on its rows are appended to a journal (an Arrow stream) that can be read up to its last batch
however the program ended. At the end they become one parquet file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import BaseFileLock
from numpy.typing import NDArray

from player.errors import StudyError
from player.reactions.facts import telling
from recognizer.affect import EMOTIONS, Reading
from recognizer.faces import BLENDSHAPES
from recognizer.whole_file import replacing

Floats = NDArray[np.float64]

PROBABILITY_COLUMNS = tuple(f"p_{emotion}" for emotion in EMOTIONS)
POSE_COLUMNS = ("yaw_degrees", "pitch_degrees", "roll_degrees")
MEASURED_COLUMNS = (*PROBABILITY_COLUMNS, *POSE_COLUMNS, *BLENDSHAPES, "quality", "light", "face_height_px")
LATER_COLUMNS = ("picture_light",)
"""Columns that readings of older programs lack; they are not known there."""
SCHEMA = pa.schema(
    [
        ("film_seconds", pa.float64()),
        ("source_seconds", pa.float64()),
        ("frame", pa.int64()),
        ("faces", pa.int32()),
        *((name, pa.float32()) for name in (*MEASURED_COLUMNS, *LATER_COLUMNS)),
    ]
)
"""Columns on disk. `film_seconds` counts from the film's first picture and is negative before it; `source_seconds` is
the camera's or recording's own time; `faces` is how many faces were seen; `picture_light` the mean grey of the whole
picture, 0 to 1. The rest is that of the viewer's face, empty where it is not in sight: probabilities before any
correction, head pose, blendshapes, trust, light, size."""

BATCH_ROWS = 25
"""So many rows at most are lost when the program is killed: a second of video."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Rows of one viewing as arrays of one length n, in the order of time; NaN where no face was seen.

    `film_seconds` [n]; `source_seconds` [n]; `faces` [n]; `probabilities` [n, 7] in the order of EMOTIONS, before
    any correction; `pose` [n, 3] yaw, pitch, roll in degrees; `blendshapes` [n, 52] in [0, 1]; `quality`, `light`
    [n] in [0, 1]; `face_height_px` [n]; `picture_light` [n] in [0, 1], NaN where it was not measured.
    """

    film_seconds: Floats
    source_seconds: Floats
    faces: NDArray[np.int64]
    probabilities: Floats
    pose: Floats
    blendshapes: Floats
    quality: Floats
    light: Floats
    face_height_px: Floats
    picture_light: Floats

    @property
    def seen(self) -> NDArray[np.bool_]:
        """[n]: whether the viewer's face was seen."""
        return ~np.isnan(self.quality)

    def __len__(self) -> int:
        return len(self.film_seconds)

    def where(self, chosen: NDArray[np.bool_]) -> Readings:
        """Only the chosen rows."""
        return Readings(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def row_of(
    film_seconds: float,
    source_seconds: float,
    frame: int,
    readings: Sequence[Reading],
    front: Reading | None,
    light: float | None,
    picture_light: float | None = None,
) -> dict[str, Any]:
    """One row of SCHEMA: what was measured on the face in `front`; without one only times."""
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    row |= {
        "film_seconds": film_seconds,
        "source_seconds": source_seconds,
        "frame": frame,
        "faces": len(readings),
        "picture_light": picture_light,
    }
    if front is not None:
        row |= zip(PROBABILITY_COLUMNS, front.probabilities, strict=True)
        row |= zip(BLENDSHAPES, front.blendshapes, strict=True)
        pose = front.pose
        row |= zip(POSE_COLUMNS, (pose.yaw_degrees, pose.pitch_degrees, pose.roll_degrees), strict=True)
        row |= {"quality": front.quality, "light": light, "face_height_px": front.box.height_px}
    return row


class Journal:
    """Rows on their way to the disk; a context manager. Leaving it without `finish` keeps the journal as it is."""

    def __init__(self, path: Path, journal: Path | None = None, lock: BaseFileLock | None = None) -> None:
        """Start the journal of the parquet file `path` anew; raises OutputError.

        `journal` is where the rows wait, beside `path` unless told. `lock` is held already, and freed at the end.
        """
        self.path, self._journal, self._lock = path, journal or journal_of(path), lock
        self._rows: list[dict[str, Any]] = []
        with telling(self._journal):
            self._file = self._journal.open("xb")
            self._stream = pa.ipc.new_stream(self._file, SCHEMA)
            self._file.flush()

    @property
    def attempt(self) -> str:
        """Which attempt at a viewing it holds; see ViewingFacts."""
        return self.path.stem.rpartition("~")[2]

    def write(self, row: dict[str, Any]) -> None:
        """Add one row; raises OutputError when the disk refuses."""
        self._rows.append(row)
        if len(self._rows) >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Bring what waits to the disk."""
        if self._rows:
            with telling(self._journal):
                self._stream.write_batch(pa.RecordBatch.from_pylist(self._rows, SCHEMA))
                self._file.flush()
            self._rows = []

    def finish(self, later_seconds: float = 0.0) -> int:
        """Turn the journal into the parquet file, with all film times so much later; returns how many rows there are.

        Raises OutputError, and then the journal is still there.
        """
        self.flush()
        self._close()
        table = _read_journal(self._journal)
        if later_seconds:
            times = table.column("film_seconds").to_numpy() + later_seconds
            table = table.set_column(0, SCHEMA.field(0), pa.array(times))
        write_readings(self.path, table)
        self._journal.unlink(missing_ok=True)
        return len(table)

    def discard(self) -> None:
        """Delete what was written."""
        self._rows = []
        self._close()
        self._journal.unlink(missing_ok=True)

    def _close(self) -> None:
        with telling(self._journal):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if not self._file.closed:
                try:
                    self.flush()
                finally:
                    self._close()
        finally:
            if self._lock is not None:
                self._lock.release()


def journal_of(path: Path) -> Path:
    """The journal beside a parquet file."""
    return path.with_suffix(".journal")


def write_readings(path: Path, table: pa.Table) -> None:
    """Write a table of SCHEMA whole or not at all; raises OutputError."""
    with telling(path), replacing(path) as file:
        pq.write_table(table, file, compression="zstd")


def row_count(path: Path) -> int:
    """How many rows a viewing has on the disk; 0 where there is none, or its file is damaged."""
    if not path.exists():
        return len(_read_journal(journal_of(path)))
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def read_table(path: Path) -> pa.Table:
    """The rows of a viewing, from its parquet file, else from its journal; empty without either.

    Raises StudyError for a damaged parquet file. A journal is read as far as it goes.
    """
    if not path.exists():
        return _read_journal(journal_of(path))
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise StudyError(f"{path}: the readings are damaged; delete them and measure again") from error
    for name in LATER_COLUMNS:
        if name not in table.schema.names:
            table = table.append_column(SCHEMA.field(name), pa.nulls(len(table), pa.float32()))
    if table.schema.names != SCHEMA.names:
        raise StudyError(f"{path}: these are not readings of this version; measure again")
    return table


def read_readings(path: Path) -> Readings:
    """The rows of a viewing as arrays; see `read_table`."""
    return readings_of(read_table(path))


def readings_of(table: pa.Table) -> Readings:
    """Arrays from a table of SCHEMA, in the order of film time."""
    table = table.sort_by("film_seconds")

    def columns(*names: str) -> Floats:
        parts = [table.column(name).to_numpy(zero_copy_only=False).astype(np.float64) for name in names]
        return np.stack(parts, axis=-1)

    return Readings(
        film_seconds=columns("film_seconds")[:, 0],
        source_seconds=columns("source_seconds")[:, 0],
        faces=table.column("faces").to_numpy(zero_copy_only=False).astype(np.int64),
        probabilities=columns(*PROBABILITY_COLUMNS),
        pose=columns(*POSE_COLUMNS),
        blendshapes=columns(*BLENDSHAPES),
        quality=columns("quality")[:, 0],
        light=columns("light")[:, 0],
        face_height_px=columns("face_height_px")[:, 0],
        picture_light=columns("picture_light")[:, 0],
    )


def _read_journal(path: Path) -> pa.Table:
    """All whole batches of a journal; a torn end is left out."""
    batches: list[pa.RecordBatch] = []
    with (
        contextlib.suppress(OSError, pa.ArrowException),
        path.open("rb") as file,
        pa.ipc.open_stream(file) as stream,
    ):
        for batch in stream:
            batches.append(batch)  # noqa: PERF402 - what was read before a torn end must be kept
    return pa.Table.from_batches(batches, SCHEMA)
