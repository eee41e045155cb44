"""Everything the window or the terminal shows, as one frozen value: a view knows no engine, only this."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Affect, Emotion, FaceBox


class CameraLight(StrEnum):
    """What the camera is doing, as the light in the window shows it."""

    STARTING = "starting"
    ON = "on"
    CLIP = "clip"
    LOST = "lost"
    OFF = "off"


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """One picture to show: uint8 BGR [height, width, 3]; `mirrored` asks for a mirror image, as for a webcam."""

    image: NDArray[np.uint8]
    frame_index: int
    mirrored: bool


@dataclass(frozen=True, slots=True)
class FaceView:
    """A face in the preview, its box in pixels of the picture; `leads` marks the face that drives the music."""

    box: FaceBox
    emotion: Emotion | None
    confidence: float
    leads: bool


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """One point of the mood over time; `time_seconds` is monotonic."""

    time_seconds: float
    affect: Affect
    emotion: Emotion | None


@dataclass(frozen=True, slots=True)
class MoodView:
    """The steadied mood of the face in front; `probabilities` stand in the order of EMOTIONS."""

    emotion: Emotion | None
    confidence: float
    affect: Affect
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TrackView:
    """A track as it is shown: `mood` is its place on the plane, `why` one line of reasons."""

    track_id: int
    title: str
    artist: str
    duration_seconds: float
    mood: Affect
    why: str


@dataclass(frozen=True, slots=True)
class PlayingView:
    """What sounds now and how far it is."""

    track: TrackView
    position_seconds: float
    paused: bool
    liked: bool


@dataclass(frozen=True, slots=True)
class ViewState:
    """The whole picture at one instant; all times are `time.monotonic()` seconds."""

    now_seconds: float
    camera: CameraLight = CameraLight.STARTING
    camera_name: str = ""
    preview: Preview | None = None
    faces: tuple[FaceView, ...] = ()
    mood: MoodView | None = None
    history: tuple[MoodPoint, ...] = ()
    changes: tuple[float, ...] = ()
    target: Affect | None = None
    playing: PlayingView | None = None
    queue: tuple[TrackView, ...] = ()
    policy: str = ""
    policies: tuple[str, ...] = ()
    notice: str = ""
    sound: str = ""
    frames_per_second: float | None = None
    latency_seconds: float | None = None
    history_span_seconds: float = field(default=120.0)

    @property
    def has_face(self) -> bool:
        """True while somebody leads; a face that is out of sight for a moment still does."""
        return self.mood is not None
