"""The camera and what is read from it during a session: opened only after consent, closed for good at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from recognizer.capture import open_source
from recognizer.errors import SourceError, SourceStopped
from recognizer.frames import FrameSource, RecordedSource
from recognizer.pipeline import (
    Analyser,
    Analysis,
    Failed,
    LivePipeline,
    Observed,
    PipelineEvent,
    SourceEnded,
    SourceLost,
    SourceRestored,
)
from recognizer.recordings import PacedSource

PATIENCE_SECONDS = 5.0
"""A camera that stays away for longer ends the session."""


def open_camera(spec: str) -> FrameSource:
    """A camera or stream; a recording stands in for one, at its own pace, again and again. Raises SourceError."""
    source = open_source(spec)
    return PacedSource(source) if isinstance(source, RecordedSource) else source


@dataclass(frozen=True, slots=True)
class Absence:
    """The camera was away from one moment to another (time.monotonic())."""

    start_seconds: float
    end_seconds: float


class Eye:
    """Reads faces from a camera in the background; a context manager. Ask it often with `look`."""

    def __init__(self, open_frames: Callable[[], FrameSource], analyser: Analyser) -> None:
        self._open_frames, self._analyser = open_frames, analyser
        self._inbox: SimpleQueue[PipelineEvent] = SimpleQueue()
        self._pipeline: LivePipeline | None = None
        self._away_since: float | None = None
        self.absences: list[Absence] = []
        self.name = ""

    @property
    def dropped(self) -> int:
        """How many frames were overtaken by newer ones so far."""
        return self._pipeline.dropped if self._pipeline is not None else 0

    def open(self) -> None:
        """Open the camera; raises SourceError."""
        source = self._open_frames()
        self.name = source.name
        self._pipeline = LivePipeline(source, self._analyser, self._inbox.put, keep_pixels=True)
        self._pipeline.start()

    def look(self, now: float) -> list[Analysis]:
        """What was read since the last call, with its pixels. Raises what ended the reading, and SourceStopped.

        `now` is time.monotonic().
        """
        found = []
        try:
            while True:
                event = self._inbox.get_nowait()
                if isinstance(event, Observed):
                    found.append(event.analysis)
                else:
                    self._note(event, now)
        except Empty:
            pass
        if self._away_since is not None and now - self._away_since > PATIENCE_SECONDS:
            raise SourceStopped(f"{self.name}: has been away for {PATIENCE_SECONDS:.0f} s; was it unplugged?")
        return found

    def close(self) -> None:
        """Switch the camera off; more than once is fine."""
        if self._pipeline is not None:
            self._pipeline.stop()
            self._pipeline = None

    def __enter__(self) -> Eye:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note(self, event: PipelineEvent, now: float) -> None:
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, SourceEnded):
            raise SourceError(f"{self.name}: has ended before the session did")
        if isinstance(event, SourceLost):
            self._away_since = now
        elif isinstance(event, SourceRestored) and self._away_since is not None:
            self.absences.append(Absence(self._away_since, now))
            self._away_since = None
