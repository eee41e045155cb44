"""The vocabulary of the project: emotions, and what one face looked like at one instant.

Everything here is frozen and free of pixels, so that it may cross threads and be written to disk as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Emotion(StrEnum):
    """The seven classes of FER2013, in its official order (Goodfellow et al. 2013)."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""The one label order: every probability vector in the project has seven entries in this order."""


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face's bounding box in pixels of its frame; it may reach beyond the frame's edge."""

    left_px: float
    top_px: float
    width_px: float
    height_px: float

    @property
    def area_px(self) -> float:
        """Area in square pixels."""
        return self.width_px * self.height_px

    @property
    def centre_px(self) -> tuple[float, float]:
        """Centre as (x, y)."""
        return self.left_px + self.width_px / 2, self.top_px + self.height_px / 2


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Head rotation in degrees, zero when the face looks straight into the camera.

    Positive yaw turns to the image's right, positive pitch looks up, positive roll tilts clockwise in the image.
    """

    yaw_degrees: float
    pitch_degrees: float
    roll_degrees: float


@dataclass(frozen=True, slots=True)
class Affect:
    """A point on the circumplex of affect (Russell 1980): both coordinates lie in [-1, 1]."""

    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the recogniser measured on one face in one frame, before any steadying.

    `time_seconds` is the frame's own time: media time for files, `time.monotonic()` for cameras.
    `probabilities` are calibrated, in the order of EMOTIONS, and sum to 1.
    `blendshapes` are the 52 ARKit-style coefficients in [0, 1], in the order of `recognizer.faces.BLENDSHAPES`.
    `quality` in [0, 1] says how far the image can be trusted (size, sharpness, light, pose).
    """

    time_seconds: float
    frame_index: int
    face_id: int
    box: FaceBox
    probabilities: tuple[float, ...]
    affect: Affect
    pose: HeadPose
    blendshapes: tuple[float, ...]
    quality: float

    @property
    def emotion(self) -> Emotion:
        """The most probable emotion of this single frame."""
        return max(zip(self.probabilities, EMOTIONS, strict=True))[1]

    @property
    def valence(self) -> float:
        """Unpleasant to pleasant, in [-1, 1]; of this single frame."""
        return self.affect.valence

    @property
    def arousal(self) -> float:
        """Calm to excited, in [-1, 1]; of this single frame."""
        return self.affect.arousal


@dataclass(frozen=True, slots=True)
class Mood:
    """The steadied state of one person: what the rest of the program acts upon.

    `emotion` is None while the evidence is too thin to say ("not sure").
    `confidence` in [0, 1] is the smoothed probability of `emotion` (of the best guess while not sure).
    """

    time_seconds: float
    face_id: int
    emotion: Emotion | None
    confidence: float
    affect: Affect
    probabilities: tuple[float, ...]
