"""Finding faces: MediaPipe's face landmarker turned into plain values.

The landmarker runs in VIDEO mode (synchronous, the same answer on every run), or in IMAGE mode where frames have
nothing to do with each other. Nothing leaves the computer.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from recognizer.affect import FaceBox, HeadPose
from recognizer.errors import FaceModelError
from recognizer.exit import close_at_exit
from recognizer.face_model import FACE_MODEL_PATH, ready_face_model
from recognizer.frames import Frame, Image
from recognizer.tracking import Tracks, assign

BLENDSHAPES: tuple[str, ...] = (
    "_neutral",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "eyeLookDownLeft",
    "eyeLookDownRight",
    "eyeLookInLeft",
    "eyeLookInRight",
    "eyeLookOutLeft",
    "eyeLookOutRight",
    "eyeLookUpLeft",
    "eyeLookUpRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "eyeWideLeft",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthClose",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthFunnel",
    "mouthLeft",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthPucker",
    "mouthRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "noseSneerLeft",
    "noseSneerRight",
)
"""The names of the 52 coefficients in MediaPipe's order; its "_neutral" stands where ARKit has tongueOut."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one frame.

    `landmarks_px` is float32 [478, 2], x and y in pixels of the frame, measured from its upper left corner (not from
    the first pixel's centre). `depth_px` is float32 [478], how far each lies behind the head's middle on about the same
    scale: less is nearer to the camera. `blendshapes` is float32 [52] in [0, 1], in the order of BLENDSHAPES.
    """

    face_id: int
    box: FaceBox
    landmarks_px: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    pose: HeadPose
    depth_px: NDArray[np.float32]


MIN_FACE_CONFIDENCE = 0.6
"""MediaPipe's own 0.5 now and then sees a face in a cartoon or a pattern; 0.6 loses no face of our test pictures."""

WARM_UP_IMAGE = np.zeros((64, 64, 3), np.uint8)


class FaceFinder:
    """Finds faces and numbers them. Use one per source: it remembers where the faces were.

    `max_faces` bounds the work per frame. With `consecutive=False` every frame is a picture of its own, and
    no face is taken for one of the picture before.
    The default landmark model is fetched if it is not there. Raises FaceModelError where it cannot be had, and where
    another one is missing or damaged. Close it after use.
    """

    def __init__(
        self, model_path: Path = FACE_MODEL_PATH, max_faces: int = 4, consecutive: bool = True
    ) -> None:
        self._consecutive = consecutive
        self._last_milliseconds = -1
        self._tracks = Tracks()
        model_path = ready_face_model(model_path)
        with _quiet_native_stderr():
            self._landmarker: Any = _open_landmarker(model_path, max_faces, consecutive)
            self._detect(WARM_UP_IMAGE, 0.0)
        close_at_exit(self.close)

    def find(self, frame: Frame) -> tuple[Face, ...]:
        """All faces of a frame, in the order of their ids; empty when there is none."""
        found = self._detect(frame.image, frame.time_seconds)
        height, width = frame.image.shape[:2]
        points = [_landmarks_px(landmarks, width, height) for landmarks in found.face_landmarks]
        boxes = [_box_around(landmarks) for landmarks in points]
        if not self._consecutive:
            self._tracks = Tracks(next_id=self._tracks.next_id)
        self._tracks, ids = assign(self._tracks, boxes, frame.time_seconds)
        faces = [
            Face(
                ids[i],
                boxes[i],
                points[i],
                _scores(found.face_blendshapes[i]),
                pose,
                _depth_px(found.face_landmarks[i], width),
            )
            for i, pose in enumerate(map(pose_of, found.facial_transformation_matrixes))
        ]
        return tuple(sorted(faces, key=lambda face: face.face_id))

    def close(self) -> None:
        """Free the landmarker; more than once is fine, and what nobody closed is closed as the program ends."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Self:
        """The finder itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _detect(self, image_bgr: Image, time_seconds: float) -> Any:
        import mediapipe

        if self._landmarker is None:
            raise FaceModelError("this face finder was closed; open another one")
        rgb = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB)
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        if not self._consecutive:
            return self._landmarker.detect(image)
        # The landmarker wants whole milliseconds that grow from frame to frame.
        self._last_milliseconds = max(self._last_milliseconds + 1, round(time_seconds * 1000))
        return self._landmarker.detect_for_video(image, self._last_milliseconds)


def pose_of(matrix: NDArray[np.float32]) -> HeadPose:
    """Head rotation from MediaPipe's 4x4 face-to-camera transform (x right, y up, z towards the camera).

    The rotation is read as yaw after pitch after roll. At exactly 90 degrees of pitch roll is not defined and reads 0.
    """
    rotation = np.asarray(matrix, np.float64)[:3, :3]
    rotation = rotation / np.linalg.norm(rotation, axis=0)
    pitch = math.asin(float(np.clip(rotation[1, 2], -1, 1)))
    yaw = math.atan2(rotation[0, 2], rotation[2, 2])
    roll = -math.atan2(rotation[1, 0], rotation[1, 1])
    return HeadPose(math.degrees(yaw), math.degrees(pitch), math.degrees(roll))


def _open_landmarker(model_path: Path, max_faces: int, consecutive: bool) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    mode = vision.RunningMode.VIDEO if consecutive else vision.RunningMode.IMAGE
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path)),
        running_mode=mode,
        num_faces=max_faces,
        min_face_detection_confidence=MIN_FACE_CONFIDENCE,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    return vision.FaceLandmarker.create_from_options(options)


@contextmanager
def _quiet_native_stderr() -> Iterator[None]:
    """Keep MediaPipe's native start-up chatter, which no setting silences, from the terminal; failures still raise."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _landmarks_px(landmarks: Any, width_px: int, height_px: int) -> NDArray[np.float32]:
    units = np.array([(point.x, point.y) for point in landmarks], np.float32)
    return units * np.array([width_px, height_px], np.float32)


def _depth_px(landmarks: Any, width_px: int) -> NDArray[np.float32]:
    return np.array([point.z * width_px for point in landmarks], np.float32)


def _box_around(landmarks_px: NDArray[np.float32]) -> FaceBox:
    (left, top), (right, bottom) = landmarks_px.min(axis=0), landmarks_px.max(axis=0)
    return FaceBox(float(left), float(top), float(right - left), float(bottom - top))


def _scores(categories: Any) -> NDArray[np.float32]:
    return np.array([category.score for category in categories], np.float32)
