"""The view state: everything that the window or the terminal shows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Affect, Emotion, FaceBox

STAR_COUNT = 5
"""The most stars a track can have."""


class ViewName(StrEnum):
    """The three views."""

    PLAYER = "player"
    LIBRARY = "library"
    HOW_IT_WORKS = "how it works"


class CameraLight(StrEnum):
    """State of the camera, as the light in the window shows it."""

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
    """A track as it is shown: `mood` is its place on the plane, `why` one line of reasons.

    `rating` is 1 to 5 stars, None without any. `mood_known` is False until its sound was analysed; `corrected` says
    that the mood is the listener's own word.
    """

    track_id: int
    title: str
    artist: str
    duration_seconds: float
    mood: Affect
    why: str
    album: str = ""
    rating: int | None = None
    mood_known: bool = True
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class LibraryView:
    """The part of the library's list that is in sight: `rows` begin at `first_row` of `total` that match `query`."""

    query: str = ""
    rows: tuple[TrackView, ...] = ()
    total: int = 0
    first_row: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """The capture of a resting face: `progress` in [0, 1], and what the listener should do or came of it, in words.

    `running` is False once it is over; `failed` says that nothing was learned.
    """

    progress: float
    words: str
    running: bool = True
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody whom the player knows by name: whether they are in sight, and whether the music follows only them."""

    name: str
    in_view: bool = False
    followed: bool = False


@dataclass(frozen=True, slots=True)
class MemoryView:
    """How much was remembered about the listener."""

    plays: int = 0
    verdicts: int = 0
    corrections: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class CoverView:
    """The cover of a track: uint8 BGR [height, width, 3]."""

    track_id: int
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PlayingView:
    """What sounds now and how far it is."""

    track: TrackView
    position_seconds: float
    paused: bool
    liked: bool
    cover: CoverView | None = None


@dataclass(frozen=True, slots=True)
class ViewState:
    """The whole picture at one instant; all times are `time.monotonic()` seconds.

    `path` leads from the listener's mood to the policy's goal; `goal` is set where the policy has one. `volume` is the
    listener's level, 0 to 1.
    """

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
    view: ViewName = ViewName.PLAYER
    path: tuple[Affect, ...] = ()
    goal: Affect | None = None
    volume: float = 1.0
    library: LibraryView = LibraryView()
    calibration: CalibrationView | None = None
    people: tuple[PersonView, ...] = ()
    memory: MemoryView = MemoryView()

    @property
    def has_face(self) -> bool:
        """True while somebody leads; a face that is out of sight for a moment still does."""
        return self.mood is not None
