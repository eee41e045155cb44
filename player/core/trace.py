"""A session as JSON lines: one event each, with `t` in monotonic seconds.

Its timing can be measured later, and the session can be run again (see player.replay).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from player.errors import TraceError
from recognizer.errors import OutputError

VERSION = 1
"""Of what is needed to run a session again; raised when a new program could not read what an older one wrote."""

TRACE_EVENTS: dict[str, str] = {
    "session": "the first line: version, wall_offset (Unix time less t), zone (seconds east of UTC), seed, settings,"
    " library (a fingerprint of what is kept)",
    "kept": "what the library remembered at the start: table, rows",
    "call": "the director is asked or told: name, arguments; heard: what of playing, paused and position_seconds"
    " became another; wall_offset where it became another",
    "music": "the library was read: changed (tracks that are not as before), order (ids, where it is another)",
    "curve": "a track's mood along itself was looked up, and is not as before: track_id, curve (null: not known)",
    "forgotten": "the listener had all deleted that was remembered of them",
    "order": "the crossfader is told: order (play, prepare, pause, resume, volume) and its arguments",
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

    @property
    def wanted(self) -> bool:
        """Whether anything is written."""
        return self._path is not None

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


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a trace as it was written: the line it stands on, its `t`, its name, and the other fields."""

    number: int
    at_seconds: float
    event: str
    fields: dict[str, Any]


def read_trace(path: Path) -> Iterator[Line]:
    """The events of a trace, in order. A last line that was cut off, by a kill or a full disk, is left out.

    Raises TraceError where the file cannot be read or holds something else.
    """
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                if text.endswith("\n"):
                    fields = json.loads(text)
                    yield Line(number, float(fields.pop("t")), str(fields.pop("event")), fields)
    except OSError as error:
        raise TraceError(f"{path}: the trace cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TraceError(f"{path}: line {max(number, 1)} is not an event of a trace") from error
