"""The eye of a simulated evening: shows the pictures of tapes at the evening's own time, and steadies for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.evening.tapes import Performer
from player.camera.worker import CameraWorker
from player.clock import Clock
from player.messages.events import CameraOpened, PlayerEvent
from recognizer.affect import Emotion, FaceBox, Reading
from recognizer.errors import SourceError
from recognizer.faces import Face
from recognizer.frames import Frame
from recognizer.pipeline import (
    Analysis,
    Captured,
    Failed,
    Observed,
    PipelineEvent,
    SourceLost,
    SourceRestored,
)
from recognizer.steady import Baseline, Steadier, SteadySettings

PLACE_PX = 320.0
"""How far apart people sit, in the picture."""
GUEST_SHARE = 0.7
"""Guests sit further back: their faces are smaller by this, so that the listener stays in front."""
_NO_PIXELS = np.empty((0, 0, 3), np.uint8)


@dataclass(slots=True)
class Seat:
    """Somebody before the camera: which face the recogniser would call this, what it shows, and since when."""

    face_id: int
    place: int
    emotion: Emotion | None = None
    since_seconds: float = 0.0


class SimulatedEye(CameraWorker):
    """A camera on the evening's clock: `look` takes a picture where it is open and there.

    A face gets a new number whenever somebody comes back, as from the real finder.
    """

    def __init__(
        self,
        cast: Mapping[str, Performer],
        steadying: SteadySettings,
        clock: Clock,
        post: Callable[[PlayerEvent | PipelineEvent], None],
    ) -> None:
        self._cast, self._clock, self._post = cast, clock, post
        self._steadier = Steadier(steadying)
        self._seats: dict[str, Seat] = {}
        self._faces_seen = self._pictures = 0
        self._open = False
        self.away = False

    @property
    def dropped(self) -> int:
        return 0

    def open(self) -> None:
        self._open = True
        if self.away:
            self._open = False
            self._post(Failed(SourceError("camera 0: cannot be opened")))
        else:
            self._post(CameraOpened("camera 0", True, ""))

    def close(self) -> None:
        self._open = False

    def shut(self) -> None:
        self._open = False

    def adopt(self, face_id: int, baseline: Baseline) -> None:
        self._steadier.adopt(face_id, baseline)

    def latest_frame(self) -> Frame | None:
        return None

    def comes(self, person: str) -> None:
        """Somebody sits down, unless they sit there."""
        if person not in self._seats:
            self._seats[person] = Seat(self._faces_seen, list(self._cast).index(person))
            self._faces_seen += 1

    def goes(self, person: str) -> None:
        """Somebody gets up."""
        self._seats.pop(person, None)

    def shows(self, person: str, emotion: Emotion | None) -> None:
        """A face becomes another, where its owner is there."""
        seat = self._seats.get(person)
        if seat is not None:
            seat.emotion, seat.since_seconds = emotion, self._clock.monotonic()

    def breaks(self, away: bool) -> None:
        """The camera is pulled out, or put in again; an open eye says so."""
        self.away = away
        if self._open:
            self._post(
                SourceLost("camera 0: gives no more pictures; was it unplugged?")
                if away
                else SourceRestored()
            )

    def look(self) -> None:
        """Take a picture and post what is seen in it."""
        if not self._open or self.away:
            return
        now = self._clock.monotonic()
        frame = Frame(_NO_PIXELS, self._pictures, now, now)
        self._pictures += 1
        seen = [self._seen(person, seat, frame) for person, seat in self._seats.items()]
        readings = tuple(reading for _, reading in seen)
        moods = self._steadier.update(readings, now)
        faces = tuple(face for face, _ in seen)
        self._post(Captured(frame.index, now, now))
        self._post(Observed(Analysis(frame, faces, readings, moods, {}, self._steadier.baselines)))

    def _seen(self, person: str, seat: Seat, frame: Frame) -> tuple[Face, Reading]:
        tape = self._cast[person].tape(seat.emotion)
        face, reading = tape.at(frame.time_seconds - seat.since_seconds)
        box = _placed(reading.box, seat.place)
        return replace(face, face_id=seat.face_id, box=box), replace(
            reading,
            time_seconds=frame.time_seconds,
            frame_index=frame.index,
            face_id=seat.face_id,
            box=box,
        )


def _placed(box: FaceBox, place: int) -> FaceBox:
    """The box where somebody sits: the listener at place 0, guests beside and a little further back."""
    share = 1.0 if place == 0 else GUEST_SHARE
    return FaceBox(
        place * PLACE_PX + 60.0, box.top_px, 200.0 * share, 200.0 * share * box.height_px / box.width_px
    )
