"""A session as JSON lines: one event each, with `t` in monotonic seconds, so that its timing can be measured later."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from types import TracebackType
from typing import TextIO

from recognizer.errors import OutputError

TRACE_EVENTS: dict[str, str] = {
    "frame": "a picture was captured: index, source_seconds (media time for recordings), t is when it was in hand",
    "reading": "one face in one picture, before steadying: face, frame, probabilities, valence, arousal, quality",
    "mood": "the steadied mood of the face in front changed: before, after, face, frame, valence, arousal",
    "choice": "a track was chosen: track (path), title, why, reasons, cause (mood, end, skip, start, ...)",
    "audible": "the first sound of a track: track (path)",
    "error": "something failed and the program went on: message",
}
"""The events and what their fields mean."""


class Trace:
    """Writes events to a file as they happen; a context manager. Without a path it writes nothing."""

    def __init__(self, path: Path | None) -> None:
        """Start the file anew. Raises OutputError where it cannot be written."""
        self._path = path
        self._file: TextIO | None = None
        if path is not None:
            try:
                self._file = path.open("w", encoding="utf-8")
            except OSError as error:
                raise OutputError(f"{path}: the trace cannot be written ({error.strerror})") from error

    def write(self, event: str, at_seconds: float, **fields: object) -> None:
        """Write one event of TRACE_EVENTS. Raises OutputError, for instance on a full disk."""
        if self._file is None:
            return
        line = json.dumps({"t": round(at_seconds, 6), "event": event, **fields}, ensure_ascii=False)
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            self.close()
            raise OutputError(f"{self._path}: the trace ends here ({error.strerror})") from error

    def close(self) -> None:
        """Close the file; more than once is fine."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):  # what was still unwritten has been reported before
                file.close()

    def __enter__(self) -> Trace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
