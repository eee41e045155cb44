"""One row per face and frame, written while it is measured: csv, jsonl or parquet by the file's ending.

Rows go into a hidden file beside the wanted one, which takes its name at the end: whoever finds it finds it whole.
"""

from __future__ import annotations

import csv
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from recognizer.affect import EMOTIONS, Emotion, Mood, Reading
from recognizer.errors import OutputError, UsageError
from recognizer.faces import BLENDSHAPES

Value = float | int | str | None

PARQUET_BATCH_ROWS = 1000
DIGITS = 6

COLUMNS: dict[str, type] = {
    "time_seconds": float,
    "frame": int,
    "face_id": int,
    **dict.fromkeys(("left_px", "top_px", "width_px", "height_px"), float),
    **dict.fromkeys((f"p_{emotion}" for emotion in EMOTIONS), float),
    "emotion": str,
    "valence": float,
    "arousal": float,
    **dict.fromkeys(("yaw_degrees", "pitch_degrees", "roll_degrees"), float),
    **dict.fromkeys(BLENDSHAPES, float),
    "quality": float,
}
"""Every column and its type. `emotion` is the steadied one, empty while not sure; `valence` and `arousal` are, like
the probabilities, those of the single frame."""


def row_of(reading: Reading, mood: Mood | None) -> dict[str, Value]:
    """One row: what was measured on a face in a frame, and the steadied emotion of that person."""
    box, pose = reading.box, reading.pose
    emotion = mood.emotion if mood else None
    values: tuple[Value, ...] = (
        *(reading.time_seconds, reading.frame_index, reading.face_id),
        *(box.left_px, box.top_px, box.width_px, box.height_px),
        *reading.probabilities,
        str(emotion) if emotion else None,
        *(reading.affect.valence, reading.affect.arousal),
        *(pose.yaw_degrees, pose.pitch_degrees, pose.roll_degrees),
        *reading.blendshapes,
        reading.quality,
    )
    tidy = (round(value, DIGITS) if isinstance(value, float) else value for value in values)
    return dict(zip(COLUMNS, tidy, strict=True))


@dataclass(frozen=True, slots=True)
class Row:
    """One face in one frame: what was measured in it, and that person's steadied mood, None where there is none."""

    reading: Reading
    mood: Mood | None

    @property
    def time_seconds(self) -> float:
        """The frame's own time: media time for files, `time.monotonic()` for what is live."""
        return self.reading.time_seconds

    @property
    def face_id(self) -> int:
        """The person, the same from frame to frame."""
        return self.reading.face_id

    @property
    def emotion(self) -> Emotion | None:
        """The steadied emotion; None while not sure."""
        return self.mood.emotion if self.mood else None

    def as_dict(self) -> dict[str, Value]:
        """All that is known, by the names of COLUMNS."""
        return row_of(self.reading, self.mood)


class RowWriter(ABC):
    """Writes rows to one file; a context manager. Closing keeps what was written, however the writing ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._closed = False
        with _telling(path):
            self._open(self._part)

    def write(self, reading: Reading, mood: Mood | None) -> None:
        """Add one row; raises OutputError when the disk refuses."""
        with _telling(self._path):
            self._write(row_of(reading, mood))

    def close(self) -> None:
        """Finish the file and give it its name; more than once is fine."""
        if self._closed:
            return
        self._closed = True
        with _telling(self._path):
            self._finish()
            os.replace(self._part, self._path)

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @abstractmethod
    def _open(self, path: Path) -> None: ...

    @abstractmethod
    def _write(self, row: dict[str, Value]) -> None: ...

    @abstractmethod
    def _finish(self) -> None: ...


class CsvWriter(RowWriter):
    """Comma separated, UTF-8, a line of names first, nothing where there is no value."""

    def _open(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.DictWriter(self._file, list(COLUMNS), lineterminator="\n")
        self._csv.writeheader()

    def _write(self, row: dict[str, Value]) -> None:
        self._csv.writerow(row)

    def _finish(self) -> None:
        self._file.close()


class JsonLinesWriter(RowWriter):
    """One JSON object a line."""

    def _open(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def _write(self, row: dict[str, Value]) -> None:
        self._file.write(json.dumps(row) + "\n")

    def _finish(self) -> None:
        self._file.close()


class ParquetWriter(RowWriter):
    """Parquet with typed columns, in groups of rows."""

    def _open(self, path: Path) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as missing:
            raise OutputError(
                f"{self._path}: parquet needs the package pyarrow: pip install pyarrow, or write .csv"
            ) from missing
        types: dict[type, Any] = {float: pa.float64(), int: pa.int64(), str: pa.string()}
        self._schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
        self._batch: list[dict[str, Value]] = []
        self._parquet = pq.ParquetWriter(str(path), self._schema)

    def _write(self, row: dict[str, Value]) -> None:
        self._batch.append(row)
        if len(self._batch) >= PARQUET_BATCH_ROWS:
            self._flush()

    def _finish(self) -> None:
        self._flush()
        self._parquet.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._batch:
            self._parquet.write_table(pa.Table.from_pylist(self._batch, self._schema))
            self._batch = []


WRITERS: dict[str, type[RowWriter]] = {
    ".csv": CsvWriter,
    ".jsonl": JsonLinesWriter,
    ".parquet": ParquetWriter,
}


def check_rows_path(path: Path) -> None:
    """Refuse a file of rows that could not be written, before any work is done.

    Raises UsageError for an ending that is not known and OutputError for a folder that is not there.
    """
    if path.suffix.lower() not in WRITERS:
        raise UsageError(f"{path}: rows are written as {', '.join(WRITERS)}; choose one of these endings")
    check_folder(path)


def check_folder(path: Path) -> None:
    """Raise OutputError unless `path` can be created in its folder."""
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}; make it first")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path}: the folder may not be written to; choose another one")


def open_rows(path: Path) -> RowWriter:
    """The writer for a file's ending; raises UsageError or OutputError."""
    check_rows_path(path)
    return WRITERS[path.suffix.lower()](path)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
